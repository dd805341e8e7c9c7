#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "sqlite/virtual_table.h"
#include "vcs/query/query_scope.h"

namespace pvc {

/// Adds the functions that do not belong to a table: pvc_log, pvc_branches, pvc_tags, pvc_status,
/// pvc_diff_stat, pvc_schema_diff and pvc_hash, the last as an SQL function, too.
///
/// Throws: kInvalid with SQLite's message.   Lifetime: the scope outlives the connection.
void RegisterRepositoryFunctions(const HostConnection& host, QueryScope& scope);
/// The table-valued ones alone, which may take the place of others while a statement runs.
void RegisterRepositoryTables(const HostConnection& host, QueryScope& scope);

/// Names of the table-valued ones among them, by name.
std::vector<std::string_view> RepositoryFunctionNames();

/// pvc_log(revision): commits as `pvc log` lists them; `revision` may be a range, and is the
/// scope's base when left out.
std::unique_ptr<VirtualTable> ConnectLogFunction(QueryScope& scope);
std::unique_ptr<VirtualTable> ConnectBranchesFunction(QueryScope& scope);
/// pvc_tags: of a light tag, date and message are its commit's.
std::unique_ptr<VirtualTable> ConnectTagsFunction(QueryScope& scope);
/// pvc_status: how the working database differs from HEAD.
std::unique_ptr<VirtualTable> ConnectStatusFunction(QueryScope& scope);
/// pvc_diff_stat(from, to): a row for each table that differs.
std::unique_ptr<VirtualTable> ConnectDiffStatFunction(QueryScope& scope);
/// pvc_schema_diff(from, to): schema objects and properties that differ.
std::unique_ptr<VirtualTable> ConnectSchemaDiffFunction(QueryScope& scope);
/// pvc_hash(revision, table): ids of the tables' rows.
std::unique_ptr<VirtualTable> ConnectHashFunction(QueryScope& scope);

/// What `pvc hash` prints: the id of a state's content, or of a table's rows.
/// Throws: kNotFound with the nearest names; as QueryScope::Side.
std::string HashOfState(QueryScope& scope, const std::optional<std::string>& revision,
                        const std::optional<std::string>& table);

}  // namespace pvc
