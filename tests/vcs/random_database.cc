#include "tests/vcs/random_database.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <stdexcept>

#include "base/bytes.h"

namespace pvc {

RandomDatabase::RandomDatabase(std::string path, uint32_t seed)
    : random_(seed), path_(std::move(path)) {
  RawDatabase db(path_);
  page_size_ = 512 << Below(6);
  const std::string encoding = Pick({"UTF-8", "UTF-8", "UTF-16le", "UTF-16be"});
  db.Run(
      fmt::format("PRAGMA page_size = {}; PRAGMA auto_vacuum = {}; PRAGMA encoding = '{}';"
                  "PRAGMA synchronous = OFF; PRAGMA user_version = {};",
                  page_size_, Below(3), encoding, Below(5)));
  if (OneIn(5)) db.Run("PRAGMA journal_mode = wal");
  const int table_count = 2 + Below(4);
  for (int i = 0; i < table_count; ++i) CreateTable(db);
  if (OneIn(2)) CreateFullTextTable(db);
  for (int i = Below(5); i > 0; --i) CreateDependent(db);
}

void RandomDatabase::Change() {
  RawDatabase db(path_);
  db.Run(fmt::format("PRAGMA synchronous = OFF; PRAGMA foreign_keys = {}", Below(2)));
  db.Run("BEGIN");
  is_changing_ = true;
  for (const std::string& table : Tables(db)) {
    if (!OneIn(3)) ChangeRows(db, table);
  }
  for (int i = Below(4); i > 0; --i) ChangeSchema(db);
  for (const std::string& table : Tables(db)) {
    if (OneIn(4)) ChangeRows(db, table);
  }
  is_changing_ = false;
  db.Run("COMMIT");
  ChangeLayout(db);
}

bool RandomDatabase::Try(RawDatabase& db, const std::string& sql) {
  ++tried_count_;
  try {
    db.Run(sql);
    ++done_count_;
    return true;
  } catch (const std::runtime_error&) {
    // Some refusals undo the whole transaction.
    if (is_changing_ && sqlite3_get_autocommit(db.handle()) != 0) db.Run("BEGIN");
    return false;
  }
}

std::vector<std::string> RandomDatabase::Tables(RawDatabase& db) {
  std::vector<std::string> names;
  RawStatement statement(db,
                         "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type IN "
                         "('table', 'virtual') AND name NOT LIKE 'sqlite_%' ORDER BY name");
  while (statement.Step()) names.push_back(statement.Text(0));
  return names;
}

std::vector<RandomDatabase::Column> RandomDatabase::Columns(RawDatabase& db,
                                                            const std::string& table) {
  std::vector<Column> columns;
  RawStatement statement(db, "PRAGMA main.table_xinfo(" + RawQuote(table) + ")");
  while (statement.Step()) {
    const std::string hidden = statement.Text(6);
    if (hidden == "1") continue;
    columns.push_back({statement.Text(1), hidden != "0"});
  }
  return columns;
}

std::string RandomDatabase::NewName(const std::string& stem) {
  const std::string name = fmt::format("{}{}", stem, next_name_++);
  if (!OneIn(6)) return name;
  return name + Pick({" \"q\"", "'s", "é", "\nline", ".dot", "[b]", ";--"});
}

std::string RandomDatabase::Type() {
  return Pick({"", "INT", "TEXT", "REAL", "BLOB", "NUMERIC", "DOUBLE", "VARCHAR(10)", "INTEGER"});
}

std::string RandomDatabase::Number() {
  if (OneIn(3)) {
    return Pick({"0", "1", "-1", "127", "-128", "128", "32768", "-32769", "0.0", "-0.0", "5.0",
                 "9e999", "-9e999", "5e-324", "9223372036854775807"});
  }
  const auto bits = (uint64_t{random_()} << 32) | random_();
  const auto integer = static_cast<int64_t>(bits) >> Below(64);
  if (OneIn(4)) return fmt::format("{:.17g}", static_cast<double>(integer) / 1024);
  return fmt::format("{}", std::max(integer, -INT64_MAX));
}

// Lengths gather around those at which a value leaves its page, and those at which it leaves its
// row in a snapshot.
std::string RandomDatabase::ByteLiteral() {
  int size = Below(12);
  if (OneIn(4)) size = Below(300);
  if (OneIn(25)) size = std::max(0, page_size_ * Below(3) + Below(80) - 40);
  if (OneIn(40)) size = 2000 + Below(200);
  if (OneIn(120)) size = Below(200'000);
  Bytes bytes;
  const int kind = Below(3);
  for (int i = 0; i < size; ++i) {
    const int byte = kind == 0 ? 32 + Below(90) : kind == 1 ? 'a' + Below(3) : Below(256);
    bytes.push_back(static_cast<char>(byte));
  }
  const std::string hex = ToHex(bytes);
  return OneIn(3) ? "x'" + hex + "'" : "CAST(x'" + hex + "' AS TEXT)";
}

std::string RandomDatabase::Literal() {
  if (OneIn(7)) return "NULL";
  // Few different values, so that keys meet, in another case or class too.
  if (OneIn(4)) return Pick({"'a'", "'A'", "'a '", "'b'", "1", "1.0", "'1'", "x'31'", "''", "x''"});
  return OneIn(2) ? Number() : ByteLiteral();
}

// Holds for a part of the rows that follows from their content alone.
std::string RandomDatabase::Condition(const std::string& column) {
  const int parts = 2 + Below(6);
  return fmt::format("length(hex(quote({}))) / 2 % {} = {}", RawQuote(column), parts, Below(parts));
}

std::string RandomDatabase::ColumnDefinition(const std::string& name, bool is_strict) {
  std::string text = RawQuote(name) + " ";
  text += is_strict ? Pick({"INT", "INTEGER", "REAL", "TEXT", "BLOB", "ANY", "ANY"}) : Type();
  if (OneIn(4)) text += " COLLATE " + Pick({"NOCASE", "RTRIM", "BINARY"});
  if (OneIn(6)) text += " UNIQUE";
  if (OneIn(8)) text += " CHECK(length(" + RawQuote(name) + ") < 1000)";
  if (OneIn(6)) text += " DEFAULT " + Pick({"1", "'d'", "x'00ff'", "2.0", "NULL", "(1 + 1)"});
  if (OneIn(12)) text += " NOT NULL ON CONFLICT IGNORE";
  return text;
}

std::string RandomDatabase::KeyConstraint(const std::vector<std::string>& columns,
                                          bool is_required) {
  if (!is_required && OneIn(2)) return "";
  std::vector<std::string> parts;
  for (int i = 1 + Below(std::min<int>(static_cast<int>(columns.size()), 3)); i > 0; --i) {
    parts.push_back(RawQuote(Pick(columns)) +
                    Pick({"", "", " COLLATE NOCASE", " COLLATE RTRIM", " COLLATE BINARY"}) +
                    Pick({"", " DESC"}));
  }
  return fmt::format(", {}({})", OneIn(6) && !is_required ? "UNIQUE" : "PRIMARY KEY",
                     fmt::join(parts, ", "));
}

void RandomDatabase::CreateTable(RawDatabase& db) {
  const bool is_strict = OneIn(4);
  const bool without_rowid = OneIn(3);
  const bool has_integer_key = OneIn(3);
  std::vector<std::string> names;
  for (int i = 1 + Below(6); i > 0; --i) names.push_back(NewName("c"));
  const bool hides_rowid = OneIn(25) && !without_rowid && !has_integer_key;
  if (hides_rowid) names.insert(names.end(), {"rowid", "oid", "_rowid_"});
  if (OneIn(30)) names.push_back("rowid");

  std::vector<std::string> definitions;
  if (has_integer_key) {
    std::string key = "id INTEGER PRIMARY KEY";
    if (!without_rowid) key += Pick({"", "", " AUTOINCREMENT", " DESC"});
    definitions.push_back(key);
  }
  for (const std::string& name : names) definitions.push_back(ColumnDefinition(name, is_strict));
  if (OneIn(3)) {
    definitions.push_back(fmt::format("{} {} AS ({} || 'g') {}", RawQuote(NewName("g")),
                                      is_strict ? "TEXT" : Type(), RawQuote(names[0]),
                                      Pick({"STORED", "VIRTUAL"})));
    std::swap(definitions.back(),
              definitions[static_cast<size_t>(Below(static_cast<int>(definitions.size())))]);
  }
  std::string text = fmt::format("{}", fmt::join(definitions, ", "));
  if (!has_integer_key) text += KeyConstraint(names, without_rowid);
  const std::vector<std::string> others = Tables(db);
  if (!others.empty() && OneIn(4)) {
    const std::string parent = Pick(others);
    text += fmt::format(", FOREIGN KEY({}) REFERENCES {}({}) ON DELETE {}", RawQuote(names[0]),
                        RawQuote(parent), RawQuote(Columns(db, parent)[0].name),
                        Pick({"CASCADE", "SET NULL", "NO ACTION"}));
  }
  std::string options = without_rowid ? "WITHOUT ROWID" : "";
  if (is_strict) options += options.empty() ? "STRICT" : ", STRICT";
  const std::string table = NewName("t");
  if (Try(db, "CREATE TABLE " + RawQuote(table) + "(" + text + ") " + options)) {
    hides_rowids_ = hides_rowids_ || hides_rowid;
  }
}

void RandomDatabase::CreateFullTextTable(RawDatabase& db) {
  Try(db, fmt::format("CREATE VIRTUAL TABLE {} USING fts5(a, b{})", RawQuote(NewName("f")),
                      Pick({"", ", prefix=2", ", detail=none", ", content=''"})));
}

void RandomDatabase::CreateDependent(RawDatabase& db) {
  const std::vector<std::string> tables = Tables(db);
  if (tables.empty()) return;
  const std::string table = Pick(tables);
  const std::vector<Column> columns = Columns(db, table);
  const std::string a =
      RawQuote(columns[static_cast<size_t>(Below(static_cast<int>(columns.size())))].name);
  const std::string b = RawQuote(columns.back().name);
  const std::string name = RawQuote(NewName("x"));
  switch (Below(6)) {
    case 0:
      Try(db, fmt::format("CREATE VIEW {} AS SELECT {}, {} AS v FROM {} -- a view", name, a, b,
                          RawQuote(table)));
      break;
    case 1:
      Try(db, fmt::format("CREATE TRIGGER {} AFTER UPDATE ON {} BEGIN DELETE FROM {} WHERE {} IS "
                          "NULL; END",
                          name, RawQuote(table), RawQuote(table), b));
      break;
    case 2:
      Try(db, fmt::format("CREATE INDEX {} ON {}({} {}) WHERE {} IS NOT NULL", name,
                          RawQuote(table), a, Pick({"", "DESC", "COLLATE NOCASE"}), b));
      break;
    case 3:
      Try(db, fmt::format("CREATE INDEX {} ON {}(lower({}), {})", name, RawQuote(table), a, b));
      break;
    default:
      Try(db, fmt::format("CREATE {} INDEX {} ON {}({}, {})", Pick({"", "UNIQUE"}), name,
                          RawQuote(table), a, b));
  }
}

void RandomDatabase::ChangeRows(RawDatabase& db, const std::string& table) {
  std::vector<std::string> names;
  for (const Column& column : Columns(db, table)) {
    if (!column.is_generated) names.push_back(column.name);
  }
  const std::string quoted = RawQuote(table);
  const int row_count = OneIn(4) ? Below(150) : Below(25);
  for (int row = 0; row < row_count; ++row) {
    std::vector<std::string> columns;
    std::vector<std::string> values;
    if (OneIn(4)) {
      columns.push_back("rowid");
      values.push_back(OneIn(4) ? Number() : fmt::format("{}", Below(1000)));
    }
    for (const std::string& name : names) {
      if (OneIn(12)) continue;
      columns.push_back(RawQuote(name));
      values.push_back(name == "id" && !OneIn(3) ? fmt::format("{}", Below(1000)) : Literal());
    }
    if (columns.empty()) continue;
    Try(db, fmt::format("INSERT OR {} INTO {}({}) VALUES({})", Pick({"IGNORE", "REPLACE"}), quoted,
                        fmt::join(columns, ", "), fmt::join(values, ", ")));
  }
  if (OneIn(2)) Try(db, "DELETE FROM " + quoted + " WHERE " + Condition(Pick(names)));
  if (OneIn(20)) Try(db, "DELETE FROM " + quoted);
  for (int i = Below(3); i > 0; --i) {
    Try(db, fmt::format("UPDATE OR {} {} SET {} = {} WHERE {}", Pick({"IGNORE", "REPLACE"}), quoted,
                        RawQuote(Pick(names)), Literal(), Condition(Pick(names))));
  }
  if (OneIn(10)) Try(db, fmt::format("UPDATE sqlite_sequence SET seq = {}", Below(5000)));
}

void RandomDatabase::ChangeSchema(RawDatabase& db) {
  const std::vector<std::string> tables = Tables(db);
  if (tables.empty()) return CreateTable(db);
  const std::string table = Pick(tables);
  const std::vector<Column> columns = Columns(db, table);
  const std::string column = Pick([&] {
    std::vector<std::string> names;
    for (const Column& each : columns) names.push_back(RawQuote(each.name));
    return names;
  }());
  const std::string alter = "ALTER TABLE " + RawQuote(table) + " ";
  switch (Below(10)) {
    case 0:
    case 1:
      Try(db, alter + "ADD COLUMN " + RawQuote(NewName("d")) + " " + Type() +
                  Pick({"", " DEFAULT 7", " NOT NULL DEFAULT 'added'", " DEFAULT x'00'",
                        " DEFAULT 2.5", " COLLATE NOCASE DEFAULT 'é'", " DEFAULT 1e3"}));
      break;
    case 2:
      Try(db, alter + "ADD COLUMN " + RawQuote(NewName("g")) + " TEXT AS (" + column + " || 'h')");
      break;
    case 3:
      Try(db, alter + "RENAME COLUMN " + column + " TO " + RawQuote(NewName("r")));
      break;
    case 4:
    case 5:
      Try(db, alter + "DROP COLUMN " + column);
      break;
    case 6:
      Try(db, alter + "RENAME TO " + RawQuote(NewName("n")));
      break;
    case 7:
      if (OneIn(2)) Try(db, "DROP TABLE " + RawQuote(table));
      CreateTable(db);
      break;
    default:
      CreateDependent(db);
  }
}

void RandomDatabase::ChangeLayout(RawDatabase& db) {
  if (OneIn(4)) Try(db, fmt::format("PRAGMA user_version = {}", Below(100)));
  if (OneIn(6)) Try(db, fmt::format("PRAGMA application_id = {}", Below(100)));
  if (OneIn(8)) Try(db, "ANALYZE");
  if (OneIn(8)) Try(db, "PRAGMA incremental_vacuum");
  if (OneIn(8)) Try(db, "PRAGMA journal_mode = " + Pick({"wal", "delete"}));
  if (OneIn(10)) Try(db, fmt::format("PRAGMA page_size = {}", 512 << Below(6)));
  if (OneIn(4)) Try(db, "VACUUM");
}

}  // namespace pvc
