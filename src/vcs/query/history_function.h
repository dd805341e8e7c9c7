#pragma once

#include <memory>

#include "sqlite/virtual_table.h"
#include "vcs/catalog.h"
#include "vcs/query/query_scope.h"

namespace pvc {

/// pvc_history_T(revision): every version of every row of a table, newest first: what each commit
/// added, changed or removed, as RowHistory gives it. Without `revision`, which may be a range as
/// `pvc log` takes it, from the scope's base on.
///
/// Columns: the stored ones of `table`, as they are after the change, of a row removed as they
/// were; columns that were renamed are followed, those that a commit lacks are NULL. Then those of
/// CommitColumns, and diff_type: 'added', 'modified' or 'removed'. Constraints on the key restrict
/// what is read: the history of one row costs some 15 us a commit.
///
/// Throws: from reading, as ResolveRange, kCorrupt, kIo, kInterrupted.
/// Lifetime: the scope outlives it.
std::unique_ptr<VirtualTable> ConnectHistoryFunction(QueryScope& scope, const CatalogEntry& table);

}  // namespace pvc
