#pragma once

#include <string>
#include <vector>

#include "sqlite/database.h"
#include "vcs/diff.h"

namespace pvc {

/// Deletes come before updates before inserts, so that values that must be unique are free when
/// they are taken.
enum class RowStep { kDelete, kUpdate, kInsert };

/// How a changed row is written. In tables with UNIQUE columns beside the key, rows may swap
/// values, which UPDATE by UPDATE cannot do.
enum class UpdateForm { kUpdate, kDeleteAndInsert };

/// Writes row changes of one table as SQL statements with exact literals.
///
/// Lifetime: what it is given outlives it.
class RowSqlWriter {
 public:
  struct Tables {
    const TableInfo& before;
    const TableInfo& after;
    TextEncoding encoding;
  };
  /// Throws: kUnsupported when rows can only be told apart by a rowid that no name reaches.
  RowSqlWriter(const Tables& tables, UpdateForm form, ObjectSource& before_source,
               ObjectSource& after_source);

  /// The statement that `change` needs in `step`, with its line end; "" for none.
  std::string Statement(const RowChange& change, RowStep step);
  /// INSERT of a whole row of the later side.
  std::string Insert(const Row& row);

 private:
  std::string Literal(ObjectSource& source, const Cell& cell) const;
  std::string Delete(const Row& row) const;
  std::string Update(const RowChange& change) const;
  /// "WHERE ..." that finds exactly this row of the earlier side.
  std::string Where(const Row& row) const;

  TableInfo before_;
  TableInfo after_;
  TextEncoding encoding_;
  UpdateForm form_;
  ObjectSource& before_source_;
  ObjectSource& after_source_;
  std::string table_;         // quoted
  std::string rowid_before_;  // quoted name by which the rowid is reached, "" when none
  std::string rowid_after_;
  std::string insert_head_;
};

}  // namespace pvc
