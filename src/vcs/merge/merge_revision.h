#pragma once

#include <memory>
#include <optional>
#include <string>

#include "vcs/checkout.h"
#include "vcs/merge/conflict.h"
#include "vcs/merge/row_merge.h"
#include "vcs/merge/unfinished_merge.h"

namespace pvc {

enum class FastForward { kAllow, kNever, kOnly };

/// What `pvc merge REV` asks for.
struct MergeRequest {
  Actor actor;
  CommitId theirs;
  std::string theirs_name;  ///< as typed
  std::string message;      ///< empty: "Merge branch 'try'"
  FastForward fast_forward = FastForward::kAllow;
  FavoredSide favor = FavoredSide::kNone;
  bool is_squash = false;  ///< leaves theirs' changes uncommitted, as one change of ours
  bool no_commit = false;  ///< leaves the merge uncommitted
  bool is_dry_run = false;
  std::string
      into;  ///< the branch to merge into, leaving HEAD and the working database; empty: HEAD
};

/// The conflicts of a merge that was not carried out, and what reads them.
struct UnstoredConflicts {
  MergeConflicts conflicts;
  TextEncoding encoding = TextEncoding::kUtf8;
  std::unique_ptr<WriteBatch> batch;  ///< null: the repository has them
  std::unique_ptr<NodeReader> nodes;
};

struct MergeResult {
  enum class Outcome {
    kUpToDate,
    kFastForward,
    kMerged,         ///< with a merge commit
    kReady,          ///< merged and left uncommitted, as asked for
    kConflicts,      ///< stopped: to be resolved and continued
    kWouldConflict,  ///< nothing was changed
    kWouldMerge,     ///< a dry run without conflicts
  };
  Outcome outcome = Outcome::kUpToDate;
  CommitId before;                 ///< where the branch was
  std::optional<CommitId> commit;  ///< where it is, when it moved
  std::string ours_name;           ///< "main"
  CheckoutResult checkout;
  UnstoredConflicts conflicts;  ///< of kConflicts and kWouldConflict
};

/// Merges a commit into HEAD and the working database, or into another branch, in one operation.
/// Cost follows the changes, but for reading the working database.
///
/// Throws: kInvalid with uncommitted changes, while something is unfinished, for a fast-forward
/// that
///         is none (kOnly), and without a common ancestor; what MergeBaseSnapshot, MergeSnapshots
///         and WorkingTransaction throw. Nothing has changed then.
MergeResult MergeRevision(Repository& repository, const MergeRequest& request,
                          const CheckoutOptions& options);

}  // namespace pvc
