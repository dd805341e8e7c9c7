#include "vcs/query/repository_functions.h"

#include <algorithm>
#include <array>
#include <string>

namespace pvc {
namespace {

struct NamedFunction {
  std::string_view name;
  std::unique_ptr<VirtualTable> (*connect)(QueryScope& scope);
};

constexpr auto kFunctions = std::to_array<NamedFunction>({
    {"pvc_branches", ConnectBranchesFunction},
    {"pvc_diff_stat", ConnectDiffStatFunction},
    {"pvc_hash", ConnectHashFunction},
    {"pvc_log", ConnectLogFunction},
    {"pvc_schema_diff", ConnectSchemaDiffFunction},
    {"pvc_status", ConnectStatusFunction},
    {"pvc_tags", ConnectTagsFunction},
});

std::optional<std::string> Argument(const FunctionArguments& arguments, size_t i) {
  if (i >= arguments.size() || arguments.IsNull(i)) return std::nullopt;
  return arguments.Text(i);
}

}  // namespace

void RegisterRepositoryTables(const HostConnection& host, QueryScope& scope) {
  for (const NamedFunction& function : kFunctions) {
    RegisterModule(host, std::string(function.name), ModuleUse::kByName,
                   [&scope, connect = function.connect](const std::vector<std::string>&) {
                     return connect(scope);
                   });
  }
}

void RegisterRepositoryFunctions(const HostConnection& host, QueryScope& scope) {
  RegisterRepositoryTables(host, scope);
  for (const int argument_count : {1, 2}) {
    RegisterFunction(
        host, "pvc_hash", argument_count,
        [&scope](const FunctionArguments& arguments, ColumnResult& result) {
          result.SetText(HashOfState(scope, Argument(arguments, 0), Argument(arguments, 1)));
        });
  }
}

std::vector<std::string_view> RepositoryFunctionNames() {
  std::vector<std::string_view> names;
  for (const NamedFunction& function : kFunctions) names.push_back(function.name);
  return names;
}

}  // namespace pvc
