#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/object_io.h"
#include "sqlite/database.h"
#include "vcs/row_codec.h"

namespace pvc {

/// Deletes stored rows from a table of an open database, each by what SQLite itself tells it from
/// all others by: its rowid, or the PRIMARY KEY of a table without one.
///
/// Lifetime: database, source and `info` outlive it.
class RowDeleter {
 public:
  /// Whether the rows of a table can be deleted one by one: not where columns hide the rowid under
  /// all its names.
  static bool CanDelete(const TableInfo& info);

  /// Requires: CanDelete(info).   Throws: kInvalid when the PRIMARY KEY needs a collation that is
  /// not there.
  RowDeleter(Database& db, ObjectSource& source, const TableInfo& info, TextEncoding encoding);

  /// Throws: kCorrupt when there is not exactly this one row to delete; kIo.
  void Delete(const Row& row);

 private:
  struct KeyTerm {
    size_t cell;
    std::string compared;   // "k" =
    std::string collation;  //  COLLATE "NOCASE"
  };

  void ReadKeyTerms();
  std::string DeleteSql(const std::vector<std::string>& expressions) const;
  void DeleteByKey(const Row& row);

  Database& db_;
  ObjectSource& source_;
  const TableInfo& info_;
  TextEncoding encoding_;
  std::vector<KeyTerm> key_terms_;  // empty: by rowid
  std::vector<Bytes> whole_;        // large values of the key in use
  std::optional<Statement> delete_;
};

}  // namespace pvc
