#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sqlite/btree_page.h"
#include "sqlite/record.h"
#include "sqlite/schema.h"

namespace pvc {

class Database;

/// How a table's rows lie in the file.
struct TableLayout {
  uint32_t root_page = 0;
  BtreeKind kind = BtreeKind::kTable;
  std::vector<RecordField> fields;     ///< in the order of its records
  std::vector<uint32_t> slot_columns;  ///< for each slot, its index in TableInfo::columns
};

/// Asks SQLite where the table is and how its records are laid out.
///
/// Returns: nothing when SQLite's answer is not what `table` says (a virtual table, another
/// schema).
std::optional<TableLayout> ReadTableLayout(Database& db, const TableInfo& table);

}  // namespace pvc
