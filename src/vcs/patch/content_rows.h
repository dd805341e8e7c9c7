#pragma once

#include <functional>

#include "engine/edit_batch.h"
#include "engine/external_sort.h"
#include "vcs/patch/row_patcher.h"

namespace pvc {

/// Rows of a patch that no key tells from others: of a table without key, or with NULL in it. The
/// old row is looked for where the patch says it was, then anywhere by its content; of several
/// equal ones any will do, but each only once.
///
/// Lifetime: what it is given outlives it.
class ContentRows {
 public:
  ContentRows(PatchWorkshop& shop, const TableInfo& info, const PatchConflictSink& on_conflict,
              FreeRowids& free_rowids, RowPatchCounts& counts);

  /// Requires: a row that is removed or changed has all of `before`.
  void Add(const SpooledRow& row);
  /// Requires: called once, last.
  Tree Finish(const Tree& rows);

 private:
  static constexpr size_t kSortBytes = 4U << 20;
  /// Fills in the next edit.   Returns: false past the last.
  using NextEdit = std::function<bool(Edit& edit)>;

  std::unique_ptr<ExternalSorter> MakeSorter() const;
  bool IsOfThese(const Row& row) const;
  void Want(const SpooledRow& row, ByteView bytes);
  Tree Edited(const Tree& rows, const NextEdit& next) const;
  Tree TakeHinted(const Tree& rows);
  Tree TakeByContent(const Tree& rows);
  Tree PutChanged(const Tree& rows);
  Tree AddRows(const Tree& rows);
  void Take(const SpooledRow& row, int64_t rowid);
  void ReportMissing(const SpooledRow& row);

  PatchWorkshop& shop_;
  const TableInfo& info_;
  const PatchConflictSink& on_conflict_;
  FreeRowids& free_rowids_;
  RowPatchCounts& counts_;
  std::vector<size_t> key_cells_;
  RowEncoder encoder_;
  std::unique_ptr<ExternalSorter> hinted_;   // old rows, by the key where they were
  std::unique_ptr<ExternalSorter> wanted_;   // old rows, by hash of their content
  std::unique_ptr<ExternalSorter> changed_;  // entries to put in place of rows taken
  std::unique_ptr<ExternalSorter> added_;    // new rows, by the key where they were
};

}  // namespace pvc
