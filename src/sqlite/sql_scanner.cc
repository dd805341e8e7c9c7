#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "base/assert.h"
#include "base/error.h"
#include "sqlite/database.h"
#include "sqlite/row_scanner.h"

namespace pvc {
namespace {

// SQLITE_MAX_COLUMN caps a result row as well as a table: a table of 2,000 columns leaves no place
// for the rowid, so the columns are spread over statements that step together.
constexpr size_t kMaxResultColumns = 2000;

char LowerAscii(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

bool EqualNames(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return LowerAscii(x) == LowerAscii(y); });
}

/// An expression that gives the rowid, if there is one.
std::optional<std::string> RowidExpression(const TableInfo& table) {
  for (const Column& column : table.columns) {
    if (column.is_rowid_alias) return QuoteIdentifier(column.name);
  }
  for (const char* name : {"rowid", "oid", "_rowid_"}) {
    const bool taken = std::any_of(table.columns.begin(), table.columns.end(),
                                   [&](const Column& c) { return EqualNames(c.name, name); });
    if (!taken) return name;
  }
  return std::nullopt;
}

class SqlScanner final : public RowScanner {
 public:
  SqlScanner(Database& db, const TableInfo& table) : db_(db), table_name_(table.name) {
    std::vector<std::string> expressions;
    std::string how;
    if (!table.without_rowid) {
      const std::optional<std::string> rowid = RowidExpression(table);
      if (!rowid) {
        throw Error(ErrorKind::kUnsupported,
                    fmt::format("table '{}' has columns named rowid, oid and _rowid_, so SQLite "
                                "cannot give its rowids",
                                table.name));
      }
      // NOT INDEXED keeps SQLite off covering indexes: they may need a collation or function that
      // is not there.
      how = " NOT INDEXED ORDER BY " + *rowid;
      expressions.push_back(*rowid);
      has_rowid_ = true;
    } else {
      // NOT INDEXED does not keep SQLite from scanning a covering index of a WITHOUT ROWID table.
      const std::optional<std::string> key = PrimaryKeyIndex(db, table.name);
      if (!key) {
        throw Error(ErrorKind::kCorrupt, fmt::format("table '{}' has no key", table.name));
      }
      how = " INDEXED BY " + QuoteIdentifier(*key);
    }
    for (const Column& column : table.columns) {
      if (!column.is_generated) expressions.push_back(QuoteIdentifier(column.name));
    }
    values_.resize(expressions.size() - (has_rowid_ ? 1 : 0));
    for (size_t first = 0; first < expressions.size(); first += kMaxResultColumns) {
      const size_t end = std::min(first + kMaxResultColumns, expressions.size());
      std::string sql = "SELECT ";
      for (size_t i = first; i < end; ++i) {
        if (i > first) sql += ',';
        sql += expressions[i];
      }
      sql += " FROM main." + QuoteIdentifier(table.name) + how;
      parts_.emplace_back(db, sql);
    }
  }

  const ScannedRow* Next() override {
    try {
      bool has_row = false;
      for (size_t i = 0; i < parts_.size(); ++i) {
        const bool has_part = parts_[i].Step();
        if (i > 0 && has_part != has_row) {
          throw Error(ErrorKind::kCorrupt, "two scans of it differ in length");
        }
        has_row = has_part;
      }
      if (!has_row) return nullptr;
    } catch (Error& error) {
      throw Describe(error);
    }

    size_t out = 0;
    for (size_t i = 0; i < parts_.size(); ++i) {
      int column = 0;
      if (i == 0 && has_rowid_) row_.rowid = parts_[0].ColumnInteger(column++);
      const int count = parts_[i].column_count();
      for (; column < count; ++column) values_[out++] = parts_[i].ColumnValue(column);
    }
    PVC_ASSERT(out == values_.size());
    row_.values = values_;
    return &row_;
  }

 private:
  /// Adds the table's name, and for corruption what SQLite's own check says (it names the page).
  Error Describe(Error error) {
    if (error.kind() == ErrorKind::kCorrupt) {
      try {
        const std::string finding =
            db_.QueryText("PRAGMA main.quick_check(" + QuoteIdentifier(table_name_) + ")");
        if (!finding.empty() && finding != "ok") {
          error = Error(ErrorKind::kCorrupt, fmt::format("{} ({})", error.message(), finding));
        }
      } catch (const Error&) {
        // The check stumbles over the same damage; the first error stands.
      }
    }
    return error.AddContext(fmt::format("table '{}'", table_name_));
  }

  Database& db_;
  std::string table_name_;
  bool has_rowid_ = false;
  std::vector<Statement> parts_;
  std::vector<Value> values_;
  ScannedRow row_;
};

}  // namespace

std::unique_ptr<RowScanner> MakeSqlScanner(Database& db, const TableInfo& table) {
  return std::make_unique<SqlScanner>(db, table);
}

}  // namespace pvc
