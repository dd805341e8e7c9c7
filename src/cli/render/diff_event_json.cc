#include "cli/render/diff_event_json.h"

#include <map>

#include "cli/cell_json.h"
#include "cli/cell_reader.h"

namespace pvc {
namespace {

void WriteCellMember(JsonWriter& json, const SideRow& side, size_t i, std::string_view name) {
  json.Key(name);
  WriteCellJson(json, side.source, side.row.cells[i], side.encoding);
}

void WriteChangedCells(JsonWriter& json, const SideRow& before, const SideRow& after,
                       const std::vector<int>& map) {
  const std::vector<const Column*> before_columns = StoredColumns(before.info);
  const std::vector<const Column*> after_columns = StoredColumns(after.info);
  std::vector<bool> is_mapped(before.row.cells.size(), false);
  json.Key("cells");
  json.BeginObject();
  for (size_t i = 0; i < after.row.cells.size(); ++i) {
    const bool is_new = map[i] < 0;
    const auto place = is_new ? 0 : static_cast<size_t>(map[i]);
    if (!is_new) {
      is_mapped.at(place) = true;
      if (CellsEqual(before.row.cells.at(place), after.row.cells[i])) continue;
    }
    json.Key(after_columns.at(i)->name);
    json.BeginObject();
    if (!is_new) WriteCellMember(json, before, place, "before");
    WriteCellMember(json, after, i, "after");
    json.EndObject();
  }
  for (size_t i = 0; i < is_mapped.size(); ++i) {
    if (is_mapped[i]) continue;
    json.Key(before_columns.at(i)->name);
    json.BeginObject();
    WriteCellMember(json, before, i, "before");
    json.EndObject();
  }
  json.EndObject();
}

}  // namespace

void WriteRowKey(JsonWriter& json, const SideRow& side) {
  json.Key("key");
  if (side.info.identity == RowIdentity::kNone) {
    json.Null();
    json.Key("rowid");
    json.Integer(side.row.rowid);
    return;
  }
  const std::vector<const Column*> columns = StoredColumns(side.info);
  std::map<uint32_t, size_t> parts;
  for (size_t i = 0; i < columns.size() && i < side.row.cells.size(); ++i) {
    if (side.info.identity == RowIdentity::kRowid ? columns[i]->is_rowid_alias
                                                  : columns[i]->key_position != 0) {
      parts[columns[i]->key_position] = i;
    }
  }
  json.BeginObject();
  for (const auto& [position, i] : parts) WriteCellMember(json, side, i, columns[i]->name);
  json.EndObject();
}

void WriteRowCells(JsonWriter& json, const SideRow& side) {
  const std::vector<const Column*> columns = StoredColumns(side.info);
  json.BeginObject();
  for (size_t i = 0; i < columns.size() && i < side.row.cells.size(); ++i) {
    WriteCellMember(json, side, i, columns[i]->name);
  }
  json.EndObject();
}

std::string_view ChangeKindName(ChangeKind kind) {
  switch (kind) {
    case ChangeKind::kAdded:
      return "added";
    case ChangeKind::kRemoved:
      return "removed";
    case ChangeKind::kChanged:
      return "changed";
  }
  return "";
}

void WriteDiffSide(JsonWriter& json, std::string_view name, const DiffSide& side) {
  json.Key(name);
  json.BeginObject();
  json.Member("name", side.name);
  json.Key("commit");
  if (side.commit.empty()) {
    json.Null();
  } else {
    json.String(side.commit);
  }
  json.EndObject();
}

void WritePropertyMembers(JsonWriter& json, const PropertyChange& change) {
  json.Member("name", change.name);
  json.Member("before", change.before);
  json.Member("after", change.after);
}

void WriteSchemaMembers(JsonWriter& json, const SchemaChange& change) {
  json.Member("change", ChangeKindName(change.kind));
  json.Member("type", SchemaObjectKindName(change.object_kind));
  json.Member("name", change.name);
  json.Member("table", change.table_name);
  const auto write_sql = [&](std::string_view name, const std::string& sql, ChangeKind absent) {
    json.Key(name);
    if (change.kind == absent) {
      json.Null();
    } else {
      json.String(sql);
    }
  };
  write_sql("before", change.sql_before, ChangeKind::kAdded);
  write_sql("after", change.sql_after, ChangeKind::kRemoved);
}

void WriteTableMembers(JsonWriter& json, const TableDiff& table) {
  json.Member("name", table.name);
  const auto write_rows = [&](std::string_view name, const std::optional<StoredTable>& side) {
    json.Key(name);
    if (side) {
      json.Count(side->rows.entry_count);
    } else {
      json.Null();
    }
  };
  write_rows("rowsBefore", table.before);
  write_rows("rowsAfter", table.after);
}

void WriteRowMembers(JsonWriter& json, const DiffInput& input, const TableDiff& table,
                     const RowChange& change) {
  json.Member("change", ChangeKindName(change.kind));
  if (change.kind == ChangeKind::kChanged) {
    const SideRow before{table.before->info, *change.before, table.encoding_before,
                         input.before.source()};
    const SideRow after{table.after->info, *change.after, table.encoding_after,
                        input.after.source()};
    WriteRowKey(json, after);
    WriteChangedCells(json, before, after, *change.column_map);
    return;
  }
  const bool is_added = change.kind == ChangeKind::kAdded;
  const SideRow side{is_added ? table.after->info : table.before->info,
                     is_added ? *change.after : *change.before,
                     is_added ? table.encoding_after : table.encoding_before,
                     is_added ? input.after.source() : input.before.source()};
  WriteRowKey(json, side);
  json.Key("row");
  WriteRowCells(json, side);
}

void WriteCountMembers(JsonWriter& json, const TableDiffCounts& counts) {
  json.CountMember("added", counts.added);
  json.CountMember("removed", counts.removed);
  json.CountMember("changed", counts.changed);
}

}  // namespace pvc
