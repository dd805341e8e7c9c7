#pragma once

#include <optional>
#include <string>
#include <vector>

#include "vcs/checkout.h"
#include "vcs/merge/conflict.h"
#include "vcs/merge/row_merge.h"
#include "vcs/merge/unfinished_merge.h"

namespace pvc {

/// What `cherry-pick`, `revert` and `rebase` ask for: changes of single commits brought over, each
/// as a commit of its own.
struct SequenceRequest {
  Actor actor;
  PendingKind kind = PendingKind::kCherryPick;
  std::vector<CommitId> commits;  ///< in the order in which they are brought over
  /// Which parent the change of a merge commit is against, from 1; 0: merge commits are refused.
  uint32_t mainline = 0;
  FavoredSide favor = FavoredSide::kNone;
  bool no_commit = false;  ///< leaves all of it uncommitted; a single commit only
  CommitId onto;           ///< kRebase: where the commits go
};

struct SequenceResult {
  enum class Outcome {
    kDone,
    kReady,      ///< left uncommitted, as asked for
    kConflicts,  ///< stopped at a commit: to be resolved and continued, skipped or aborted
    kUpToDate,   ///< nothing to do
  };
  Outcome outcome = Outcome::kDone;
  PendingKind kind = PendingKind::kCherryPick;
  std::vector<CommitId> made;       ///< commits, oldest first
  std::vector<CommitId> dropped;    ///< brought nothing new
  std::optional<CommitId> skipped;  ///< left out, as asked for
  std::optional<CommitId> stopped_at;
  MergeConflicts conflicts;  ///< of kConflicts, stored
  CheckoutResult checkout;
};

/// Brings the commits over, on top of HEAD (of `onto`), in one operation, which is one transaction
/// of the working database; stops at the first that conflicts.
///
/// A rebase leaves HEAD detached when it stops, and moves the branch when it is done.
/// Throws: kInvalid with uncommitted changes, while something is unfinished, and for merge commits
///         without mainline; what MergeSnapshots and WorkingTransaction throw.
SequenceResult RunSequence(Repository& repository, const SequenceRequest& request,
                           const CheckoutOptions& options);

/// Commits what the working database holds as the merge or step that stopped, and goes on with the
/// steps behind it. `message`: empty for the one that was to be.
///
/// Throws: kNotFound when nothing of this kind is unfinished; kInvalid while conflicts are open; as
///         RunSequence.
SequenceResult ContinueUnfinished(Repository& repository, PendingKind kind,
                                  const std::string& message, const Actor& actor,
                                  const CheckoutOptions& options);
/// Leaves the step that stopped out, and goes on with those behind it.   Throws: as above.
SequenceResult SkipUnfinished(Repository& repository, PendingKind kind, const Actor& actor,
                              const CheckoutOptions& options);
/// Makes HEAD, its branch and the working database what they were before. Changes made since are
/// overwritten; undo brings them back.   Throws: kNotFound; what WorkingTransaction throws.
CheckoutResult AbortUnfinished(Repository& repository, PendingKind kind, const Actor& actor,
                               const CheckoutOptions& options);

/// Commits of a range, oldest first: those that one of `from` is or comes after, without those of
/// `without` and before.   Throws: kCorrupt, kIo.
std::vector<CommitId> CommitsInOrder(Repository& repository, const std::vector<CommitId>& from,
                                     const std::vector<CommitId>& without);

/// The commits of a rebase of `branch` onto what is above `upstream`: those that upstream does not
/// have, oldest first, without merge commits.   Throws: kCorrupt, kIo.
std::vector<CommitId> CommitsToRebase(Repository& repository, const CommitId& upstream,
                                      const CommitId& branch);

}  // namespace pvc
