#include "vcs/query/query_scope.h"

#include <utility>

#include "base/error.h"
#include "vcs/revision.h"

namespace pvc {

CommitId QueryScope::Resolve(std::string_view revision) {
  return ResolveRevision(repository_, revision, options_.now());
}

QuerySide QueryScope::CommitSide(const CommitId& commit, std::string name) {
  QuerySide side;
  side.name = std::move(name);
  side.commit = commit;
  side.snapshot = repository_.GetSnapshot(repository_.GetCommit(commit).snapshot);
  side.nodes = &repository_.nodes();
  return side;
}

QuerySide QueryScope::Side(std::string_view revision) {
  if (revision == kWorking) {
    QuerySide side;
    side.name = revision;
    if (!options_.can_read_working) {
      throw Error(ErrorKind::kUnsupported,
                  "this program has a SQLite of its own, beside which pvc cannot read the working "
                  "database");
    }
    side.working = std::make_shared<const WorkingSnapshot>(ReadWorkingSnapshot(repository_, {}));
    side.snapshot = side.working->snapshot;
    side.nodes = side.working->nodes.get();
    return side;
  }
  return CommitSide(Resolve(revision), std::string(revision));
}

void QueryScope::Step() const {
  if (options_.should_stop && options_.should_stop()) {
    throw Error(ErrorKind::kInterrupted, "interrupted");
  }
}

}  // namespace pvc
