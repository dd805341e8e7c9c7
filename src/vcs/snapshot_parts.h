#pragma once

#include <string>
#include <vector>

#include "engine/object_store.h"
#include "vcs/repository.h"
#include "vcs/snapshot.h"

namespace pvc {

/// `base` with the named tables (rows, SQL text, their indexes and triggers) as `other` has them:
/// added, replaced, or removed where `other` has none. A name may also be that of a view, an index
/// or a trigger; names compare as SQLite compares them. A virtual table comes with its shadow
/// tables, and any one of these with all. sqlite_sequence follows its tables row by row.
///
/// Objects that are taken stand in sqlite_schema where `other` has them, after the last one before
/// them that the result has too. A `base` without any object takes the file's properties (encoding,
/// page size, ...) of `other`.
///
/// Requires: `nodes` reads both snapshots and what is put into `batch`.
/// Throws:   kNotFound for a name that neither has, nearest names as hints; kInvalid when what is
///           taken does not fit what stays: two objects of one name, or an index or trigger without
///           its table; kUnsupported when text encodings differ.
/// Cost:     O(objects), and O(rows) of sqlite_sequence; no rows of other tables are read.
Snapshot TakeTables(Repository& repository, NodeReader& nodes, WriteBatch& batch,
                    const Snapshot& base, const Snapshot& other,
                    const std::vector<std::string>& names);

}  // namespace pvc
