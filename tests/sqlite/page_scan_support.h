#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sqlite/database.h"
#include "sqlite/row_scanner.h"
#include "tests/support/raw_sqlite.h"

namespace pvc {

/// Rows as strings: rowid, then storage class and exact bytes of each column that is not generated.
/// Two are equal only when nothing tells the rows apart.
using RowTexts = std::vector<std::string>;

TableInfo FindTable(Database& db, const std::string& name);
/// All that a scanner gives; streamed values are read in pieces of uneven size.
RowTexts ReadAll(RowScanner& scanner);
/// Scans a table by pages. Requires: MakePageScanner does not refuse.
RowTexts RowsByPages(const std::string& path, const std::string& table);
/// Reads a table with plain statements, column by column.
RowTexts RowsBySql(const std::string& path, const std::string& table);
/// Expects that both give the same rows, at least `min_rows` of them.
void ExpectPagesMatchSql(const std::string& path, const std::string& table, size_t min_rows = 1);

std::string ReadFileBytes(const std::string& path);
void WriteFileBytes(const std::string& path, const std::string& bytes);

}  // namespace pvc
