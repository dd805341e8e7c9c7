#include "vcs/merge_base.h"

#include <algorithm>

#include "vcs/commit_frontier.h"

namespace pvc {

namespace {

constexpr CommitFrontier::Marks kOfA = 1;  // A, or an ancestor of it
constexpr CommitFrontier::Marks kOfB = 2;
constexpr CommitFrontier::Marks kOfBoth = kOfA | kOfB;
/// Below a common ancestor, and so no best one, nor is any of its ancestors.
constexpr CommitFrontier::Marks kBelow = 4;

}  // namespace

std::vector<CommitId> MergeBases(Repository& repository, const CommitId& a, const CommitId& b) {
  std::vector<CommitId> bases;
  CommitFrontier frontier(repository, kBelow);
  frontier.Add(a, kOfA);
  frontier.Add(b, kOfB);
  while (frontier.HasOpen()) {
    CommitFrontier::Entry entry = frontier.Take();
    if (entry.marks == kOfBoth) {
      bases.push_back(entry.id);
      entry.marks |= kBelow;
    }
    for (const CommitId& parent : entry.commit.parents) {
      frontier.AddParent(parent, entry.marks, entry);
    }
  }
  std::sort(bases.begin(), bases.end());
  return bases;
}

bool IsAncestor(Repository& repository, const CommitId& ancestor, const CommitId& descendant) {
  if (ancestor == descendant) return true;
  const uint64_t generation = repository.GetCommit(ancestor).generation;
  CommitFrontier frontier(repository, 0);
  frontier.Add(descendant, 0);
  while (!frontier.empty()) {
    const CommitFrontier::Entry entry = frontier.Take();
    // The frontier holds nothing of a greater generation than what is taken.
    if (entry.commit.generation <= generation) return false;
    for (const CommitId& parent : entry.commit.parents) {
      if (parent == ancestor) return true;
      frontier.AddParent(parent, 0, entry);
    }
  }
  return false;
}

}  // namespace pvc
