#pragma once

#include "engine/external_sort.h"
#include "vcs/patch/row_patcher.h"

namespace pvc {

/// Rows of a patch that their key tells from all others, brought into a table in one walk along
/// both.   Lifetime: what it is given outlives it.
class KeyedRows {
 public:
  KeyedRows(PatchWorkshop& shop, const TableInfo& info, const PatchConflictSink& on_conflict,
            FreeRowids& free_rowids, RowPatchCounts& counts)
      : shop_(shop),
        info_(info),
        on_conflict_(on_conflict),
        free_rowids_(free_rowids),
        counts_(counts),
        rows_(shop.repository.fs(), shop.folder(), kSortBytes) {}

  void Add(ByteView key, const SpooledRow& row) { rows_.Add(key, EncodeSpooledRow(row)); }
  /// Requires: called once, last.
  Tree Finish(const Tree& rows);

 private:
  static constexpr size_t kSortBytes = 16U << 20;

  PatchWorkshop& shop_;
  const TableInfo& info_;
  const PatchConflictSink& on_conflict_;
  FreeRowids& free_rowids_;
  RowPatchCounts& counts_;
  ExternalSorter rows_;
};

/// The first cell of those expected that `found` does not hold.
std::optional<size_t> FirstDifference(const std::vector<std::optional<Cell>>& expected,
                                      const std::vector<Cell>& found);
/// The row that `cells` name, NULL where they do not say.
Row NamedRow(const std::vector<std::optional<Cell>>& cells, std::optional<int64_t> rowid);

}  // namespace pvc
