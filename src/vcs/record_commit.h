#pragma once

#include <optional>
#include <string>
#include <vector>

#include "vcs/actor.h"
#include "vcs/working_snapshot.h"

namespace pvc {

/// What `pvc commit` asks for.
struct RecordCommitRequest {
  Actor actor;
  std::string message;
  /// Who wrote it and when, when that is not the actor.
  std::optional<Signature> author;
  /// Replaces HEAD's commit: same parents; same author unless `author` is set.
  bool amend = false;
  /// The commit that is to be replaced; another at HEAD is kMoved. Requires: set to amend.
  std::optional<CommitId> replaced;
  /// Also when nothing differs from HEAD.
  bool allow_empty = false;
  /// Only these tables, with their indexes and triggers; the rest stays uncommitted. Empty: all.
  std::vector<std::string> tables;
};

struct RecordCommitResult {
  CommitId commit;
  bool is_new = false;  ///< false: nothing differs from HEAD, and nothing was published
  Commit recorded;
  std::optional<SnapshotId>
      before;  ///< HEAD's snapshot before; the replaced commit's parent's when amending
  Head head;
  WriteStatistics statistics;
};

/// Commits what the working database held when `working` was read, in one operation. Ends a merge
/// that is unfinished, whose commit becomes the second parent.
///
/// Throws: kNotFound for a table that neither HEAD nor the working database has, nearest names as
///         hints; kInvalid to amend without a commit, to amend or commit single tables while a merge
///         is unfinished, and while conflicts are open; kMoved when
///         the branch moved meanwhile. The repository is as before then.
RecordCommitResult RecordCommit(Repository& repository, WorkingSnapshot& working,
                                const RecordCommitRequest& request);

}  // namespace pvc
