#include "cli/json_writer.h"
#include "cli/render/stats.h"

namespace pvc {
namespace {

void WriteTotals(JsonWriter& json, std::string_view name, const ObjectTotals& totals) {
  json.Key(name);
  json.BeginObject();
  json.CountMember("objects", totals.object_count);
  json.CountMember("rawBytes", totals.raw_bytes);
  json.CountMember("storedBytes", totals.stored_bytes);
  json.EndObject();
}

void WriteCounts(JsonWriter& json, std::string_view name, const std::vector<uint64_t>& counts) {
  json.Key(name);
  json.BeginArray();
  for (const uint64_t count : counts) json.Count(count);
  json.EndArray();
}

}  // namespace

void PrintStatsJson(TextWriter& out, const CommitId& commit, const RepositoryStats& stats) {
  JsonWriter json(out, JsonWriter::Layout::kIndented);
  json.BeginObject();
  json.Member("format", "pvc.stats/v1");
  json.Member("commit", commit.Hex());
  json.Key("repository");
  json.BeginObject();
  json.CountMember("commits", stats.commit_count);
  json.CountMember("packs", stats.pack_count);
  json.CountMember("objects", stats.object_count);
  json.CountMember("storedBytes", stats.stored_bytes);
  json.EndObject();
  json.CountMember("rows", stats.row_count);
  WriteTotals(json, "totals", stats.totals);
  WriteTotals(json, "nodes", stats.nodes);
  WriteTotals(json, "largeValues", stats.large_values);
  WriteTotals(json, "sharedWithParent", stats.shared_with_parent);
  WriteCounts(json, "nodesByLevel", stats.nodes_by_level);
  json.Key("leafSizes");
  json.BeginObject();
  json.CountMember("bucketBytes", RepositoryStats::kLeafBucketBytes);
  WriteCounts(json, "counts", stats.leaf_sizes);
  json.EndObject();
  json.Key("tables");
  json.BeginArray();
  for (const TableStats& table : stats.tables) {
    json.BeginObject();
    json.Member("name", table.name);
    json.CountMember("rows", table.row_count);
    WriteTotals(json, "nodes", table.nodes);
    WriteTotals(json, "largeValues", table.large_values);
    WriteCounts(json, "nodesByLevel", table.nodes_by_level);
    json.EndObject();
  }
  json.EndArray();
  json.EndObject();
}

}  // namespace pvc
