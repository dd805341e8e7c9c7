#include "vcs/query/query_scope.h"

#include "base/error.h"
#include "vcs/revision.h"

namespace pvc {

CommitId QueryScope::Resolve(std::string_view revision) {
  return ResolveRevision(repository_, revision, options_.now());
}

QuerySide QueryScope::Side(std::string_view revision) {
  QuerySide side;
  side.name = revision;
  if (revision == kWorking) {
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
  side.commit = Resolve(revision);
  side.snapshot = repository_.GetSnapshot(repository_.GetCommit(*side.commit).snapshot);
  side.nodes = &repository_.nodes();
  return side;
}

void QueryScope::Step() const {
  if (options_.should_stop && options_.should_stop()) {
    throw Error(ErrorKind::kInterrupted, "interrupted");
  }
}

}  // namespace pvc
