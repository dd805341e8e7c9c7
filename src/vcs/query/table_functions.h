#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sqlite/virtual_table.h"
#include "vcs/query/table_services.h"
#include "vcs/query/table_version.h"

namespace pvc {

/// The table-valued functions that each table has: pvc_at_T, pvc_diff_T, ...
enum class TableFunction { kAt, kDiff, kHistory, kBlame, kConflicts };

/// A function's name taken apart.
struct TableFunctionName {
  TableFunction function;
  std::string table;
};

/// Reads "pvc_at_users", whatever its case; nothing for other names, those of functions that are
/// there without a table included (repository_functions.h).
std::optional<TableFunctionName> ParseTableFunction(std::string_view name);

/// Names of all functions of a table.
std::vector<std::string> TableFunctionNames(std::string_view table);

/// Adds a function to a connection under `name`. Its columns are those of `declared`.
/// Lifetime: the services outlive the connection.
void RegisterTableFunction(const HostConnection& host, TableServices& services,
                           TableFunction function, const std::string& name,
                           const TableVersion& declared);

/// Finds a table to take a function's columns from: in the scope's base, else where branches and
/// tags are, else in the newest commit before the base that has it.
/// Returns: nothing when no such commit has it.   Cost: the last resort reads every commit.
std::optional<TableVersion> FindTableAnywhere(QueryScope& scope, std::string_view table);

}  // namespace pvc
