#pragma once

#include <memory>
#include <vector>

#include "engine/object_io.h"
#include "sqlite/database.h"
#include "sqlite/schema.h"
#include "vcs/row_reader.h"

namespace pvc {

/// Computes the generated columns of a table's rows, which are not stored: SQLite does it, in a
/// table of one row in memory.
///
/// Lifetime: the source outlives it.   Cost: two statements a row.
class GeneratedColumns {
 public:
  /// Throws: kInvalid, naming what SQLite here lacks, when the table cannot be created.
  GeneratedColumns(const SchemaObject& object, const TableInfo& table, TextEncoding encoding,
                   ObjectSource& source);

  /// Computes those of the row that `reader` is at.
  /// Throws: kUnsupported for a row that cannot be stored again; kCorrupt, kIo.
  void Compute(RowReader& reader);
  /// One of them, by its place among the table's columns, generated ones included.
  /// Requires: Compute.   Lifetime: of the value's views: until the next Compute.
  Value value(size_t column);

 private:
  TableInfo table_;
  ObjectSource& source_;
  std::unique_ptr<Database> db_;
  std::unique_ptr<Statement> clear_;
  std::unique_ptr<Statement> insert_;
  std::unique_ptr<Statement> select_;
  std::vector<int> place_;  // of each column in select_, -1 for those stored
  std::vector<Bytes> held_;
};

}  // namespace pvc
