#pragma once

#include <memory>

#include "sqlite/virtual_table.h"
#include "vcs/catalog.h"
#include "vcs/query/query_scope.h"

namespace pvc {

/// pvc_blame_T(revision): the rows of a table at a revision (the scope's base when left out), each
/// with the commit that last changed it, as TableBlame finds it.
///
/// Columns: the stored ones of `table`, then those of CommitColumns. A revision whose table has
/// other columns: as pvc_history_T. Constraints on the key restrict what is read.
///
/// Throws: from reading, as ResolveRevision; kNotFound with the nearest names for a revision that
///         lacks the table; kUnsupported for the working database, which has no commit; kCorrupt,
///         kIo, kInterrupted.
/// Lifetime: the scope outlives it.
std::unique_ptr<VirtualTable> ConnectBlameFunction(QueryScope& scope, const CatalogEntry& table);

}  // namespace pvc
