#pragma once

#include <memory>

#include "sqlite/virtual_table.h"
#include "vcs/catalog.h"
#include "vcs/query/query_scope.h"

namespace pvc {

/// pvc_diff_T(from, to): the rows of a table that differ between two states, as `pvc diff` finds
/// them. Columns diff_type ('added', 'removed', 'modified'), from_commit, to_commit, then from_c
/// and to_c for each stored column c of `table`.
///
/// Rows of other layouts are laid into the columns that `table` has. Constraints on key columns of
/// either side restrict what is read, unless rows go by content.
/// Lifetime: the scope outlives it.   Requires: the entry holds rows.
std::unique_ptr<VirtualTable> ConnectDiffFunction(QueryScope& scope, const CatalogEntry& table);

}  // namespace pvc
