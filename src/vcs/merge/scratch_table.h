#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sqlite/database.h"
#include "vcs/merge/conflict.h"
#include "vcs/merge/row_merge.h"
#include "vcs/row_codec.h"
#include "vcs/row_deleter.h"
#include "vcs/table_writer.h"

namespace pvc {

/// The columns of a UNIQUE constraint or index.
struct UniqueColumns {
  std::vector<size_t> cells;            ///< among the stored columns
  std::vector<std::string> collations;  ///< one a cell
};

/// A foreign key of a table.
struct ForeignKey {
  std::string parent;
  std::vector<std::string> columns;         ///< of the child
  std::vector<std::string> parent_columns;  ///< empty: the parent's PRIMARY KEY
};

/// One table of a scratch database into which stored rows are put, to see what SQLite says.
///
/// Lifetime: the database, context and `info` outlive it.
class ScratchTable {
 public:
  /// Requires: the table is there, in a write transaction.
  ScratchTable(const RowMergeContext& context, Database& db, const TableInfo& info);

  /// Whether rows can be taken out again; without it the table cannot be checked.
  static bool CanUse(const TableInfo& info) { return RowDeleter::CanDelete(info); }

  /// Returns: the constraint that the row breaks; nothing when it is in.
  /// Throws:  kCorrupt, kIo.
  std::optional<Violation> Insert(ByteView key, ByteView value);
  void Delete(ByteView key, ByteView value);

  /// The key of a row that has the same values as this one under some UNIQUE constraint; nothing
  /// when there is none, or only SQLite could tell (expressions, partial indexes).
  std::optional<Bytes> FindTwin(ByteView key, ByteView value);

  /// The UNIQUE constraints over columns alone, the PRIMARY KEY left out.
  const std::vector<UniqueColumns>& uniques() const { return uniques_; }
  /// Whether there are UNIQUE indexes over expressions, or partial ones.
  bool has_computed_uniques() const { return has_computed_uniques_; }
  std::vector<ForeignKey> ReadForeignKeys();

  /// SQL expressions that name a row in a query, and its key from their values at `first`.
  std::string IdentityColumns() const;
  Bytes KeyFrom(Statement& statement, int first);

 private:
  void ReadUniques();
  std::string ColumnName(size_t cell) const;

  const RowMergeContext& context_;
  Database& db_;
  const TableInfo& info_;
  RowCodec codec_;
  TableWriter writer_;
  RowDeleter deleter_;
  std::vector<std::string> identity_;  // names of the columns
  std::vector<UniqueColumns> uniques_;
  bool has_computed_uniques_ = false;
  Row row_;
};

}  // namespace pvc
