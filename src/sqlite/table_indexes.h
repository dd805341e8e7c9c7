#pragma once

#include <span>
#include <string>
#include <vector>

#include "sqlite/schema.h"
#include "sqlite/value.h"

namespace pvc {

/// An index that SQLite keeps for a table, by columns alone.
struct TableIndex {
  static constexpr int kRowid = -1;

  struct Part {
    int column = kRowid;    ///< place among the table's columns in declared order, or kRowid
    std::string collation;  ///< SQLite's name of it
    bool is_descending = false;

    bool operator==(const Part&) const = default;
  };

  std::string name;  ///< of automatic ones too
  std::vector<Part> parts;
  bool is_unique = false;

  bool operator==(const TableIndex&) const = default;
};

/// Asks SQLite which indexes a table has, those of UNIQUE constraints included, by creating both in
/// memory. Left out are partial indexes, those with expressions, and the PRIMARY KEY's own.
///
/// `indexes`: schema objects; those of other tables and kinds are passed over.
/// What SQLite refuses, for want of a function or a collation or because the text is hostile, is
/// left out; all of them when that is the table's own text.
/// Cost: about 0.3 ms and 0.1 ms an index.
std::vector<TableIndex> ReadTableIndexes(const SchemaObject& table,
                                         std::span<const SchemaObject> indexes,
                                         TextEncoding encoding);

}  // namespace pvc
