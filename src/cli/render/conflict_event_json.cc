#include "cli/render/conflict_event_json.h"

#include "cli/cell_reader.h"
#include "cli/render/diff_event_json.h"
#include "cli/row_key_text.h"

namespace pvc {
namespace {

void WriteMergeSide(JsonWriter& json, std::string_view key, const std::string& name,
                    const SnapshotId& snapshot) {
  json.Key(key);
  json.BeginObject();
  json.Member("name", name);
  json.Member("snapshot", snapshot.Hex());
  json.EndObject();
}

std::string_view ViolationKindName(Violation::Kind kind) {
  switch (kind) {
    case Violation::Kind::kNotNull:
      return "not-null";
    case Violation::Kind::kCheck:
      return "check";
    case Violation::Kind::kUnique:
      return "unique";
    case Violation::Kind::kForeignKey:
      return "foreign-key";
  }
  return "";
}

void WriteViolations(JsonWriter& json, const ConflictsInput& input, const TableInfo& info,
                     const std::vector<Violation>& violations) {
  json.Key("violations");
  json.BeginArray();
  for (const Violation& violation : violations) {
    json.BeginObject();
    json.Member("kind", ViolationKindName(violation.kind));
    json.Member("constraint", violation.constraint);
    std::optional<KeyText> other;
    if (!violation.other_key.empty()) {
      other = ReadKeyText(info, violation.other_key, input.encoding, input.source);
    }
    json.MemberOrNull("otherTypedKey", other ? other->typed : "");
    json.EndObject();
  }
  json.EndArray();
}

}  // namespace

void WriteMergeMember(JsonWriter& json, const UnfinishedMerge* merge) {
  json.Key("merge");
  if (merge == nullptr) {
    json.Null();
    return;
  }
  json.BeginObject();
  json.Member("kind", PendingKindName(merge->kind));
  json.Member("commit", merge->commit.Hex());
  WriteMergeSide(json, "base", "base", merge->base);
  WriteMergeSide(json, "ours", merge->ours_name, merge->ours);
  WriteMergeSide(json, "theirs", merge->theirs_name, merge->theirs);
  json.EndObject();
}

void WriteSchemaConflictMembers(JsonWriter& json, const SchemaConflict& conflict) {
  json.Member("object", conflict.kind ? SchemaObjectKindName(*conflict.kind) : "property");
  json.Member("name", conflict.name);
  json.MemberOrNull("column", conflict.column);
  json.Member("reason", conflict.reason);
  json.MemberOrNull("base", conflict.base);
  json.MemberOrNull("ours", conflict.ours);
  json.MemberOrNull("theirs", conflict.theirs);
}

void WriteConflictTableMembers(JsonWriter& json, const TableConflicts& table) {
  json.Member("name", table.name());
  json.CountMember("open", table.rows.entry_count);
  json.Key("keyColumns");
  json.BeginArray();
  std::map<uint32_t, std::string> names;
  for (const Column& column : table.layout.table->info.columns) {
    if (column.is_rowid_alias || column.key_position != 0) names[column.key_position] = column.name;
  }
  for (const auto& [position, name] : names) json.String(name);
  json.EndArray();
}

void WriteRowConflictMembers(JsonWriter& json, const ConflictsInput& input,
                             const TableConflicts& table, const ConflictRow& row) {
  const TableInfo& info = table.layout.table->info;
  WriteRowKey(json, {info, row.any(), input.encoding, input.source});
  json.MemberOrNull("typedKey", TypedKeyOf(info, row.any(), input.encoding).value_or(""));
  json.Member("kind", ConflictKindName(ConflictKindOf(row.conflict)));
  json.Key("openColumns");
  json.BeginArray();
  const std::vector<std::string> names = StoredColumnNames(info);
  for (const uint32_t cell : row.conflict.open_cells) json.String(names.at(cell));
  json.EndArray();
  const auto write_side = [&](std::string_view name, const Row* side) {
    json.Key(name);
    if (side == nullptr) {
      json.Null();
    } else {
      WriteRowCells(json, {info, *side, input.encoding, input.source});
    }
  };
  write_side("base", row.base);
  write_side("ours", row.ours);
  write_side("theirs", row.theirs);
  WriteViolations(json, input, info, row.conflict.violations);
}

}  // namespace pvc
