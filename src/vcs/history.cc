#include "vcs/history.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace pvc {

HistoryWalk::HistoryWalk(Repository& repository, const std::vector<CommitId>& from)
    : repository_(repository) {
  for (const CommitId& id : from) Push(id);
}

// A child's generation is greater than its parents', so the greatest in the frontier has no child
// left to show. What comes later is "less", for the standard heap keeps the greatest in front.
bool HistoryWalk::ComesLater(const Entry& a, const Entry& b) {
  const auto order = [](const Entry& entry) {
    return std::tuple(entry.commit.generation, entry.commit.committer.when.unix_us);
  };
  if (order(a) != order(b)) return order(a) < order(b);
  return a.id > b.id;
}

void HistoryWalk::Push(const CommitId& id) {
  if (!seen_.insert(id).second) return;
  frontier_.push_back({id, repository_.GetCommit(id)});
  std::push_heap(frontier_.begin(), frontier_.end(), ComesLater);
}

std::optional<HistoryWalk::Step> HistoryWalk::Next() {
  if (frontier_.empty()) return std::nullopt;
  std::pop_heap(frontier_.begin(), frontier_.end(), ComesLater);
  Entry entry = std::move(frontier_.back());
  frontier_.pop_back();
  for (const CommitId& parent : entry.commit.parents) Push(parent);
  return Step{entry.id, std::move(entry.commit)};
}

}  // namespace pvc
