#pragma once

#include <cstdint>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "tests/support/raw_sqlite.h"

namespace pvc {

#ifndef PVC_SEED_COUNT
#define PVC_SEED_COUNT 4
#endif

/// `count` seeds, or the one in PVC_TEST_SEED.
inline std::vector<uint32_t> RandomSeeds(uint32_t first, uint32_t count) {
  if (const char* given = std::getenv("PVC_TEST_SEED")) {
    return {static_cast<uint32_t>(std::stoul(given))};
  }
  std::vector<uint32_t> seeds;
  for (uint32_t i = 0; i < count; ++i) seeds.push_back(first + i);
  return seeds;
}

/// A table as the tests that merge by themselves need to know it.
struct TableShape {
  struct KeyPart {
    size_t column = 0;
    std::string collation;  ///< "BINARY", "NOCASE", "RTRIM"
  };
  std::string name;
  std::vector<std::string> columns;
  std::vector<KeyPart> key;  ///< empty: rows go by content
  bool has_rowid = true;
  bool is_rowid_key = false;
  bool has_autoincrement = false;
};

/// One table of every kind that rows are told apart in, without any constraint but the key, and
/// random statements on them. Keys and values are few, so that the same are changed again and
/// again.
class RandomTables {
 public:
  explicit RandomTables(uint32_t seed);

  const std::vector<TableShape>& tables() const { return tables_; }
  /// Makes the tables in an empty database, with some rows.
  void Create(RawDatabase& db);
  /// Runs so many random statements. Those that SQLite refuses are passed over.
  void Change(RawDatabase& db, int statement_count);

  int Below(int limit) { return static_cast<int>(random_() % static_cast<uint32_t>(limit)); }
  bool OneIn(int n) { return Below(n) == 0; }
  std::string Pick(const std::vector<std::string>& choices) {
    return choices[static_cast<size_t>(Below(static_cast<int>(choices.size())))];
  }

 private:
  void AddTable(const std::string& name, const std::vector<std::string>& key_columns,
                const std::string& key_clause, std::vector<TableShape::KeyPart> key,
                const std::string& options);
  static void Try(RawDatabase& db, const std::string& sql);
  std::string KeyLiteral();
  std::string Literal();
  std::string Id();
  std::string Insertion(const TableShape& table);
  std::string Statement(const TableShape& table);
  std::string Condition(const TableShape& table);

  std::mt19937 random_;
  std::vector<TableShape> tables_;
  std::vector<std::string> create_;
  std::string encoding_;
  int row_count_ = 0;
};

}  // namespace pvc
