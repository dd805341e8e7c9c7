#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "sqlite/schema.h"
#include "sqlite/value.h"

namespace pvc {

class Database;

/// One row as read: stored columns only (generated ones left out), in declared order. The INTEGER
/// PRIMARY KEY column holds the rowid as an integer.
struct ScannedRow {
  int64_t rowid = 0;  ///< 0 for WITHOUT ROWID tables
  std::span<const Value> values;
};

/// Reads all rows of one table inside the database's open read transaction: rowid tables by rowid,
/// ascending; WITHOUT ROWID tables in key order.
class RowScanner {
 public:
  virtual ~RowScanner() = default;

  /// Returns: the next row, nullptr after the last. It lives until the next call.
  /// Throws:  kCorrupt naming table and page; kIo; kBusy.
  virtual const ScannedRow* Next() = 0;
};

/// Scans through SQLite's own query interface: right for every table it can open.
///
/// Throws: kUnsupported when the rowid is needed but three columns hide it under rowid, oid and
/// _rowid_.
std::unique_ptr<RowScanner> MakeSqlScanner(Database& db, const TableInfo& table);

/// Scans b-tree pages as SQLite's file handle reads them; several times faster, streams large
/// values, and reaches hidden rowids. Decodes pages itself
/// (https://www.sqlite.org/fileformat2.html).
///
/// Returns: nullptr when the pages cannot be read safely: WAL frames not checkpointed, an in-memory
/// or
///          temporary database, a table or column whose stored form it does not know. Fall back to
///          MakeSqlScanner then; both give the same rows.
std::unique_ptr<RowScanner> MakePageScanner(Database& db, const TableInfo& table);

}  // namespace pvc
