#include "vcs/commit_frontier.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <utility>

#include "base/error.h"

namespace pvc {

// What comes later is "less", for the standard heap keeps the greatest in front.
bool CommitFrontier::ComesLater(const Entry& a, const Entry& b) {
  const auto order = [](const Entry& entry) {
    return std::tuple(entry.commit.generation, entry.commit.committer.when.unix_us);
  };
  if (order(a) != order(b)) return order(a) < order(b);
  return a.id > b.id;
}

void CommitFrontier::Add(const CommitId& id, Marks marks) { Put(id, marks, nullptr); }

void CommitFrontier::AddParent(const CommitId& id, Marks marks, const Entry& child) {
  Put(id, marks, &child);
}

void CommitFrontier::Put(const CommitId& id, Marks marks, const Entry* child) {
  const auto known = marks_.find(id);
  if (known != marks_.end()) {
    const bool was_open = IsOpen(known->second);
    known->second |= marks;
    if (was_open && !IsOpen(known->second)) --open_count_;
    return;
  }
  Commit commit = repository_.GetCommit(id);
  // Ends the walk on any commits: one that was taken before would come in again by this way.
  if (child != nullptr && commit.generation >= child->commit.generation) {
    throw Error(
        ErrorKind::kCorrupt,
        fmt::format("commit {} is of generation {}, but its parent {} is of {}", child->id.Short(),
                    child->commit.generation, id.Short(), commit.generation))
        .AddHint("see what else is damaged:  pvc fsck");
  }
  marks_.emplace(id, marks);
  heap_.push_back({id, std::move(commit), 0});
  std::push_heap(heap_.begin(), heap_.end(), ComesLater);
  if (IsOpen(marks)) ++open_count_;
}

CommitFrontier::Entry CommitFrontier::Take() {
  std::pop_heap(heap_.begin(), heap_.end(), ComesLater);
  Entry entry = std::move(heap_.back());
  heap_.pop_back();
  const auto known = marks_.find(entry.id);
  entry.marks = known->second;
  marks_.erase(known);
  if (IsOpen(entry.marks)) --open_count_;
  return entry;
}

}  // namespace pvc
