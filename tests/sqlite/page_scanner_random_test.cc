#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "tests/sqlite/page_scan_support.h"
#include "tests/support/temp_folder.h"

namespace pvc {
namespace {

// Makes databases of any shape that SQLite allows, from a seed.
class RandomDatabase {
 public:
  RandomDatabase(const std::string& path, uint32_t seed) : random_(seed), db_(path) {
    page_size_ = 512 << Below(8);
    int reserved = OneIn(3) ? Below(32) : 0;
    sqlite3_file_control(db_.handle(), "main", SQLITE_FCNTL_RESERVE_BYTES, &reserved);
    db_.Run(
        fmt::format("PRAGMA page_size = {}; PRAGMA auto_vacuum = {}; PRAGMA encoding = '{}';"
                    "PRAGMA synchronous = OFF; VACUUM",
                    page_size_, Below(3), Pick({"UTF-8", "UTF-16le", "UTF-16be"})));
    const int table_count = 1 + Below(3);
    for (int i = 0; i < table_count; ++i) CreateTable(fmt::format("t{}", i));
    db_.Run("BEGIN");
    for (int i = 0; i < 6; ++i) {
      for (const std::string& table : tables_) Change(table);
    }
    db_.Run("COMMIT");
  }

  const std::vector<std::string>& tables() const { return tables_; }

 private:
  int Below(int limit) { return static_cast<int>(random_() % static_cast<uint32_t>(limit)); }
  bool OneIn(int n) { return Below(n) == 0; }
  std::string Pick(std::vector<std::string> choices) {
    return choices[static_cast<size_t>(Below(static_cast<int>(choices.size())))];
  }

  std::string Type() {
    return Pick({"", "INT", "TEXT", "REAL", "BLOB", "NUMERIC", "DOUBLE", "VARCHAR(10)", "INTEGER"});
  }

  std::string Number() {
    if (OneIn(3))
      return Pick({"0", "1", "-1", "127", "-128", "128", "32768", "-32769", "0.0", "9e999"});
    const auto bits = (uint64_t{random_()} << 32) | random_();
    const auto integer = static_cast<int64_t>(bits) >> Below(64);
    if (OneIn(4)) return fmt::format("{:.17g}", static_cast<double>(integer) / 1024);
    return fmt::format("({})", integer == INT64_MIN ? 0 : integer);
  }

  // Lengths gather around those at which a payload moves to overflow pages.
  std::string ByteLiteral() {
    int size = Below(20);
    if (OneIn(3)) size = Below(300);
    if (OneIn(20)) size = std::max(0, page_size_ * Below(4) + Below(80) - 40);
    if (OneIn(100)) size = Below(4 * page_size_);
    Bytes bytes;
    const bool is_ascii = OneIn(2);
    for (int i = 0; i < size; ++i) {
      bytes.push_back(static_cast<char>(is_ascii ? 32 + Below(90) : Below(256)));
    }
    const std::string hex = ToHex(bytes);
    return OneIn(2) ? "x'" + hex + "'" : "CAST(x'" + hex + "' AS TEXT)";
  }

  std::string Literal() {
    if (OneIn(6)) return "NULL";
    return OneIn(2) ? Number() : ByteLiteral();
  }

  void CreateTable(const std::string& name) {
    const bool without_rowid = OneIn(2);
    const int column_count = 1 + (OneIn(10) ? Below(120) : Below(9));
    std::vector<std::string> names;
    std::string definitions;
    for (int i = 0; i < column_count; ++i) {
      const std::string column = fmt::format("c{}", i);
      if (i > 0) definitions += ", ";
      definitions += column + " " + Type();
      if (!names.empty() && OneIn(5)) {
        definitions += fmt::format(" AS ({} || 'g') {}", names[0], Pick({"STORED", "VIRTUAL"}));
      } else {
        names.push_back(column);
      }
    }
    if (without_rowid || OneIn(3)) {
      definitions += ", PRIMARY KEY(";
      const int key_count = 1 + Below(static_cast<int>(std::min<size_t>(names.size(), 5)));
      for (int i = 0; i < key_count; ++i) {
        if (i > 0) definitions += ", ";
        definitions +=
            Pick(names) + Pick({"", " COLLATE NOCASE", " COLLATE RTRIM"}) + Pick({"", " DESC"});
      }
      definitions += ")";
    }
    db_.Run("CREATE TABLE " + name + "(" + definitions + ")" +
            (without_rowid ? " WITHOUT ROWID" : ""));
    tables_.push_back(name);
    columns_.push_back(names);
  }

  void Change(const std::string& table) {
    const auto index =
        static_cast<size_t>(std::find(tables_.begin(), tables_.end(), table) - tables_.begin());
    std::vector<std::string>& columns = columns_[index];
    const int row_count = OneIn(4) ? Below(400) : Below(40);
    for (int row = 0; row < row_count; ++row) {
      std::string names;
      std::string values;
      for (const std::string& column : columns) {
        if (OneIn(15)) continue;
        names += (names.empty() ? "" : ", ") + column;
        values += (values.empty() ? "" : ", ") + Literal();
      }
      if (!names.empty()) {
        db_.Run("INSERT OR IGNORE INTO " + table + "(" + names + ") VALUES (" + values + ")");
      }
    }
    if (OneIn(3)) db_.Run(fmt::format("DELETE FROM {} WHERE abs(random()) % 3 = 0", table));
    if (OneIn(3)) {
      db_.Run("UPDATE OR IGNORE " + table + " SET " + Pick(columns) + " = " + Literal() +
              " WHERE abs(random()) % 4 = 0");
    }
    if (OneIn(2)) {
      const std::string column = fmt::format("d{}", next_added_++);
      std::string value = OneIn(4) ? "" : " DEFAULT " + Literal();
      // ALTER TABLE takes only literals.
      if (value.find_first_of("(") != std::string::npos) value = " DEFAULT 'text'";
      db_.Run("ALTER TABLE " + table + " ADD COLUMN " + column + " " + Type() + value);
      columns.push_back(column);
    }
  }

  std::mt19937 random_;
  RawDatabase db_;
  int page_size_ = 0;
  int next_added_ = 0;
  std::vector<std::string> tables_;
  std::vector<std::vector<std::string>> columns_;
};

TEST(PageScannerRandom, RandomDatabasesReadAsSqliteReadsThem) {
  const char* given = std::getenv("PVC_TEST_SEED");
  const uint32_t first = given != nullptr ? static_cast<uint32_t>(std::stoul(given)) : 1;
  const uint32_t last = given != nullptr ? first : 60;
  for (uint32_t seed = first; seed <= last; ++seed) {
    SCOPED_TRACE(fmt::format("PVC_TEST_SEED={}", seed));
    TempFolder folder;
    const std::string path = folder / "test.db";
    std::vector<std::string> tables;
    {
      RandomDatabase database(path, seed);
      tables = database.tables();
    }
    for (const std::string& table : tables) ExpectPagesMatchSql(path, table, 0);
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace pvc
