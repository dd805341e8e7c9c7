#pragma once

#include <optional>
#include <unordered_set>
#include <vector>

#include "vcs/repository.h"

namespace pvc {

/// Walks commits from some starting points to the first, each once, no commit before all of its
/// children that are part of the walk: by generation, then by committer time, then by id.
///
/// Cost: one commit read a step; memory for the frontier and the set of ids seen.
class HistoryWalk {
 public:
  HistoryWalk(Repository& repository, const std::vector<CommitId>& from);

  struct Step {
    CommitId id;
    Commit commit;
  };
  std::optional<Step> Next();

 private:
  struct Entry {
    CommitId id;
    Commit commit;
  };
  static bool ComesLater(const Entry& a, const Entry& b);
  void Push(const CommitId& id);

  Repository& repository_;
  std::vector<Entry> frontier_;  // heap
  std::unordered_set<CommitId> seen_;
};

}  // namespace pvc
