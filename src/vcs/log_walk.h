#pragma once

#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "vcs/commit_frontier.h"
#include "vcs/history.h"
#include "vcs/table_history.h"

namespace pvc {

/// Which of the commits whose children have all been shown comes next.
enum class LogOrder {
  kDate,   ///< the newest by its committer's clock
  kLines,  ///< one of the same line of history: for graphs, where lines would cross else
};

struct LogOptions {
  std::vector<CommitId> from;
  std::vector<CommitId> without;  ///< these and their ancestors are left out
  FollowParents follow = FollowParents::kAll;
  LogOrder order = LogOrder::kDate;
  /// Only what changed this. A merge that agrees with a parent is passed over, and only that parent
  /// followed: the changes came from there. Null: everything.
  TableHistory* tables = nullptr;
};

/// Walks commits in the order that people read them: each once, after all of its children in the
/// walk, whatever clocks say.
///
/// Two walks in one, as in git: one by generation runs ahead and counts children, as far as it
/// takes to know that a commit has none left to show; so a history is not read whole before its
/// first commit is shown, unless a starting point is as old.
///
/// Lifetime: the repository and the tables outlive it.   Throws: as CommitFrontier, TableHistory.
/// Cost:     a commit read each, comparing tables besides; memory for the commits between the two
///           walks, and for ids left out.
class LogWalk {
 public:
  LogWalk(Repository& repository, const LogOptions& options);

  struct Step {
    CommitId id;
    Commit commit;
    /// Those it goes on to, as long as they are part of the walk.
    std::vector<CommitId> parents;
    /// False for commits passed over since they left the tables alone; these have a parent at most.
    bool is_shown = true;
  };
  /// Returns: nothing after the last.
  std::optional<Step> Next();

 private:
  struct Explored {
    Commit commit;
    std::vector<CommitId> parents;
    bool is_shown = true;
  };
  struct Candidate {
    CommitId id;
    uint64_t generation = 0;
    int64_t unix_us = 0;
  };

  static bool IsOlder(const Candidate& a, const Candidate& b);
  void AddCandidate(const CommitId& id, const Commit& commit);
  Candidate TakeCandidate();
  bool ExploreOne();
  void ExploreTo(uint64_t generation);
  bool IsPart(const CommitId& id);
  Explored Examine(const Commit& commit);

  Repository& repository_;
  LogOptions options_;
  CommitFrontier frontier_;
  std::optional<CommitFrontier::Entry> ahead_;  // taken from the frontier, not explored
  std::unordered_map<CommitId, Explored> explored_;
  std::unordered_map<CommitId, size_t> child_counts_;  // children explored and not shown
  std::unordered_set<CommitId> left_out_;
  std::vector<Candidate> candidates_;  // a heap by date, or a stack
};

}  // namespace pvc
