#pragma once

#include <optional>
#include <vector>

#include "vcs/commit_frontier.h"
#include "vcs/repository.h"

namespace pvc {

/// Which parents a walk goes on to.
enum class FollowParents {
  kAll,
  kFirst,  ///< the line of a branch, without what was merged into it
};

/// Walks commits from some starting points to the first, each once, no commit before all of its
/// children that are part of the walk: by generation, then by committer time, then by id. Leaves
/// out `without` and all of their ancestors, whatever parents it follows itself.
///
/// Throws: kCorrupt for commits that are missing, or whose generations do not fall; kIo.
/// Cost:   one commit read a step, and one for each left out whose generation the walk passes;
///         memory as of CommitFrontier.
class HistoryWalk {
 public:
  HistoryWalk(Repository& repository, const std::vector<CommitId>& from,
              const std::vector<CommitId>& without = {},
              FollowParents follow = FollowParents::kAll);

  struct Step {
    CommitId id;
    Commit commit;
  };
  /// Returns: nothing after the last.
  std::optional<Step> Next();

 private:
  FollowParents follow_;
  CommitFrontier frontier_;
};

}  // namespace pvc
