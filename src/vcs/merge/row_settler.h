#pragma once

#include <optional>

#include "engine/tree_edits.h"
#include "vcs/merge/cell_merge.h"
#include "vcs/merge/conflict.h"
#include "vcs/merge/row_merge.h"

namespace pvc {

/// One row as three sides have it, encoded; nothing where a side has no such row.
struct RowSides {
  std::optional<ByteView> base;
  std::optional<ByteView> ours;
  std::optional<ByteView> theirs;
};

/// Decides what becomes of single rows that both sides changed, and keeps account of those that
/// nobody can decide.   Lifetime: context and `info` outlive it.
class RowSettler {
 public:
  RowSettler(const RowMergeContext& context, const TableInfo& info);

  /// The merged row, encoded under `key` with the rowid of ours (of theirs where ours has none);
  /// nothing for a row that goes. A conflict is recorded, unless a side is favoured, and gives the
  /// row as ours has it.
  ///
  /// Equal cells are no change, whatever the rowids.
  /// Lifetime: of the result, until the next call.
  std::optional<ByteView> Settle(ByteView key, const RowSides& sides);

  Tree FinishConflicts() { return conflicts_.Finish(); }

 private:
  ByteView EncodeMerged(const std::vector<Cell>& cells);
  void Record(ByteView key, const RowSides& sides, std::vector<uint32_t> open_cells);

  const RowMergeContext& context_;
  RowCodec base_codec_;
  RowCodec our_codec_;
  RowCodec their_codec_;
  RowCodec encoder_;
  CellMerger cells_;
  Row base_;
  Row ours_;
  Row theirs_;
  TreeEdits conflicts_;
};

}  // namespace pvc
