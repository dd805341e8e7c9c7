#include "vcs/patch/changeset_patch.h"

#include <utility>

namespace pvc {
namespace {

std::optional<PatchValue> ToPatchValue(std::optional<ChangesetValue>&& value) {
  if (!value) return std::nullopt;
  return PatchValue{{value->value, std::move(value->bytes)}, TextEncoding::kUtf8};
}

}  // namespace

bool ChangesetPatch::NextTable(PatchTable& table) {
  do {
    if (!changeset_.NextTable(table_)) return false;
    // Statistics are no content: SQLite records what ANALYZE did.
  } while (table_.name.starts_with("sqlite_stat"));
  table = {};
  table.name = table_.name;
  table.by_position = true;
  for (const uint8_t position : table_.key_positions) {
    table.columns.push_back({std::nullopt, std::nullopt, position});
  }
  return true;
}

bool ChangesetPatch::NextRow(PatchRow& row) {
  if (!changeset_.NextRow(row_)) return false;
  row.rowid.reset();
  row.cells.clear();
  row.kind = row_.op == ChangesetOp::kInsert   ? ChangeKind::kAdded
             : row_.op == ChangesetOp::kDelete ? ChangeKind::kRemoved
                                               : ChangeKind::kChanged;
  for (size_t i = 0; i < row_.before.size(); ++i) {
    PatchCell cell;
    cell.column = i;
    cell.before = ToPatchValue(std::move(row_.before[i]));
    cell.after = ToPatchValue(std::move(row_.after[i]));
    if (row.kind == ChangeKind::kChanged && cell.before && !cell.after) cell.after = cell.before;
    if (cell.before || cell.after) row.cells.push_back(std::move(cell));
  }
  return true;
}

}  // namespace pvc
