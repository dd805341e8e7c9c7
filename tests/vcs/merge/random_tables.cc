#include "tests/vcs/merge/random_tables.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <stdexcept>

namespace pvc {

RandomTables::RandomTables(uint32_t seed) : random_(seed) {
  encoding_ = Pick({"UTF-8", "UTF-8", "UTF-16le", "UTF-16be"});
  row_count_ = OneIn(6) ? 500 + Below(1500) : Below(30);
  AddTable("ints", {"id INTEGER PRIMARY KEY"}, "", {{0, "BINARY"}}, "");
  tables_.back().is_rowid_key = true;
  AddTable("counted", {"id INTEGER PRIMARY KEY AUTOINCREMENT"}, "", {{0, "BINARY"}}, "");
  tables_.back().is_rowid_key = true;
  tables_.back().has_autoincrement = true;
  AddTable("texts", {"k TEXT PRIMARY KEY"}, "", {{0, "BINARY"}}, "");
  AddTable("folded", {"k COLLATE NOCASE"}, "PRIMARY KEY(k)", {{0, "NOCASE"}}, "");
  AddTable("tuples", {"k", "l COLLATE NOCASE"}, "PRIMARY KEY(l, k)", {{1, "NOCASE"}, {0, "BINARY"}},
           "");
  AddTable("clustered", {"k TEXT COLLATE NOCASE", "l INT"}, "PRIMARY KEY(k, l DESC)",
           {{0, "NOCASE"}, {1, "BINARY"}}, "WITHOUT ROWID");
  AddTable("trimmed", {"k COLLATE RTRIM PRIMARY KEY"}, "", {{0, "RTRIM"}}, "WITHOUT ROWID");
  AddTable("keyless", {}, "", {}, "");
  AddTable("narrow", {}, "", {}, "");
}

void RandomTables::AddTable(const std::string& name, const std::vector<std::string>& key_columns,
                            const std::string& key_clause, std::vector<TableShape::KeyPart> key,
                            const std::string& options) {
  TableShape table;
  table.name = name;
  table.key = std::move(key);
  table.has_rowid = options.empty();
  std::vector<std::string> definitions = key_columns;
  const int value_count = name == "narrow" ? 1 : 1 + Below(4);
  for (int i = 0; i < value_count; ++i) {
    definitions.push_back(
        fmt::format("v{} {}", i, Pick({"", "", "TEXT", "INT", "REAL", "BLOB", "NUMERIC"})));
  }
  for (const std::string& definition : definitions) {
    table.columns.push_back(definition.substr(0, definition.find(' ')));
  }
  if (!key_clause.empty()) definitions.push_back(key_clause);
  create_.push_back(
      fmt::format("CREATE TABLE {}({}) {};", name, fmt::join(definitions, ", "), options));
  tables_.push_back(std::move(table));
}

void RandomTables::Create(RawDatabase& db) {
  db.Run(fmt::format("PRAGMA encoding = '{}'; PRAGMA synchronous = OFF; BEGIN", encoding_));
  for (const std::string& create : create_) db.Run(create);
  db.Run("COMMIT; BEGIN");
  for (const TableShape& table : tables_) {
    for (int i = 0; i < row_count_; ++i) Try(db, Insertion(table));
  }
  db.Run("COMMIT");
}

void RandomTables::Try(RawDatabase& db, const std::string& sql) {
  const bool is_in_transaction = sqlite3_get_autocommit(db.handle()) == 0;
  try {
    db.Run(sql);
  } catch (const std::runtime_error&) {
    // The key is taken, or NULL where none may be: another statement will do. "Full", for want of
    // rowids, ends the transaction too.
    if (is_in_transaction && sqlite3_get_autocommit(db.handle()) != 0) db.Run("BEGIN");
  }
}

std::string RandomTables::Id() {
  if (OneIn(40)) return Pick({"-5", "9223372036854775806", "9223372036854775807"});
  return fmt::format("{}", Below(row_count_ + 20));
}

std::string RandomTables::KeyLiteral() {
  if (OneIn(10)) return "NULL";
  if (OneIn(4)) return Pick({"'a'", "'A'", "'a '", "'B'", "'b'", "1", "1.0", "'1'", "x'31'", "''"});
  const int number = Below(row_count_ + 10);
  return OneIn(2) ? fmt::format("{}", number) : fmt::format("'k{}'", number);
}

std::string RandomTables::Literal() {
  if (OneIn(50)) return fmt::format("zeroblob({})", 3000 + Below(3));
  if (OneIn(50)) return fmt::format("printf('%.*c', {}, 'x')", 5000 + Below(3));
  return Pick({"NULL", "0", "1", "1.0", "'1'", "x'31'", "-0.0", "'é'", "2.5", "'a'", "'A'", "9e999",
               "9223372036854775807", fmt::format("{}", Below(30))});
}

std::string RandomTables::Insertion(const TableShape& table) {
  std::vector<std::string> columns;
  std::vector<std::string> values;
  const bool takes_rowid = table.is_rowid_key ? !OneIn(3) : table.has_rowid && OneIn(5);
  if (takes_rowid) {
    columns.push_back("rowid");
    values.push_back(Id());
  }
  for (size_t i = table.is_rowid_key ? 1 : 0; i < table.columns.size(); ++i) {
    columns.push_back(table.columns[i]);
    bool is_key = false;
    for (const auto& part : table.key) is_key = is_key || part.column == i;
    values.push_back(is_key ? KeyLiteral() : Literal());
  }
  return fmt::format("INSERT OR {} INTO {}({}) VALUES({})", Pick({"IGNORE", "REPLACE"}), table.name,
                     fmt::join(columns, ", "), fmt::join(values, ", "));
}

// Holds for few rows.
std::string RandomTables::Condition(const TableShape& table) {
  const std::string& column =
      table.columns[static_cast<size_t>(Below(static_cast<int>(table.columns.size())))];
  if (OneIn(3)) return fmt::format("{} IS {}", column, OneIn(2) ? KeyLiteral() : Literal());
  if (table.has_rowid) return fmt::format("rowid = {}", Id());
  return fmt::format("{} IS {}", table.columns[0], KeyLiteral());
}

std::string RandomTables::Statement(const TableShape& table) {
  switch (Below(7)) {
    case 0:
    case 1:
      return Insertion(table);
    case 2:
      return fmt::format("DELETE FROM {} WHERE {}", table.name, Condition(table));
    case 3:
      if (!table.key.empty() && !table.is_rowid_key) {
        const TableShape::KeyPart& part =
            table.key[static_cast<size_t>(Below(static_cast<int>(table.key.size())))];
        return fmt::format("UPDATE OR {} {} SET {} = {} WHERE {}", Pick({"IGNORE", "REPLACE"}),
                           table.name, table.columns[part.column], KeyLiteral(), Condition(table));
      }
      [[fallthrough]];
    case 4:
      if (table.has_rowid && OneIn(3)) {
        return fmt::format("UPDATE OR REPLACE {} SET rowid = rowid + {} WHERE {}", table.name,
                           1 + Below(3), Condition(table));
      }
      [[fallthrough]];
    default:
      return fmt::format("UPDATE {} SET {} = {} WHERE {}", table.name, table.columns.back(),
                         Literal(), Condition(table)) +
             (table.columns.size() < 3 ? ""
                                       : fmt::format("; UPDATE {} SET {} = {} WHERE {}", table.name,
                                                     table.columns[table.columns.size() - 2],
                                                     Literal(), Condition(table)));
  }
}

void RandomTables::Change(RawDatabase& db, int statement_count) {
  for (int i = 0; i < statement_count; ++i) {
    const TableShape& table = tables_[static_cast<size_t>(Below(static_cast<int>(tables_.size())))];
    Try(db, Statement(table));
  }
}

}  // namespace pvc
