#include "cli/render/diff_event_json.h"
#include "cli/render/status.h"

namespace pvc {
namespace {

void WriteMerge(JsonWriter& json, const UnfinishedMerge* merge) {
  json.Key("merge");
  if (merge == nullptr) {
    json.Null();
    return;
  }
  json.BeginObject();
  json.Member("ours", merge->ours_name);
  json.Member("theirs", merge->theirs_name);
  json.Member("commit", merge->commit.Hex());
  json.CountMember("conflicts", merge->conflicts.schema.size() + merge->conflicts.row_count());
  json.CountMember("commitsToCome", merge->todo.size());
  json.EndObject();
}

void WriteRowCount(JsonWriter& json, std::string_view name, bool is_absent, uint64_t rows) {
  json.Key(name);
  if (is_absent) {
    json.Null();
  } else {
    json.Count(rows);
  }
}

void WriteTable(JsonWriter& json, const TableOverview& table) {
  json.BeginObject();
  json.Member("name", table.name);
  json.Member("change", ChangeKindName(table.is_new       ? ChangeKind::kAdded
                                       : table.is_removed ? ChangeKind::kRemoved
                                                          : ChangeKind::kChanged));
  WriteRowCount(json, "rowsBefore", table.is_new, table.rows_before);
  WriteRowCount(json, "rowsAfter", table.is_removed, table.rows_after);
  WriteCountMembers(json, table.counts);
  json.EndObject();
}

void WriteChanges(JsonWriter& json, const DiffOverview& changes) {
  json.Key("properties");
  json.BeginArray();
  for (const PropertyChange& property : changes.properties) {
    json.BeginObject();
    WritePropertyMembers(json, property);
    json.EndObject();
  }
  json.EndArray();
  json.Key("schema");
  json.BeginArray();
  for (const SchemaChange& object : changes.objects) {
    json.BeginObject();
    WriteSchemaMembers(json, object);
    json.EndObject();
  }
  json.EndArray();
  json.Key("tables");
  json.BeginArray();
  for (const TableOverview& table : changes.tables) WriteTable(json, table);
  json.EndArray();
}

}  // namespace

void PrintStatusJson(TextWriter& out, const StatusReport& report) {
  JsonWriter json(out, JsonWriter::Layout::kIndented);
  json.BeginObject();
  json.Member("format", "pvc.status/v1");
  json.MemberOrNull("branch", report.head.branch);
  json.MemberOrNull("head", report.commit ? report.commit->Hex() : "");
  json.MemberOrNull("pending", report.pending ? report.pending->kind : "");
  WriteMerge(json, report.pending && report.pending->merge ? &*report.pending->merge : nullptr);
  json.MemberOrNull("database", report.database);
  json.Key("gone");
  json.Bool(report.is_gone);
  json.Key("clean");
  json.Bool(!report.database.empty() && !report.is_gone && report.changes.empty());
  WriteChanges(json, report.changes);
  json.EndObject();
}

}  // namespace pvc
