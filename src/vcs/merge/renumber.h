#pragma once

#include <cstdint>
#include <vector>

#include "vcs/merge/conflict_list.h"
#include "vcs/merge/row_merge.h"
#include "vcs/snapshot.h"

namespace pvc {

/// What was merged, and what became of it so far.   Lifetime: all outlives the call it is given to.
struct MergeUnderWay {
  const Snapshot& base;
  const Snapshot& ours;
  const Snapshot& theirs;
  Snapshot& merged;
  MergeConflicts& conflicts;  ///< open
};

struct RenumberResult {
  uint64_t row_count = 0;        ///< rows that got another key
  uint64_t reference_count = 0;  ///< foreign keys that follow them
};

/// Lets rows stay that both sides added under one integer key: theirs get new keys, above all that
/// are in use, and what theirs holds of foreign keys follows them, in merged rows, in conflicts,
/// and in rows that both sides added alike. A row that only these references tell from that of ours
/// is in conflict from then on, and gets a new key in its turn if it is selected.
///
/// `selectors`: empty for all.
/// Throws: kInvalid naming a table whose key is no integer, and for a row that refers to one whose
///         conflict is not among those selected; kNotFound when no such row is selected;
///         kUnsupported for a table whose layout differs between the sides, and without keys left;
///         kCorrupt, kIo.
/// Cost:   O(rows renumbered), and O(changes of both sides) of the tables that refer to them.
RenumberResult RenumberTheirs(const RowMergeContext& context, const MergeUnderWay& merge,
                              const std::vector<ConflictSelector>& selectors);

}  // namespace pvc
