#pragma once

#include <map>
#include <optional>

#include "engine/tree_diff.h"
#include "engine/tree_edits.h"
#include "vcs/merge/conflict.h"
#include "vcs/merge/merged_table.h"

namespace pvc {

/// The value under a key, if there is one.   Throws: kCorrupt, kIo.
std::optional<Bytes> ValueAt(NodeReader& nodes, const Tree& rows, ByteView key);

/// Calls `visit` with each TreeChange from `before` to `after`.
template <typename Visit>
void ForEachChange(NodeReader& nodes, const Tree& before, const Tree& after, const Visit& visit) {
  TreeDiff diff(nodes, before, nodes, after);
  TreeChange change;
  while (diff.Next(change)) visit(change);
}

/// What checking constraints changes in one merged table: rows that break one become conflicts, and
/// may go back to what ours has.   Lifetime: context and table outlive it.
class TableOutcome {
 public:
  TableOutcome(const RowMergeContext& context, MergedTable& table);

  /// Makes a conflict of the row at `key`, or adds to the one there. `merged`: the row that breaks
  /// the constraint.
  void Record(ByteView key, ByteView merged, const Violation& violation);
  /// Makes the row at `key` what ours has; nothing: none.
  void GiveBack(ByteView key, const std::optional<Bytes>& ours);
  /// Writes rows and conflicts to the table. Called once, last.
  void Finish();

 private:
  NodeReader& nodes_;
  MergedTable& table_;
  TreeEdits rows_;
  TreeEdits conflicts_;
  std::map<Bytes, RowConflict> recorded_;  // the last few: a row may break several constraints
  bool has_given_back_ = false;
};

}  // namespace pvc
