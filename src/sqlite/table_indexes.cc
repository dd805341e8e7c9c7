#include "sqlite/table_indexes.h"

#include <sqlite3.h>

#include <optional>
#include <utility>

#include "base/error.h"
#include "sqlite/database.h"

namespace pvc {

namespace {

bool IsIndexOf(const SchemaObject& object, const SchemaObject& table) {
  return object.kind == SchemaObjectKind::kIndex &&
         sqlite3_stricmp(object.table_name.c_str(), table.name.c_str()) == 0;
}

bool TryCreate(Database& db, const SchemaObject& object) {
  try {
    db.CreateSchemaObject(object);
    return true;
  } catch (const Error&) {
    return false;
  }
}

// Returns: nothing for an index with an expression.
std::optional<std::vector<TableIndex::Part>> ReadParts(Database& db, const std::string& index) {
  std::vector<TableIndex::Part> parts;
  Statement rows(db, "PRAGMA main.index_xinfo(" + QuoteIdentifier(index) + ")");
  while (rows.Step()) {
    if (rows.ColumnInteger(5) == 0) continue;  // what leads to the row, not part of the key
    const int64_t column = rows.ColumnInteger(1);
    if (column < TableIndex::kRowid) return std::nullopt;
    parts.push_back({static_cast<int>(column), rows.ColumnText(4), rows.ColumnInteger(3) != 0});
  }
  return parts;
}

std::vector<TableIndex> ListIndexes(Database& db, const std::string& table) {
  std::vector<TableIndex> indexes;
  {
    Statement rows(db, "PRAGMA main.index_list(" + QuoteIdentifier(table) + ")");
    while (rows.Step()) {
      const bool is_partial = rows.ColumnInteger(4) != 0;
      if (is_partial || rows.ColumnText(3) == "pk") continue;
      indexes.push_back({rows.ColumnText(1), {}, rows.ColumnInteger(2) != 0});
    }
  }
  std::erase_if(indexes, [&](TableIndex& index) {
    auto parts = ReadParts(db, index.name);
    if (parts) index.parts = std::move(*parts);
    return index.parts.empty();
  });
  return indexes;
}

}  // namespace

std::vector<TableIndex> ReadTableIndexes(const SchemaObject& table,
                                         std::span<const SchemaObject> indexes,
                                         TextEncoding encoding) {
  if (table.kind != SchemaObjectKind::kTable || table.is_virtual) return {};
  const auto db = Database::InMemory(encoding);
  db->BeginWrite();
  if (!TryCreate(*db, table)) return {};
  for (const SchemaObject& object : indexes) {
    if (IsIndexOf(object, table)) TryCreate(*db, object);
  }
  return ListIndexes(*db, table.name);
}

}  // namespace pvc
