#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "vcs/repository.h"

namespace pvc {

/// What is left of a bisection. Candidates are the commits of which one is the first bad one: the
/// bad commit and its ancestors, without the good ones and theirs.
struct BisectSearch {
  /// Zero when the bad commit is good, or an ancestor of a good one.
  size_t candidate_count = 0;
  /// The candidate to test: of those that are neither skipped nor known to be bad, the one where
  /// the lesser of both answers leaves most behind; of several the newest (the one that a walk
  /// through history by generation, committer time and id comes to first). Nothing when there is
  /// none.
  std::optional<CommitId> next;
  /// Candidates that `next` descends from, itself included: what is left when it is bad.
  size_t next_weight = 0;
  /// Without a `next`: the candidates, newest first. Only one: it is the first bad commit.
  std::vector<CommitId> suspects;
};

/// Throws: kCorrupt for commits that are missing, or whose generations do not fall; kIo.
/// Cost:   one commit read a candidate, besides what HistoryWalk reads of the good ones' ancestors;
///         about 150 bytes of memory each. Weights are exact, at candidates * segments / 64 steps,
///         where the candidates between two forks or merges are one segment. 100,000 commits take
///         0.2 s in a line, and 0.4 s when each of them is a merge.
BisectSearch SearchBisection(Repository& repository, const CommitId& bad,
                             const std::vector<CommitId>& good,
                             const std::vector<CommitId>& skipped);

/// How many more tests a search among so many candidates takes about, as git estimates it.
size_t EstimateBisectSteps(size_t candidate_count);

}  // namespace pvc
