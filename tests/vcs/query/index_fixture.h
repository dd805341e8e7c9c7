#pragma once

#include <string>
#include <vector>

#include "sqlite/table_indexes.h"
#include "tests/vcs/import_fixture.h"
#include "vcs/catalog.h"
#include "vcs/query/derived_index.h"
#include "vcs/query/index_definition.h"
#include "vcs/row_codec.h"
#include "vcs/row_key.h"

namespace pvc {

/// A table of a commit with the index trees it may have.
struct IndexedTable {
  StoredTable table;
  TextEncoding encoding = TextEncoding::kUtf8;
  std::vector<IndexDefinition> definitions;
};

/// The tables of a snapshot that have indexes.
inline std::vector<IndexedTable> IndexedTables(Repository& repository, const Snapshot& snapshot) {
  const auto catalog = ReadCatalog(repository.nodes(), snapshot.catalog);
  std::vector<SchemaObject> objects;
  for (const CatalogEntry& entry : catalog) objects.push_back(entry.object);
  std::vector<IndexedTable> tables;
  for (const CatalogEntry& entry : catalog) {
    if (!entry.table) continue;
    IndexedTable indexed{*entry.table, snapshot.properties.encoding, {}};
    for (const TableIndex& index : ReadTableIndexes(entry.object, objects, indexed.encoding)) {
      if (auto made = MakeIndexDefinition(index, indexed.table.info)) {
        indexed.definitions.push_back(*std::move(made));
      }
    }
    if (auto made = MakeRowidIndexDefinition(indexed.table.info)) {
      indexed.definitions.push_back(*std::move(made));
    }
    if (!indexed.definitions.empty()) tables.push_back(std::move(indexed));
  }
  return tables;
}

/// Components of the first `count` parts of a row, whole.
inline Bytes WholeComponents(ObjectSource& source, const IndexedTable& indexed,
                             const IndexDefinition& definition, const Row& row, size_t count) {
  Bytes components;
  for (size_t i = 0; i < count; ++i) {
    const IndexDefinition::Part& part = definition.parts[i];
    Bytes whole;
    Value value = Value::Integer(row.rowid);
    if (part.cell != IndexDefinition::kRowid) {
      const Cell& cell = row.cells[part.cell];
      value = cell.value;
      if (cell.is_large) {
        whole = ReadLargeValue(source, cell.large);
        value.bytes = whole;
      }
    }
    AppendKeyComponent(components, value, part.collation, indexed.encoding);
  }
  return components;
}

/// The least bytes above all that begin with `prefix`.
inline Bytes After(Bytes prefix) {
  while (!prefix.empty() && prefix.back() == '\xFF') prefix.pop_back();
  if (!prefix.empty()) ++prefix.back();
  return prefix;
}

}  // namespace pvc
