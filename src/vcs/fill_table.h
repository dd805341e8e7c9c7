#pragma once

#include <functional>

#include "sqlite/database.h"
#include "vcs/catalog.h"
#include "vcs/repository.h"

namespace pvc {

/// Writes the stored rows of a table into it, streaming.
///
/// Rowids are as stored, but where columns hide the rowid under all its names: there rows keep
/// their order and are numbered anew.
///
/// Requires: the table is there and empty, in a write transaction; a ShadowWriteScope for shadow
///           tables. `nodes` reads the rows. `on_row` is called after each row and may throw.
/// Throws:   kUnsupported or kInvalid for a row that cannot be written; kIo; kCorrupt.
/// Cost:     O(rows); memory for one row and a bounded sort.
void FillTable(Repository& repository, NodeReader& nodes, Database& db, const StoredTable& table,
               TextEncoding encoding, const std::function<void()>& on_row);

}  // namespace pvc
