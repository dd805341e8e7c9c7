#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "vcs/ids.h"
#include "vcs/merge/conflict.h"
#include "vcs/merge/row_merge.h"
#include "vcs/operation.h"
#include "vcs/pending_kind.h"

namespace pvc {

/// A merge that stopped: what `merge`, `cherry-pick`, `revert` or `rebase` leave in the operation
/// until they are continued or aborted.   Format: docs/format.md#pending
struct UnfinishedMerge {
  PendingKind kind = PendingKind::kMerge;
  /// What was merged. The working database holds `ours` with what could be merged from `theirs`.
  SnapshotId base;
  SnapshotId ours;
  SnapshotId theirs;
  std::string ours_name;    ///< as messages call it: "main"
  std::string theirs_name;  ///< as typed: "try"
  CommitId commit;          ///< the commit merged, picked or reverted
  /// Where HEAD and its commit were when the command began: --abort goes back there.
  Head original_head;
  CommitId original_commit;
  bool is_squash = false;  ///< the commit gets one parent
  uint32_t mainline = 0;   ///< of merge commits still to be picked, the parent to compare with
  FavoredSide favor = FavoredSide::kNone;  ///< settles conflicts of commits still to be picked
  std::string message;                     ///< of the commit to be made
  MergeConflicts conflicts;
  /// Commits still to be picked or reverted behind this one, in order.
  std::vector<CommitId> todo;

  bool operator==(const UnfinishedMerge&) const = default;
};

/// Throws: kTooLarge.
Bytes EncodeUnfinishedMerge(const UnfinishedMerge& merge);
/// Throws: kCorrupt.
UnfinishedMerge DecodeUnfinishedMerge(ByteView pending);

/// The merge that a state leaves unfinished.
/// Returns: nothing when there is none, or something else is unfinished.   Throws: kCorrupt.
std::optional<UnfinishedMerge> FindUnfinishedMerge(const Operation& state);

/// The error for open conflicts, naming one, with hints how to see and settle them.
/// `action`: "cannot commit".   Requires: there are some.
Error OpenConflictsError(const MergeConflicts& conflicts, const std::string& action);

/// "merge", "cherry-pick", "revert", "rebase", "bisect".
std::string_view PendingKindName(PendingKind kind);

/// Throws: kInvalid when a merge (or pick, revert, rebase) is unfinished, with hints how to end it.
/// `action`: "switching to 'try'", for the message.
void RefuseUnfinished(const Operation& state, std::string_view action);
/// The same for a command that would leave something unfinished itself: a bisection is in its way
/// too.
void RefusePending(const Operation& state, std::string_view action);

}  // namespace pvc
