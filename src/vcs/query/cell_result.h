#pragma once

#include "engine/object_io.h"
#include "sqlite/virtual_table.h"
#include "vcs/row_codec.h"

namespace pvc {

/// Gives SQLite a stored cell; a large value is read straight into SQLite's memory.
/// `encoding`: of text.   Throws: kTooLarge beyond SQLite's own limit; kCorrupt, kIo.
void SetCell(ColumnResult& result, const Cell& cell, TextEncoding encoding, ObjectSource& source);

/// A rowid for a row that a table itself gives none: a hash of what tells it from all others.
int64_t RowidOfIdentity(ByteView identity);

}  // namespace pvc
