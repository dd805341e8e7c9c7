#pragma once

#include <string>
#include <vector>

namespace pvc {

/// Says where two databases differ for a reader: every row of every table (ordinary, shadow,
/// sqlite_sequence) with rowid, storage class and raw bytes of each cell, generated columns too;
/// sqlite_schema as a set and in order; header properties; and what PRAGMA integrity_check says
/// about `b_path`.
///
/// Uses SQLite directly and nothing of pvc's sources. Holds one row of each side at a time.
/// Left out: what virtual tables answer (their shadow tables are compared), the rows of
/// sqlite_stat*, and
///           rowids of a table whose columns are called rowid, oid and _rowid_.
/// Returns:  at most 50 lines, none when the databases are the same.
/// Throws:   std::runtime_error when one of them cannot be read.
std::vector<std::string> CompareDatabases(const std::string& a_path, const std::string& b_path);

}  // namespace pvc
