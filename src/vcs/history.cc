#include "vcs/history.h"

#include <utility>

namespace pvc {

namespace {

constexpr CommitFrontier::Marks kShown = 0;
constexpr CommitFrontier::Marks kLeftOut = 1;

}  // namespace

HistoryWalk::HistoryWalk(Repository& repository, const std::vector<CommitId>& from,
                         const std::vector<CommitId>& without, FollowParents follow)
    : follow_(follow), frontier_(repository, kLeftOut) {
  for (const CommitId& id : from) frontier_.Add(id, kShown);
  for (const CommitId& id : without) frontier_.Add(id, kLeftOut);
}

std::optional<HistoryWalk::Step> HistoryWalk::Next() {
  while (frontier_.HasOpen()) {
    CommitFrontier::Entry entry = frontier_.Take();
    const bool only_first = entry.marks == kShown && follow_ == FollowParents::kFirst;
    for (const CommitId& parent : entry.commit.parents) {
      frontier_.AddParent(parent, entry.marks, entry);
      if (only_first) break;
    }
    if (entry.marks == kShown) return Step{entry.id, std::move(entry.commit)};
  }
  return std::nullopt;
}

}  // namespace pvc
