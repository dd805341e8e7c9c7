#include "tests/support/compare_databases.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>
#include <string_view>

#include "tests/support/raw_sqlite.h"

namespace pvc {
namespace {

constexpr size_t kMaxLines = 50;
constexpr size_t kMaxResultColumns = 2000;
constexpr int kMaxShownBytes = 24;

using Lines = std::vector<std::string>;

void Report(Lines& lines, std::string line) {
  if (lines.size() < kMaxLines) lines.push_back(std::move(line));
}

bool IsFull(const Lines& lines) { return lines.size() >= kMaxLines; }

struct SchemaRow {
  std::string type, name, table_name, sql;
  bool has_sql = false;

  auto operator<=>(const SchemaRow&) const = default;
  std::string Describe() const { return type + " '" + name + "' on '" + table_name + "': " + sql; }
};

bool IsStatistics(const std::string& name) { return name.starts_with("sqlite_stat"); }

std::vector<SchemaRow> ReadSchemaRows(RawDatabase& db) {
  std::vector<SchemaRow> rows;
  RawStatement statement(db, "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY rowid");
  while (statement.Step()) {
    rows.push_back({statement.Text(0), statement.Text(1), statement.Text(2), statement.Text(3),
                    sqlite3_column_type(statement.handle(), 3) != SQLITE_NULL});
  }
  return rows;
}

void CompareSchemas(RawDatabase& a, RawDatabase& b, Lines& lines) {
  std::vector<SchemaRow> in_a = ReadSchemaRows(a);
  std::vector<SchemaRow> in_b = ReadSchemaRows(b);
  const std::multiset<SchemaRow> set_a(in_a.begin(), in_a.end());
  const std::multiset<SchemaRow> set_b(in_b.begin(), in_b.end());
  if (set_a != set_b) {
    std::vector<SchemaRow> only;
    std::set_difference(set_a.begin(), set_a.end(), set_b.begin(), set_b.end(),
                        std::back_inserter(only));
    for (const SchemaRow& row : only) Report(lines, "schema only in a: " + row.Describe());
    only.clear();
    std::set_difference(set_b.begin(), set_b.end(), set_a.begin(), set_a.end(),
                        std::back_inserter(only));
    for (const SchemaRow& row : only) Report(lines, "schema only in b: " + row.Describe());
    return;
  }
  // Automatic indexes come with their tables; statistics are made by whoever last ran ANALYZE.
  const auto has_no_order = [](const SchemaRow& row) {
    return !row.has_sql || IsStatistics(row.table_name);
  };
  std::erase_if(in_a, has_no_order);
  std::erase_if(in_b, has_no_order);
  for (size_t i = 0; i < in_a.size(); ++i) {
    if (in_a[i] == in_b[i]) continue;
    Report(lines, "schema order: place " + std::to_string(i) + " is " + in_a[i].type + " '" +
                      in_a[i].name + "' in a, " + in_b[i].type + " '" + in_b[i].name + "' in b");
    return;
  }
}

void CompareProperties(RawDatabase& a, RawDatabase& b, Lines& lines) {
  for (const char* name :
       {"encoding", "page_size", "auto_vacuum", "user_version", "application_id"}) {
    const std::string in_a = a.Text("PRAGMA " + std::string(name));
    const std::string in_b = b.Text("PRAGMA " + std::string(name));
    if (in_a != in_b) Report(lines, std::string(name) + ": " + in_a + " in a, " + in_b + " in b");
  }
  const bool wal_a = a.Text("PRAGMA journal_mode") == "wal";
  const bool wal_b = b.Text("PRAGMA journal_mode") == "wal";
  if (wal_a != wal_b) {
    Report(lines, std::string("journal_mode: ") + (wal_a ? "wal" : "not wal") + " in a, " +
                      (wal_b ? "wal" : "not wal") + " in b");
  }
}

struct Table {
  bool without_rowid = false;
  std::string type;
};

std::map<std::string, Table> ListTables(RawDatabase& db) {
  std::map<std::string, Table> tables;
  RawStatement statement(db, "PRAGMA main.table_list");
  while (statement.Step()) {
    const std::string name = statement.Text(1);
    const std::string type = statement.Text(2);
    if (statement.Text(0) != "main" || name == "sqlite_schema" || type == "view" ||
        type == "virtual" || IsStatistics(name)) {
      continue;
    }
    tables[name] = {sqlite3_column_int(statement.handle(), 4) != 0, type};
  }
  return tables;
}

struct TableColumn {
  std::string name;
  bool is_generated = false;
};

std::vector<TableColumn> ListColumns(RawDatabase& db, const std::string& table) {
  std::vector<TableColumn> columns;
  RawStatement statement(db, "PRAGMA main.table_xinfo(" + RawQuote(table) + ")");
  while (statement.Step()) {
    columns.push_back({statement.Text(1), sqlite3_column_int(statement.handle(), 6) >= 2});
  }
  return columns;
}

/// A name by which the rowid can be selected.
std::optional<std::string> RowidName(const std::vector<TableColumn>& columns) {
  for (const char* name : {"rowid", "_rowid_", "oid"}) {
    const bool taken = std::any_of(columns.begin(), columns.end(), [&](const TableColumn& c) {
      return sqlite3_stricmp(c.name.c_str(), name) == 0;
    });
    if (!taken) return name;
  }
  return std::nullopt;
}

std::string KeyIndex(RawDatabase& db, const std::string& table) {
  RawStatement statement(db, "PRAGMA main.index_list(" + RawQuote(table) + ")");
  while (statement.Step()) {
    if (statement.Text(3) == "pk") return statement.Text(1);
  }
  throw std::runtime_error("table " + table + " has no key");
}

/// Rows of one table; more columns than one result may have are read by several statements in step.
class RowReader {
 public:
  RowReader(RawDatabase& db, const std::string& name, const Table& table, bool generated) {
    const std::vector<TableColumn> columns = ListColumns(db, name);
    const std::optional<std::string> rowid =
        table.without_rowid ? std::nullopt : RowidName(columns);
    std::vector<std::string> expressions;
    if (rowid) expressions.push_back(*rowid);
    for (const TableColumn& column : columns) {
      if (generated || !column.is_generated) expressions.push_back(RawQuote(column.name));
    }
    std::string how = " NOT INDEXED";
    if (rowid) how += " ORDER BY " + *rowid;
    // A WITHOUT ROWID table may be scanned by a covering index in spite of NOT INDEXED.
    if (table.without_rowid) how = " INDEXED BY " + RawQuote(KeyIndex(db, name));
    for (size_t i = 0; i < expressions.size(); i += kMaxResultColumns) {
      std::string sql = "SELECT ";
      for (size_t j = i; j < std::min(i + kMaxResultColumns, expressions.size()); ++j) {
        sql += (j > i ? "," : "") + expressions[j];
      }
      sql += " FROM main." + RawQuote(name) + how;
      parts_.push_back(std::make_unique<RawStatement>(db, sql));
    }
    has_rowid_ = rowid.has_value();
  }

  bool Step() {
    bool has_row = false;
    for (const auto& part : parts_) has_row = part->Step();
    return has_row;
  }

  bool has_rowid() const { return has_rowid_; }
  const std::vector<std::unique_ptr<RawStatement>>& parts() const { return parts_; }

 private:
  bool has_rowid_ = false;
  std::vector<std::unique_ptr<RawStatement>> parts_;
};

struct Cell {
  int type = SQLITE_NULL;
  std::string_view bytes;
  int64_t number = 0;  // the integer, or the bits of the real

  bool operator==(const Cell&) const = default;
};

Cell ReadCell(sqlite3_stmt* statement, int column) {
  Cell cell;
  cell.type = sqlite3_column_type(statement, column);
  if (cell.type == SQLITE_INTEGER) {
    cell.number = sqlite3_column_int64(statement, column);
  } else if (cell.type == SQLITE_FLOAT) {
    const double real = sqlite3_column_double(statement, column);
    std::memcpy(&cell.number, &real, sizeof real);
  } else if (cell.type != SQLITE_NULL) {
    // After column_blob the bytes stay as they are stored, whatever the encoding.
    const void* data = sqlite3_column_blob(statement, column);
    const int size = cell.type == SQLITE_TEXT ? sqlite3_column_bytes16(statement, column)
                                              : sqlite3_column_bytes(statement, column);
    cell.bytes = {static_cast<const char*>(data), static_cast<size_t>(size)};
  }
  return cell;
}

std::string Describe(const Cell& cell) {
  constexpr char kDigits[] = "0123456789abcdef";
  switch (cell.type) {
    case SQLITE_INTEGER:
      return "integer " + std::to_string(cell.number);
    case SQLITE_FLOAT: {
      double real = 0;
      std::memcpy(&real, &cell.number, sizeof real);
      char text[40];
      sqlite3_snprintf(sizeof text, text, "real %!.17g", real);
      return text;
    }
    case SQLITE_NULL:
      return "null";
    default: {
      std::string text = cell.type == SQLITE_TEXT ? "text x'" : "blob x'";
      for (const char c : cell.bytes.substr(0, kMaxShownBytes)) {
        const auto byte = static_cast<unsigned char>(c);
        text += kDigits[byte >> 4];
        text += kDigits[byte & 15];
      }
      text += cell.bytes.size() > kMaxShownBytes ? "..'" : "'";
      return text + " (" + std::to_string(cell.bytes.size()) + " bytes)";
    }
  }
}

std::string RowName(RowReader& reader, int64_t number) {
  if (!reader.has_rowid()) return "row " + std::to_string(number);
  return "rowid " + std::to_string(sqlite3_column_int64(reader.parts()[0]->handle(), 0));
}

void CompareRow(RowReader& a, RowReader& b, const std::string& where, int64_t number,
                Lines& lines) {
  for (size_t part = 0; part < a.parts().size(); ++part) {
    sqlite3_stmt* in_a = a.parts()[part]->handle();
    sqlite3_stmt* in_b = b.parts()[part]->handle();
    for (int i = 0; i < sqlite3_column_count(in_a) && !IsFull(lines); ++i) {
      const Cell cell_a = ReadCell(in_a, i);
      const Cell cell_b = ReadCell(in_b, i);
      if (cell_a == cell_b) continue;
      Report(lines, where + RowName(a, number) + " column '" + sqlite3_column_name(in_a, i) +
                        "': " + Describe(cell_a) + " in a, " + Describe(cell_b) + " in b");
    }
  }
}

void CompareRows(RowReader& a, RowReader& b, const std::string& table, Lines& lines) {
  const std::string where = "table '" + table + "' ";
  for (int64_t number = 0; !IsFull(lines); ++number) {
    const bool in_a = a.Step();
    const bool in_b = b.Step();
    if (!in_a && !in_b) return;
    if (in_a != in_b) {
      Report(lines, where + RowName(in_a ? a : b, number) + " and what follows: only in " +
                        (in_a ? "a" : "b"));
      return;
    }
    CompareRow(a, b, where, number, lines);
  }
}

void CompareTable(RawDatabase& a, RawDatabase& b, const std::string& name, const Table& in_a,
                  const Table& in_b, Lines& lines) {
  const auto names = [&](RawDatabase& db) {
    std::string all;
    for (const TableColumn& column : ListColumns(db, name)) all += RawQuote(column.name) + ",";
    return all;
  };
  if (in_a.without_rowid != in_b.without_rowid || in_a.type != in_b.type || names(a) != names(b)) {
    Report(lines, "table '" + name + "' is of another kind or has other columns");
    return;
  }
  std::unique_ptr<RowReader> rows_a;
  std::unique_ptr<RowReader> rows_b;
  try {
    rows_a = std::make_unique<RowReader>(a, name, in_a, true);
    rows_b = std::make_unique<RowReader>(b, name, in_b, true);
  } catch (const std::runtime_error&) {
    // A generated column that calls a function which is not there cannot be read.
    rows_a = std::make_unique<RowReader>(a, name, in_a, false);
    rows_b = std::make_unique<RowReader>(b, name, in_b, false);
  }
  CompareRows(*rows_a, *rows_b, name, lines);
}

std::string IntegrityFinding(RawDatabase& db) {
  try {
    return db.Text("PRAGMA integrity_check(1)");
  } catch (const std::runtime_error& error) {
    return error.what();
  }
}

void CompareIntegrity(RawDatabase& a, RawDatabase& b, Lines& lines) {
  const std::string in_b = IntegrityFinding(b);
  if (in_b == "ok" || in_b == IntegrityFinding(a)) return;
  Report(lines, "integrity_check of b: " + in_b);
}

}  // namespace

std::vector<std::string> CompareDatabases(const std::string& a_path, const std::string& b_path) {
  Lines lines;
  RawDatabase a(a_path, SQLITE_OPEN_READWRITE);
  RawDatabase b(b_path, SQLITE_OPEN_READWRITE);
  for (RawDatabase* db : {&a, &b}) {
    db->AcceptUnknownCollations();
    db->KeepWal();
    db->Run("BEGIN");
    db->Integer("SELECT count(*) FROM sqlite_schema");
  }
  CompareProperties(a, b, lines);
  CompareSchemas(a, b, lines);

  const std::map<std::string, Table> tables_a = ListTables(a);
  const std::map<std::string, Table> tables_b = ListTables(b);
  for (const auto& [name, table] : tables_a) {
    const auto found = tables_b.find(name);
    if (found == tables_b.end()) {
      Report(lines, "table '" + name + "' is only in a");
    } else {
      CompareTable(a, b, name, table, found->second, lines);
    }
  }
  for (const auto& entry : tables_b) {
    if (!tables_a.contains(entry.first)) Report(lines, "table '" + entry.first + "' is only in b");
  }
  CompareIntegrity(a, b, lines);
  return lines;
}

}  // namespace pvc
