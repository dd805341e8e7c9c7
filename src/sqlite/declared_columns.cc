#include "sqlite/declared_columns.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include "base/error.h"

namespace pvc {
namespace {

constexpr std::string_view kPlaceholder = "pvc_placeholder";

/// Puts the table's text in the schema in place of another table's, without running it: a table
/// that is created must have its functions and collations, one that is read need not.
class SchemaRow {
 public:
  SchemaRow(Database& db, const SchemaObject& table) : db_(db) {
    db_.Execute("SAVEPOINT declared_columns");
    try {
      db_.Execute(fmt::format("CREATE TABLE {}(x)", kPlaceholder));
      db_.ExecuteOnSchema(
          fmt::format("UPDATE main.sqlite_schema SET name = ?1, tbl_name = ?1, sql = ?2 "
                      "WHERE name = '{}'",
                      kPlaceholder),
          {table.name, table.sql});
    } catch (...) {
      Remove();
      throw;
    }
  }
  ~SchemaRow() { Remove(); }
  SchemaRow(const SchemaRow&) = delete;
  SchemaRow& operator=(const SchemaRow&) = delete;

 private:
  void Remove() noexcept {
    sqlite3_exec(db_.handle(), "ROLLBACK TO declared_columns; RELEASE declared_columns", nullptr,
                 nullptr, nullptr);
  }

  Database& db_;
};

std::vector<DeclaredColumn> ReadColumns(Database& scratch, const SchemaObject& table) {
  const SchemaRow row(scratch, table);
  std::vector<DeclaredColumn> columns;
  Statement query(scratch, "PRAGMA main.table_xinfo(" + QuoteIdentifier(table.name) + ")");
  while (query.Step()) {
    DeclaredColumn column;
    column.name = query.ColumnText(1);
    column.type = query.ColumnText(2);
    const char* collation = nullptr;
    const int rc = sqlite3_table_column_metadata(scratch.handle(), "main", table.name.c_str(),
                                                 column.name.c_str(), nullptr, &collation, nullptr,
                                                 nullptr, nullptr);
    if (rc != SQLITE_OK) scratch.Fail(rc, fmt::format("table '{}'", table.name));
    column.collation = collation == nullptr ? "BINARY" : collation;
    columns.push_back(std::move(column));
  }
  return columns;
}

}  // namespace

std::string_view CollationName(Collation collation) {
  switch (collation) {
    case Collation::kBinary:
      return "BINARY";
    case Collation::kNoCase:
      return "NOCASE";
    case Collation::kRtrim:
      return "RTRIM";
    case Collation::kOther:
      break;
  }
  return {};
}

std::vector<DeclaredColumn> ReadDeclaredColumns(Database& scratch, const SchemaObject& table) {
  std::vector<DeclaredColumn> columns;
  try {
    columns = ReadColumns(scratch, table);
  } catch (const Error& error) {
    // SQLite takes a schema that it cannot read for damage of the file.
    if (error.kind() != ErrorKind::kCorrupt && error.kind() != ErrorKind::kInvalid) throw;
  }
  if (columns.empty()) {
    throw Error(ErrorKind::kInvalid, fmt::format("'{}' is not the text of a table", table.name));
  }
  return columns;
}

}  // namespace pvc
