#include "vcs/row_deleter.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/error.h"
#include "vcs/table_writer.h"

namespace pvc {

namespace {

// The name by which a statement finds a row by its rowid.
std::string RowidColumn(const TableInfo& info) {
  for (const Column& column : info.columns) {
    if (column.is_rowid_alias) return QuoteIdentifier(column.name);
  }
  return RowidName(info);
}

}  // namespace

bool RowDeleter::CanDelete(const TableInfo& info) {
  return info.without_rowid || !RowidColumn(info).empty();
}

RowDeleter::RowDeleter(Database& db, ObjectSource& source, const TableInfo& info,
                       TextEncoding encoding)
    : db_(db), source_(source), info_(info), encoding_(encoding) {
  if (!info.without_rowid) {
    delete_.emplace(db_, fmt::format("DELETE FROM main.{} WHERE {} = ?", QuoteIdentifier(info.name),
                                     RowidColumn(info)));
    return;
  }
  ReadKeyTerms();
  whole_.resize(key_terms_.size());
  delete_.emplace(db_, DeleteSql(std::vector<std::string>(key_terms_.size(), "?")));
}

// Each column under the collations that the key itself uses: under another, SQLite would look
// through the whole table.
void RowDeleter::ReadKeyTerms() {
  const std::optional<std::string> index = PrimaryKeyIndex(db_, info_.name);
  if (!index) {
    throw Error(ErrorKind::kCorrupt,
                fmt::format("table '{}' has a PRIMARY KEY without index", info_.name));
  }
  std::vector<size_t> cell_of_column;
  size_t cell = 0;
  for (const Column& column : info_.columns) {
    cell_of_column.push_back(cell);
    if (!column.is_generated) ++cell;
  }
  Statement parts(db_, "PRAGMA main.index_xinfo(" + QuoteIdentifier(*index) + ")");
  while (parts.Step()) {
    if (parts.ColumnInteger(5) == 0) continue;  // not part of the key
    const int64_t position = parts.ColumnInteger(1);
    if (position < 0 || static_cast<size_t>(position) >= info_.columns.size() ||
        info_.columns[static_cast<size_t>(position)].is_generated) {
      throw Error(ErrorKind::kCorrupt, fmt::format("table '{}': its PRIMARY KEY has no column {}",
                                                   info_.name, position));
    }
    const auto column = static_cast<size_t>(position);
    key_terms_.push_back({cell_of_column[column],
                          QuoteIdentifier(info_.columns[column].name) + " = ",
                          " COLLATE " + QuoteIdentifier(parts.ColumnText(4))});
  }
}

std::string RowDeleter::DeleteSql(const std::vector<std::string>& expressions) const {
  std::vector<std::string> terms;
  for (size_t i = 0; i < key_terms_.size(); ++i) {
    terms.push_back(key_terms_[i].compared + expressions[i] + key_terms_[i].collation);
  }
  return fmt::format("DELETE FROM main.{} WHERE {}", QuoteIdentifier(info_.name),
                     fmt::join(terms, " AND "));
}

void RowDeleter::Delete(const Row& row) {
  if (info_.without_rowid) {
    DeleteByKey(row);
  } else {
    delete_->BindInteger(1, row.rowid);
    delete_->Step();
    delete_->Reset();
  }
  if (db_.changed_row_count() == 1) return;
  throw Error(ErrorKind::kCorrupt,
              fmt::format("table '{}': a row that was read is not found again", info_.name))
      .AddHint("check the database: sqlite3 FILE 'PRAGMA integrity_check'");
}

void RowDeleter::DeleteByKey(const Row& row) {
  bool needs_literals = false;
  std::vector<Value> values;
  for (size_t i = 0; i < key_terms_.size(); ++i) {
    values.push_back(WholeValue(source_, row.cells[key_terms_[i].cell], whole_[i]));
    needs_literals = !delete_->Bind(static_cast<int>(i) + 1, values.back()) || needs_literals;
  }
  if (!needs_literals) {
    delete_->Step();
    delete_->Reset();
    return;
  }
  // UTF-16 text that does not survive binding. CAST has an affinity, which would make a comparison
  // of it; the plus takes that away.
  std::vector<std::string> expressions;
  for (const Value& value : values) {
    expressions.push_back("+" + SqlLiteral(value, encoding_));
  }
  Statement statement(db_, DeleteSql(expressions));
  statement.Step();
}

}  // namespace pvc
