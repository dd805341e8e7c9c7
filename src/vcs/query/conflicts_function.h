#pragma once

#include <memory>

#include "sqlite/virtual_table.h"
#include "vcs/catalog.h"
#include "vcs/query/query_scope.h"

namespace pvc {

/// pvc_conflicts_T: the rows of a table that an unfinished merge could not settle. Columns kind (as
/// ConflictKindName has it), then base_c, ours_c and theirs_c for each stored column c; NULL where
/// a side has no such row. No rows when nothing is being merged.
///
/// Columns are those of the merged table while it has conflicts, else those of `table`.
/// Lifetime: the scope outlives it.   Requires: the entry holds rows.
std::unique_ptr<VirtualTable> ConnectConflictsFunction(QueryScope& scope,
                                                       const CatalogEntry& table);

}  // namespace pvc
