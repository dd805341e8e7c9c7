#include "cli/json_writer.h"
#include "cli/render/ls.h"

namespace pvc {
namespace {

std::string_view IdentityName(RowIdentity identity) {
  switch (identity) {
    case RowIdentity::kRowid:
      return "rowid";
    case RowIdentity::kPrimaryKey:
      return "primary-key";
    case RowIdentity::kNone:
      return "none";
  }
  return "none";
}

void WriteTable(JsonWriter& json, const StoredTable& table) {
  json.CountMember("rows", table.rows.entry_count);
  json.Member("identity", IdentityName(table.info.identity));
  json.Member("root", table.rows.root.Hex());
  json.CountMember("levels", table.rows.empty() ? 0 : table.rows.root_level + uint64_t{1});
  json.Key("columns");
  json.BeginArray();
  for (const Column& column : table.info.columns) {
    json.BeginObject();
    json.Member("name", column.name);
    json.CountMember("keyPosition", column.key_position);
    json.Key("generated");
    json.Bool(column.is_generated);
    json.EndObject();
  }
  json.EndArray();
}

}  // namespace

void PrintLsJson(TextWriter& out, const LsListing& listing) {
  JsonWriter json(out, JsonWriter::Layout::kIndented);
  json.BeginObject();
  json.Member("format", "pvc.ls/v1");
  json.Member("commit", listing.commit.Hex());
  json.Key("objects");
  json.BeginArray();
  for (const CatalogEntry& entry : listing.entries) {
    json.BeginObject();
    json.Member("type", SchemaObjectKindName(entry.object.kind));
    json.Member("name", entry.object.name);
    json.Member("table", entry.object.table_name);
    json.Member("sql", entry.object.sql);
    if (entry.table) WriteTable(json, *entry.table);
    json.EndObject();
  }
  json.EndArray();
  json.EndObject();
}

}  // namespace pvc
