#include "vcs/merge/dropped_columns.h"

#include <algorithm>
#include <utility>

#include "engine/tree_diff.h"
#include "vcs/ascii_case.h"
#include "vcs/diff.h"
#include "vcs/row_codec.h"

namespace pvc {
namespace {

// The place of a column among the stored ones; their count when it is not there.
size_t CellOf(const RowCodec& codec, const std::string& name) {
  const auto& stored = codec.stored_columns();
  for (size_t cell = 0; cell < stored.size(); ++cell) {
    if (EqualIgnoringAsciiCase(codec.table().columns[stored[cell]].name, name)) return cell;
  }
  return stored.size();
}

}  // namespace

std::vector<std::string> DroppedColumns(const TableInfo& before, const TableInfo& after) {
  std::vector<std::string> dropped;
  for (const Column& column : before.columns) {
    if (column.is_generated) continue;
    const bool stays =
        std::any_of(after.columns.begin(), after.columns.end(), [&](const Column& c) {
          return !c.is_generated && EqualIgnoringAsciiCase(c.name, column.name);
        });
    if (!stays) dropped.push_back(column.name);
  }
  return dropped;
}

std::vector<std::string> ChangedColumns(const RowMergeContext& context, const CatalogEntry& base,
                                        const CatalogEntry& side,
                                        const std::vector<std::string>& columns) {
  const HashKind hash_kind = context.repository.store().hash_kind();
  RowCodec base_codec(base.table->info, context.encoding, hash_kind, nullptr);
  RowCodec side_codec(side.table->info, context.encoding, hash_kind, nullptr);
  struct Watched {
    std::string name;
    size_t base_cell;
    size_t side_cell;
    bool has_changed = false;
  };
  std::vector<Watched> watched;
  for (const std::string& name : columns) {
    Watched column{name, CellOf(base_codec, name), CellOf(side_codec, name)};
    if (column.base_cell < base_codec.stored_columns().size() &&
        column.side_cell < side_codec.stored_columns().size()) {
      watched.push_back(std::move(column));
    }
  }
  TreeDiff diff(context.nodes, base.table->rows, context.nodes, side.table->rows);
  TreeChange change;
  Row before;
  Row after;
  while (!watched.empty() && diff.Next(change)) {
    if (!change.before || !change.after) continue;
    base_codec.Decode(change.key, *change.before, before);
    side_codec.Decode(change.key, *change.after, after);
    for (Watched& column : watched) {
      column.has_changed = column.has_changed || !CellsEqual(before.cells[column.base_cell],
                                                             after.cells[column.side_cell]);
    }
    if (std::all_of(watched.begin(), watched.end(),
                    [](const Watched& c) { return c.has_changed; })) {
      break;
    }
  }
  std::vector<std::string> changed;
  for (const Watched& column : watched) {
    if (column.has_changed) changed.push_back(column.name);
  }
  return changed;
}

}  // namespace pvc
