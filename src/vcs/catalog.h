#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "engine/node_reader.h"
#include "engine/tree.h"
#include "sqlite/schema.h"

namespace pvc {

/// Rows of one table in a snapshot.
struct StoredTable {
  TableInfo info;  ///< declared types are not stored: they follow from the SQL text
  Tree rows;
};

/// One schema object of a snapshot.
struct CatalogEntry {
  SchemaObject object;
  /// Place among the objects in sqlite_schema: 0, 1, 2, ... Kept so that an export lists them
  /// alike; not content: a difference in rank alone is no change.
  uint64_t rank = 0;
  std::optional<StoredTable> table;  ///< objects that hold rows

  bool operator==(const CatalogEntry&) const = default;
};
bool operator==(const StoredTable& a, const StoredTable& b);

/// The catalog is a tree: one entry a schema object, keyed by name space and name.
/// Format: docs/format.md#catalog
Bytes CatalogKey(SchemaObjectKind kind, std::string_view name);
Bytes EncodeCatalogEntry(const CatalogEntry& entry);
/// Throws: kCorrupt.
CatalogEntry DecodeCatalogEntry(ByteView key, ByteView value);

/// The entry with the layout that SQLite reports for its table, as a catalog keeps it; rows stay.
/// Requires: entry.table.
CatalogEntry WithLayout(const CatalogEntry& entry, const TableInfo& info);

/// A snapshot's schema objects, read whole: sorted by rank.
/// Cost: O(objects); a thousand tables are a few hundred KB.
std::vector<CatalogEntry> ReadCatalog(NodeReader& reader, const Tree& catalog);
/// Looks up a table that holds rows, by its exact name; then by its name as SQLite compares names.
std::optional<CatalogEntry> FindTable(NodeReader& reader, const Tree& catalog,
                                      std::string_view name);
/// The same for a table that has to be there.   Throws: kNotFound with the nearest names as hints.
CatalogEntry RequireTable(NodeReader& reader, const Tree& catalog, std::string_view name);
/// The error for a table that is not there.   `names`: of the tables that are.
Error NoTableError(std::string_view name, const std::vector<std::string>& names);

}  // namespace pvc
