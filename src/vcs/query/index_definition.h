#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "sqlite/schema.h"
#include "sqlite/table_indexes.h"
#include "sqlite/value.h"

namespace pvc {

/// What an index tree orders the rows of a table by; always ascending.
struct IndexDefinition {
  static constexpr size_t kRowid = SIZE_MAX;

  struct Part {
    size_t cell = kRowid;  ///< place among the stored columns (RowCodec), or kRowid
    Collation collation = Collation::kBinary;  ///< never kOther

    bool operator==(const Part&) const = default;
  };

  std::string name;  ///< for messages and plans; empty for the index by rowid
  std::vector<Part> parts;
};

/// The part of SQLite's index that a tree can stand for: its columns up to the first that is
/// generated, or has a collation that pvc does not know.
/// Returns: nothing when that is none.
std::optional<IndexDefinition> MakeIndexDefinition(const TableIndex& index, const TableInfo& table);

/// The index by rowid of a table that has rowids but whose tree is ordered by a PRIMARY KEY.
/// Returns: nothing for all other tables: the tree is that index, or there is no rowid.
std::optional<IndexDefinition> MakeRowidIndexDefinition(const TableInfo& table);

/// Bytes that are equal exactly when equal trees of rows give equal index trees: the parts, and all
/// of the table's layout that decides how its rows are read. Names are not in it.
/// Format: docs/format.md#index-cache
Bytes EncodeIndexDefinition(const IndexDefinition& definition, const TableInfo& table,
                            TextEncoding encoding);

}  // namespace pvc
