#pragma once

#include <cstdint>

#include "engine/object_io.h"
#include "vcs/row_codec.h"

namespace pvc {

/// The first bytes of a text or blob cell, wherever it is stored.
///
/// Returns: at most `max_bytes` bytes; all of them when the cell is not longer.
/// Throws: kCorrupt, kIo.
Bytes ReadCellBytes(ObjectSource& source, const Cell& cell, uint64_t max_bytes);

/// The cell with its whole value in memory. `storage` holds it when it was stored outside the row.
/// Throws: kTooLarge beyond SQLite's own limit of 2^31 bytes; kCorrupt; kIo.
Value ReadWholeCell(ObjectSource& source, const Cell& cell, Bytes& storage);

/// Names of a table's stored columns, in the order of a row's cells.
std::vector<std::string> StoredColumnNames(const TableInfo& table);
/// Stored columns themselves, in the same order. Lifetime: points into `table`.
std::vector<const Column*> StoredColumns(const TableInfo& table);

}  // namespace pvc
