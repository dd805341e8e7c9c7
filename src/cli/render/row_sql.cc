#include "cli/render/row_sql.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/error.h"
#include "cli/cell_reader.h"
#include "vcs/ascii_case.h"

namespace pvc {
namespace {

/// A name under which SQLite gives the rowid: the INTEGER PRIMARY KEY, else rowid, _rowid_ or oid,
/// whichever no column has taken. Returns: "" when there is none.
std::string RowidName(const TableInfo& table) {
  if (table.without_rowid) return "";
  for (const Column& column : table.columns) {
    if (column.is_rowid_alias) return QuoteIdentifier(column.name);
  }
  for (const std::string_view name : {"rowid", "_rowid_", "oid"}) {
    const bool is_taken = std::any_of(
        table.columns.begin(), table.columns.end(),
        [&](const Column& column) { return EqualIgnoringAsciiCase(column.name, name); });
    if (!is_taken) return std::string(name);
  }
  return "";
}

std::string_view CollateClause(Collation collation) {
  switch (collation) {
    case Collation::kNoCase:
      return " COLLATE NOCASE";
    case Collation::kRtrim:
      return " COLLATE RTRIM";
    case Collation::kBinary:
    case Collation::kOther:  // exact bytes are equal under any
      break;
  }
  return " COLLATE BINARY";
}

bool HasRowidColumn(const TableInfo& table) {
  return std::any_of(table.columns.begin(), table.columns.end(),
                     [](const Column& column) { return column.is_rowid_alias; });
}

}  // namespace

RowSqlWriter::RowSqlWriter(const Tables& tables, UpdateForm form, ObjectSource& before_source,
                           ObjectSource& after_source)
    : before_(tables.before),
      after_(tables.after),
      encoding_(tables.encoding),
      form_(form),
      before_source_(before_source),
      after_source_(after_source),
      table_(QuoteIdentifier(tables.after.name)),
      rowid_before_(RowidName(tables.before)),
      rowid_after_(RowidName(tables.after)) {
  if (after_.identity == RowIdentity::kNone && rowid_after_.empty()) {
    throw Error(ErrorKind::kUnsupported,
                fmt::format("rows of table '{}' cannot be named in SQL: its columns take the names "
                            "rowid, _rowid_ and oid",
                            after_.name))
        .AddHint("pvc export REV FILE    (write the later state as a file)");
  }
  std::vector<std::string> names;
  if (!rowid_after_.empty() && !HasRowidColumn(after_)) names.push_back(rowid_after_);
  for (const std::string& name : StoredColumnNames(after_)) names.push_back(QuoteIdentifier(name));
  insert_head_ = fmt::format("INSERT INTO {}({}) VALUES(", table_, fmt::join(names, ","));
}

std::string RowSqlWriter::Literal(ObjectSource& source, const Cell& cell) const {
  Bytes storage;
  return SqlLiteral(ReadWholeCell(source, cell, storage), encoding_);
}

std::string RowSqlWriter::Insert(const Row& row) {
  std::string sql = insert_head_;
  bool is_first = true;
  const auto add = [&](const std::string& literal) {
    if (!is_first) sql += ',';
    is_first = false;
    sql += literal;
  };
  if (!rowid_after_.empty() && !HasRowidColumn(after_)) add(fmt::format("{}", row.rowid));
  for (const Cell& cell : row.cells) add(Literal(after_source_, cell));
  return sql + ");\n";
}

std::string RowSqlWriter::Where(const Row& row) const {
  const std::vector<const Column*> columns = StoredColumns(before_);
  const bool has_null_in_key = [&] {
    for (size_t i = 0; i < columns.size(); ++i) {
      if (columns[i]->key_position != 0 &&
          row.cells[i].value.storage_class == StorageClass::kNull) {
        return true;
      }
    }
    return false;
  }();
  if (before_.identity != RowIdentity::kPrimaryKey || (has_null_in_key && !rowid_before_.empty())) {
    return fmt::format(" WHERE {}={}", rowid_before_, row.rowid);
  }
  // The key's own collation finds one row at most, and lets SQLite use the key's index.
  std::string where;
  for (size_t i = 0; i < columns.size(); ++i) {
    if (columns[i]->key_position == 0) continue;
    where += where.empty() ? " WHERE " : " AND ";
    where += QuoteIdentifier(columns[i]->name) + " IS " + Literal(before_source_, row.cells[i]);
    if (row.cells[i].value.storage_class == StorageClass::kText) {
      where += CollateClause(columns[i]->collation);
    }
  }
  return where;
}

std::string RowSqlWriter::Delete(const Row& row) const {
  return "DELETE FROM " + table_ + Where(row) + ";\n";
}

std::string RowSqlWriter::Update(const RowChange& change) const {
  const std::vector<const Column*> columns = StoredColumns(after_);
  std::string sets;
  const auto add = [&](const std::string& name, const std::string& literal) {
    sets += sets.empty() ? " SET " : ",";
    sets += name + "=" + literal;
  };
  for (size_t i = 0; i < change.after->cells.size(); ++i) {
    const Cell& after = change.after->cells[i];
    const int place = (*change.column_map)[i];
    if (place >= 0 && CellsEqual(change.before->cells.at(static_cast<size_t>(place)), after)) {
      continue;
    }
    add(QuoteIdentifier(columns.at(i)->name), Literal(after_source_, after));
  }
  if (sets.empty()) return "";
  return "UPDATE " + table_ + sets + Where(*change.before) + ";\n";
}

std::string RowSqlWriter::Statement(const RowChange& change, RowStep step) {
  // A rowid that moves may be taken until other rows have moved too.
  const bool is_split =
      change.kind == ChangeKind::kChanged &&
      (form_ == UpdateForm::kDeleteAndInsert || change.before->rowid != change.after->rowid);
  switch (step) {
    case RowStep::kDelete:
      return change.kind == ChangeKind::kRemoved || is_split ? Delete(*change.before) : "";
    case RowStep::kUpdate:
      return change.kind == ChangeKind::kChanged && !is_split ? Update(change) : "";
    case RowStep::kInsert:
      return change.kind == ChangeKind::kAdded || is_split ? Insert(*change.after) : "";
  }
  return "";
}

}  // namespace pvc
