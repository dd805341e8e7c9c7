#pragma once

#include <cstdint>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "tests/support/raw_sqlite.h"

namespace pvc {

/// Makes a database of any shape from a seed, and changes its rows and its schema: all kinds of
/// keys, encodings, page sizes, generated columns, STRICT, full-text tables, foreign keys,
/// triggers.
///
/// The same seed makes the same statements on every machine. Statements that SQLite refuses (a
/// constraint, a column that an index needs) are passed over.
class RandomDatabase {
 public:
  RandomDatabase(std::string path, uint32_t seed);

  /// Changes rows, and now and then the schema and the file's layout.
  void Change();

  /// Whether columns called rowid, oid and _rowid_ stand before the rowid of some table.
  bool hides_rowids() const { return hides_rowids_; }
  /// Statements that succeeded, and all that were tried.
  int done_count() const { return done_count_; }
  int tried_count() const { return tried_count_; }

 private:
  struct Column {
    std::string name;
    bool is_generated = false;
  };

  int Below(int limit) { return static_cast<int>(random_() % static_cast<uint32_t>(limit)); }
  bool OneIn(int n) { return Below(n) == 0; }
  std::string Pick(const std::vector<std::string>& choices) {
    return choices[static_cast<size_t>(Below(static_cast<int>(choices.size())))];
  }

  bool Try(RawDatabase& db, const std::string& sql);
  std::vector<std::string> Tables(RawDatabase& db);
  std::vector<Column> Columns(RawDatabase& db, const std::string& table);

  std::string NewName(const std::string& stem);
  std::string Type();
  std::string Number();
  std::string ByteLiteral();
  std::string Literal();
  std::string Condition(const std::string& column);

  std::string ColumnDefinition(const std::string& name, bool is_strict);
  std::string KeyConstraint(const std::vector<std::string>& columns, bool is_required);
  void CreateTable(RawDatabase& db);
  void CreateFullTextTable(RawDatabase& db);
  void CreateDependent(RawDatabase& db);
  void ChangeRows(RawDatabase& db, const std::string& table);
  void ChangeSchema(RawDatabase& db);
  void ChangeLayout(RawDatabase& db);

  std::mt19937 random_;
  std::string path_;
  int page_size_ = 0;
  bool is_changing_ = false;  ///< between BEGIN and COMMIT
  int next_name_ = 0;
  bool hides_rowids_ = false;
  int done_count_ = 0;
  int tried_count_ = 0;
};

}  // namespace pvc
