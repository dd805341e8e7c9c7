#include <utility>

#include "vcs/patch/patch.h"

namespace pvc {
namespace {

ChangeKind Reversed(ChangeKind kind) {
  switch (kind) {
    case ChangeKind::kAdded:
      return ChangeKind::kRemoved;
    case ChangeKind::kRemoved:
      return ChangeKind::kAdded;
    case ChangeKind::kChanged:
      break;
  }
  return ChangeKind::kChanged;
}

}  // namespace

PatchHeader ReversedPatch::ReadHeader() {
  PatchHeader header = patch_.ReadHeader();
  for (PropertyChange& property : header.properties) std::swap(property.before, property.after);
  for (PatchSchemaChange& entry : header.schema) {
    entry.change.kind = Reversed(entry.change.kind);
    std::swap(entry.change.sql_before, entry.change.sql_after);
    std::swap(entry.change.table_name_before, entry.change.table_name);
    for (PatchColumnPair& pair : entry.columns) std::swap(pair.before, pair.after);
  }
  return header;
}

bool ReversedPatch::NextTable(PatchTable& table) {
  if (!patch_.NextTable(table)) return false;
  std::swap(table.root_before, table.root_after);
  is_on_both_sides_.clear();
  for (PatchColumn& column : table.columns) {
    is_on_both_sides_.push_back(column.before.has_value() == column.after.has_value());
    std::swap(column.before, column.after);
  }
  return true;
}

bool ReversedPatch::NextRow(PatchRow& row) {
  if (!patch_.NextRow(row)) return false;
  const bool is_change = row.kind == ChangeKind::kChanged;
  row.kind = Reversed(row.kind);
  for (PatchCell& cell : row.cells) {
    // A cell that only says what it held keeps that, unless its column goes.
    const bool is_kept = is_change && cell.before && !cell.after && is_on_both_sides_[cell.column];
    if (is_kept) cell.after = cell.before;
    std::swap(cell.before, cell.after);
  }
  return true;
}

}  // namespace pvc
