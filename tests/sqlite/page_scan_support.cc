#include "tests/sqlite/page_scan_support.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <bit>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace pvc {

namespace {

void AppendField(std::string& row, char tag, std::string_view bytes) {
  row += fmt::format("|{}{}:", tag, bytes.size());
  row += bytes;
}

void AppendReal(std::string& row, double real) {
  AppendField(row, 'r', fmt::format("{:016x}", std::bit_cast<uint64_t>(real)));
}

std::string ReadInPieces(ValueReader& reader, uint64_t size) {
  std::string bytes(size, '?');
  const uint64_t half = size / 2;
  // The second half first: a reader must be able to go back.
  for (auto [from, to] : {std::pair{half, size}, std::pair{uint64_t{0}, half}}) {
    uint64_t piece = 1;
    for (uint64_t at = from; at < to; at += piece, piece = piece * 3 + 1) {
      if (piece > 100000) piece = 7;
      if (piece > to - at) piece = to - at;
      reader.ReadAt(at, bytes.data() + at, piece);
    }
  }
  return bytes;
}

void AppendValue(std::string& row, const Value& value) {
  switch (value.storage_class) {
    case StorageClass::kNull:
      AppendField(row, 'n', "");
      break;
    case StorageClass::kInteger:
      AppendField(row, 'i', fmt::format("{}", value.integer));
      break;
    case StorageClass::kReal:
      AppendReal(row, value.real);
      break;
    case StorageClass::kText:
    case StorageClass::kBlob: {
      const char tag = value.storage_class == StorageClass::kText ? 't' : 'b';
      if (value.reader != nullptr) {
        AppendField(row, tag, ReadInPieces(*value.reader, value.size_bytes));
      } else {
        EXPECT_EQ(value.size_bytes, value.bytes.size());
        AppendField(row, tag, value.bytes);
      }
    }
  }
}

// The statement's first column is a value, its second the same value cast to a blob.
void AppendColumn(std::string& row, sqlite3_stmt* statement) {
  switch (sqlite3_column_type(statement, 0)) {
    case SQLITE_NULL:
      AppendField(row, 'n', "");
      break;
    case SQLITE_INTEGER:
      AppendField(row, 'i', fmt::format("{}", sqlite3_column_int64(statement, 0)));
      break;
    case SQLITE_FLOAT:
      AppendReal(row, sqlite3_column_double(statement, 0));
      break;
    default: {
      const char tag = sqlite3_column_type(statement, 0) == SQLITE_TEXT ? 't' : 'b';
      const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement, 1));
      const auto size = static_cast<size_t>(sqlite3_column_bytes(statement, 1));
      AppendField(row, tag, size == 0 ? std::string_view() : std::string_view(bytes, size));
    }
  }
}

}  // namespace

TableInfo FindTable(Database& db, const std::string& name) {
  for (TableInfo& table : ReadSchema(db).tables) {
    if (table.name == name) return std::move(table);
  }
  throw std::runtime_error("no table " + name);
}

RowTexts ReadAll(RowScanner& scanner) {
  RowTexts rows;
  while (const ScannedRow* row = scanner.Next()) {
    std::string text = fmt::format("{}", row->rowid);
    for (const Value& value : row->values) AppendValue(text, value);
    rows.push_back(std::move(text));
  }
  return rows;
}

RowTexts RowsByPages(const std::string& path, const std::string& table) {
  Database db(path, {});
  db.BeginRead();
  const auto scanner = MakePageScanner(db, FindTable(db, table));
  if (scanner == nullptr) throw std::runtime_error("the page scanner refuses " + table);
  return ReadAll(*scanner);
}

RowTexts RowsBySql(const std::string& path, const std::string& table) {
  RawDatabase db(path, SQLITE_OPEN_READONLY);
  db.AcceptUnknownCollations();
  const std::string name = RawQuote(table);
  std::vector<std::string> columns;
  for (RawStatement info(db, "PRAGMA table_xinfo(" + name + ")"); info.Step();) {
    if (sqlite3_column_int(info.handle(), 6) == 0) columns.push_back(info.Text(1));
  }
  RawStatement kind(db, "SELECT wr FROM pragma_table_list WHERE schema = 'main' AND name = " +
                            SqlLiteral(Value::Text(table), TextEncoding::kUtf8));
  if (!kind.Step()) throw std::runtime_error("no table " + table);
  const bool has_rowid = sqlite3_column_int(kind.handle(), 0) == 0;

  RowTexts rows;
  RawStatement rowids(
      db, std::string("SELECT ") + (has_rowid ? "rowid" : "0") + " FROM " + name + " NOT INDEXED");
  while (rowids.Step()) {
    rows.push_back(fmt::format("{}", sqlite3_column_int64(rowids.handle(), 0)));
  }
  for (const std::string& column : columns) {
    const std::string quoted = RawQuote(column);
    RawStatement cells(
        db, "SELECT " + quoted + ", CAST(" + quoted + " AS BLOB) FROM " + name + " NOT INDEXED");
    for (std::string& row : rows) {
      if (!cells.Step()) throw std::runtime_error("columns of unequal length");
      AppendColumn(row, cells.handle());
    }
  }
  return rows;
}

void ExpectPagesMatchSql(const std::string& path, const std::string& table, size_t min_rows) {
  SCOPED_TRACE("table " + table);
  const RowTexts actual = RowsByPages(path, table);
  const RowTexts expected = RowsBySql(path, table);
  ASSERT_EQ(actual.size(), expected.size());
  EXPECT_GE(actual.size(), min_rows);
  for (size_t i = 0; i < actual.size(); ++i) {
    ASSERT_TRUE(actual[i] == expected[i]) << "row " << i << ": " << actual[i].substr(0, 500)
                                          << "\ninstead of " << expected[i].substr(0, 500);
  }
}

std::string ReadFileBytes(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void WriteFileBytes(const std::string& path, const std::string& bytes) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

}  // namespace pvc
