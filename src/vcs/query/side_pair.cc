#include "vcs/query/side_pair.h"

namespace pvc {
namespace {

QuerySide ParentOf(QueryScope& scope, const QuerySide& side) {
  std::optional<CommitId> parent;
  if (side.working != nullptr) {
    parent = scope.repository().HeadCommit();
  } else {
    const Commit commit = scope.repository().GetCommit(*side.commit);
    if (!commit.parents.empty()) parent = commit.parents.front();
  }
  return parent ? scope.CommitSide(*parent, parent->Hex()) : EmptyQuerySide(scope);
}

}  // namespace

QuerySide EmptyQuerySide(QueryScope& scope) {
  QuerySide side;
  side.nodes = &scope.repository().nodes();
  return side;
}

SidePair ReadSidePair(QueryScope& scope, const std::optional<std::string>& from,
                      const std::optional<std::string>& to) {
  SidePair pair;
  pair.to = scope.Side(to ? *to : scope.base());
  if (!from) {
    pair.from = ParentOf(scope, pair.to);
  } else if (*from == pair.to.name) {
    pair.from = pair.to;  // of the working database one reading
  } else {
    pair.from = scope.Side(*from);
  }
  return pair;
}

std::optional<std::string> NameOfState(const QuerySide& side) {
  if (side.working != nullptr) return std::string(QueryScope::kWorking);
  if (side.commit) return side.commit->Hex();
  return std::nullopt;
}

}  // namespace pvc
