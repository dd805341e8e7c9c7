#include "vcs/log_walk.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace pvc {

namespace {

constexpr CommitFrontier::Marks kPart = 0;
constexpr CommitFrontier::Marks kLeftOut = 1;

}  // namespace

LogWalk::LogWalk(Repository& repository, const LogOptions& options)
    : repository_(repository), options_(options), frontier_(repository, kLeftOut) {
  for (const CommitId& id : options.from) {
    frontier_.Add(id, kPart);
    AddCandidate(id, repository.GetCommit(id));
  }
  // The stack begins with the newest on top.
  if (options.order == LogOrder::kLines) {
    std::stable_sort(candidates_.begin(), candidates_.end(), IsOlder);
  }
  for (const CommitId& id : options.without) frontier_.Add(id, kLeftOut);
}

bool LogWalk::IsOlder(const Candidate& a, const Candidate& b) {
  return std::tie(a.unix_us, a.generation, b.id) < std::tie(b.unix_us, b.generation, a.id);
}

void LogWalk::AddCandidate(const CommitId& id, const Commit& commit) {
  candidates_.push_back({id, commit.generation, commit.committer.when.unix_us});
  if (options_.order == LogOrder::kDate) {
    std::push_heap(candidates_.begin(), candidates_.end(), IsOlder);
  }
}

LogWalk::Candidate LogWalk::TakeCandidate() {
  if (options_.order == LogOrder::kDate) {
    std::pop_heap(candidates_.begin(), candidates_.end(), IsOlder);
  }
  const Candidate candidate = candidates_.back();
  candidates_.pop_back();
  return candidate;
}

// A commit is explored after all of its descendants, so its count of children is final.
bool LogWalk::ExploreOne() {
  if (!ahead_) {
    if (!frontier_.HasOpen()) return false;
    ahead_ = frontier_.Take();
  }
  const CommitFrontier::Entry entry = *std::move(ahead_);
  ahead_.reset();
  if (entry.marks != kPart) {
    for (const CommitId& parent : entry.commit.parents) {
      frontier_.AddParent(parent, entry.marks, entry);
    }
    if (child_counts_.contains(entry.id)) left_out_.insert(entry.id);
    return true;
  }
  Explored explored = Examine(entry.commit);
  for (const CommitId& parent : explored.parents) {
    frontier_.AddParent(parent, kPart, entry);
    ++child_counts_[parent];
  }
  explored_.emplace(entry.id, std::move(explored));
  return true;
}

void LogWalk::ExploreTo(uint64_t generation) {
  while (true) {
    if (!ahead_ && frontier_.HasOpen()) ahead_ = frontier_.Take();
    if (!ahead_ || ahead_->commit.generation < generation) return;
    ExploreOne();
  }
}

// Says whether a parent of an explored commit is part of the walk.
bool LogWalk::IsPart(const CommitId& id) {
  while (!explored_.contains(id)) {
    if (left_out_.contains(id) || !ExploreOne()) return false;
  }
  return true;
}

LogWalk::Explored LogWalk::Examine(const Commit& commit) {
  Explored explored;
  explored.commit = commit;
  for (const CommitId& parent : commit.parents) {
    const auto& known = explored.parents;
    if (std::find(known.begin(), known.end(), parent) == known.end()) {
      explored.parents.push_back(parent);
    }
    if (options_.follow == FollowParents::kFirst) break;
  }
  if (options_.tables == nullptr) return explored;
  if (explored.parents.empty()) {
    explored.is_shown = options_.tables->Differ(std::nullopt, commit.snapshot);
    return explored;
  }
  for (const CommitId& parent : explored.parents) {
    const SnapshotId before = repository_.GetCommit(parent).snapshot;
    if (options_.tables->Differ(before, commit.snapshot)) continue;
    const CommitId same = parent;
    explored.parents = {same};
    explored.is_shown = false;
    return explored;
  }
  return explored;
}

std::optional<LogWalk::Step> LogWalk::Next() {
  while (!candidates_.empty()) {
    const Candidate candidate = TakeCandidate();
    ExploreTo(candidate.generation);
    const auto found = explored_.find(candidate.id);
    // A starting point may be left out, have been shown, or come later, below its children.
    if (found == explored_.end() || child_counts_.contains(candidate.id)) continue;
    Explored explored = std::move(found->second);
    explored_.erase(found);

    Step step;
    step.id = candidate.id;
    step.is_shown = explored.is_shown;
    for (const CommitId& parent : explored.parents) {
      const bool is_part = IsPart(parent);
      const auto count = child_counts_.find(parent);
      const bool is_last_child = --count->second == 0;
      if (is_last_child) child_counts_.erase(count);
      if (!is_part) continue;
      step.parents.push_back(parent);
      if (is_last_child) AddCandidate(parent, explored_.at(parent).commit);
    }
    step.commit = std::move(explored.commit);
    return step;
  }
  return std::nullopt;
}

}  // namespace pvc
