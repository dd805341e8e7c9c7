#include "vcs/query/table_functions.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "base/error.h"
#include "vcs/ascii_case.h"
#include "vcs/history.h"
#include "vcs/query/at_function.h"
#include "vcs/query/blame_function.h"
#include "vcs/query/conflicts_function.h"
#include "vcs/query/diff_function.h"
#include "vcs/query/history_function.h"
#include "vcs/query/repository_functions.h"

namespace pvc {
namespace {

struct Prefix {
  TableFunction function;
  std::string_view text;
};

constexpr std::array<Prefix, 5> kPrefixes = {{{TableFunction::kAt, "pvc_at_"},
                                              {TableFunction::kDiff, "pvc_diff_"},
                                              {TableFunction::kHistory, "pvc_history_"},
                                              {TableFunction::kBlame, "pvc_blame_"},
                                              {TableFunction::kConflicts, "pvc_conflicts_"}}};

std::unique_ptr<VirtualTable> Connect(TableServices& services, TableFunction function,
                                      const TableVersion& declared) {
  switch (function) {
    case TableFunction::kAt:
      return ConnectAtFunction(services, declared, services.scope.base(), RevisionFrom::kParameter);
    case TableFunction::kDiff:
      return ConnectDiffFunction(services.scope, declared.entry);
    case TableFunction::kHistory:
      return ConnectHistoryFunction(services.scope, declared.entry);
    case TableFunction::kBlame:
      return ConnectBlameFunction(services.scope, declared.entry);
    case TableFunction::kConflicts:
      return ConnectConflictsFunction(services.scope, declared.entry);
  }
  return nullptr;
}

/// Remembers which snapshots were looked into.
class TableSearch {
 public:
  TableSearch(QueryScope& scope, std::string_view table) : scope_(scope), table_(table) {}

  std::optional<TableVersion> LookInto(const CommitId& id, const Commit& commit) {
    if (!seen_.insert(commit.snapshot).second) return std::nullopt;
    QuerySide side = scope_.CommitSide(id, id.Short());
    auto entry = FindTable(*side.nodes, side.snapshot.catalog, table_);
    if (!entry) return std::nullopt;
    return TableVersion{std::move(*entry), std::move(side)};
  }

 private:
  QueryScope& scope_;
  std::string table_;
  std::set<SnapshotId> seen_;
};

}  // namespace

std::optional<TableFunctionName> ParseTableFunction(std::string_view name) {
  const std::vector<std::string_view> others = RepositoryFunctionNames();
  const bool is_other = std::any_of(others.begin(), others.end(), [&](std::string_view other) {
    return EqualIgnoringAsciiCase(other, name);
  });
  if (is_other) return std::nullopt;
  for (const Prefix& prefix : kPrefixes) {
    if (name.size() <= prefix.text.size()) continue;
    if (!EqualIgnoringAsciiCase(name.substr(0, prefix.text.size()), prefix.text)) continue;
    return TableFunctionName{prefix.function, std::string(name.substr(prefix.text.size()))};
  }
  return std::nullopt;
}

std::vector<std::string> TableFunctionNames(std::string_view table) {
  std::vector<std::string> names;
  for (const Prefix& prefix : kPrefixes) {
    names.push_back(std::string(prefix.text) + std::string(table));
  }
  return names;
}

void RegisterTableFunction(const HostConnection& host, TableServices& services,
                           TableFunction function, const std::string& name,
                           const TableVersion& declared) {
  RegisterModule(host, name, ModuleUse::kByName,
                 [&services, function, declared](const std::vector<std::string>&) {
                   return Connect(services, function, declared);
                 });
}

std::optional<TableVersion> FindTableAnywhere(QueryScope& scope, std::string_view table) {
  Repository& repository = scope.repository();
  TableSearch search(scope, table);
  std::vector<CommitId> from;
  try {
    from.push_back(scope.Resolve(scope.base()));
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::kCorrupt || error.kind() == ErrorKind::kIo) throw;
  }
  for (const char* prefix : {"refs/heads/", "refs/tags/"}) {
    for (const Ref& ref : repository.ListRefs(prefix)) {
      from.push_back(scope.Resolve(ref.name));
    }
  }
  for (const CommitId& id : from) {
    if (auto found = search.LookInto(id, repository.GetCommit(id))) return found;
  }
  if (from.empty()) return std::nullopt;
  HistoryWalk walk(repository, from);
  while (const auto step = walk.Next()) {
    scope.Step();
    if (auto found = search.LookInto(step->id, step->commit)) return found;
  }
  return std::nullopt;
}

}  // namespace pvc
