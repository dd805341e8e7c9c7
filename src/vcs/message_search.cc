#include "vcs/message_search.h"

#include <algorithm>
#include <tuple>
#include <unordered_set>
#include <utility>

namespace pvc {

namespace {

struct Entry {
  CommitId id;
  Commit commit;

  // Less is what comes later. Of equal times the child comes first.
  bool operator<(const Entry& other) const {
    const auto order = [](const Entry& entry) {
      return std::tuple(entry.commit.committer.when.unix_us, entry.commit.generation);
    };
    if (order(*this) != order(other)) return order(*this) < order(other);
    return id > other.id;
  }
};

}  // namespace

std::optional<CommitId> FindByMessage(Repository& repository, const std::vector<CommitId>& from,
                                      std::string_view text) {
  std::vector<Entry> frontier;  // heap
  // Times need not fall from child to parent, so what was seen has to be remembered.
  std::unordered_set<CommitId> seen;
  const auto push = [&](const CommitId& id) {
    if (!seen.insert(id).second) return;
    frontier.push_back({id, repository.GetCommit(id)});
    std::push_heap(frontier.begin(), frontier.end());
  };
  for (const CommitId& id : from) push(id);
  while (!frontier.empty()) {
    std::pop_heap(frontier.begin(), frontier.end());
    const Entry entry = std::move(frontier.back());
    frontier.pop_back();
    if (entry.commit.message.find(text) != std::string::npos) return entry.id;
    for (const CommitId& parent : entry.commit.parents) push(parent);
  }
  return std::nullopt;
}

}  // namespace pvc
