#include "vcs/table_writer.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/error.h"
#include "engine/large_value.h"
#include "sqlite/affinity.h"
#include "sqlite/blob_writer.h"
#include "vcs/ascii_case.h"

namespace pvc {

namespace {

// Blobs above this size are written in place, piece by piece.
constexpr uint64_t kStreamedBlobBytes = 4U << 20;

// Preparing a longer statement than this is not worth it; SQLite's own limit is 32766.
constexpr size_t kMaxBatchMarks = 4096;

}  // namespace

std::string RowidName(const TableInfo& info) {
  if (info.without_rowid) return {};
  for (const char* name : {"rowid", "_rowid_", "oid"}) {
    const bool is_taken =
        std::any_of(info.columns.begin(), info.columns.end(),
                    [&](const Column& c) { return EqualIgnoringAsciiCase(c.name, name); });
    if (!is_taken) return name;
  }
  return {};
}

Value WholeValue(ObjectSource& source, const Cell& cell, Bytes& whole) {
  if (!cell.is_large) return cell.value;
  whole = ReadLargeValue(source, cell.large);
  return cell.value.storage_class == StorageClass::kText ? Value::Text(whole) : Value::Blob(whole);
}

TableWriter::TableWriter(Database& db, ObjectSource& source, const TableInfo& info,
                         TextEncoding encoding)
    : db_(db), source_(source), info_(info), encoding_(encoding) {
  if (info.identity != RowIdentity::kRowid) rowid_name_ = RowidName(info);
  size_t cell = 0;
  for (const Column& column : info.columns) {
    if (!column.is_generated) parameters_.push_back({cell++, column, /*can_stream=*/false});
  }
  const Uses uses = FindUses();
  // A bound blob is UTF-8 to functions, whatever the database's encoding; one read from the table
  // is not. What is computed from it would differ from what SQLite computes later.
  spells_out_blobs_ = uses.is_computed_from && encoding != TextEncoding::kUtf8;
  // A blob that is filled after its row is zeros while the row is inserted: nothing may be made of
  // it then.
  if (!uses.is_computed_from && !info.without_rowid) {
    for (Parameter& parameter : parameters_) {
      parameter.can_stream = !uses.is_indexed[parameter.cell];
    }
  }
  whole_.resize(parameters_.size());
  insert_.emplace(db_, InsertSql(std::vector<std::string>(MarksPerRow(), "?")));
}

size_t TableWriter::MarksPerRow() const {
  return parameters_.size() + (rowid_name_.empty() ? 0 : 1);
}

std::string TableWriter::BatchSql() const {
  const std::vector<std::string> marks(MarksPerRow(), "?");
  std::string sql = InsertSql(marks);
  for (size_t i = 1; i < kBatchRows; ++i) sql += fmt::format(",({})", fmt::join(marks, ","));
  return sql;
}

// Whether values are computed from a row as it is inserted, for a generated column or an index, and
// which columns are in an index as they are.
TableWriter::Uses TableWriter::FindUses() {
  Uses uses;
  for (const Column& column : info_.columns) {
    uses.is_computed_from = uses.is_computed_from || column.is_generated;
  }
  uses.is_indexed.resize(info_.columns.size());
  std::vector<std::string> indexes;
  // Statements of the form PRAGMA, not SELECT .. FROM pragma_..: a database may have a table of
  // such a name.
  Statement list(db_, "PRAGMA main.index_list(" + QuoteIdentifier(info_.name) + ")");
  while (list.Step()) {
    const bool is_partial = list.ColumnInteger(4) != 0;
    uses.is_computed_from = uses.is_computed_from || is_partial;
    indexes.push_back(list.ColumnText(1));
  }
  for (const std::string& index : indexes) {
    Statement parts(db_, "PRAGMA main.index_info(" + QuoteIdentifier(index) + ")");
    while (parts.Step()) {
      constexpr int64_t kRowid = -1;
      const int64_t position = parts.ColumnInteger(1);
      if (position >= 0 && static_cast<size_t>(position) < uses.is_indexed.size()) {
        uses.is_indexed[static_cast<size_t>(position)] = true;
      } else if (position != kRowid) {
        uses.is_computed_from = true;
      }
    }
  }
  return uses;
}

// Expressions: one a parameter, then the rowid's.
std::string TableWriter::InsertSql(const std::vector<std::string>& expressions) const {
  std::vector<std::string> names;
  for (const Parameter& parameter : parameters_)
    names.push_back(QuoteIdentifier(parameter.column.name));
  if (!rowid_name_.empty()) names.push_back(rowid_name_);
  return fmt::format("INSERT OR ABORT INTO main.{}({}) VALUES({})", QuoteIdentifier(info_.name),
                     fmt::join(names, ","), fmt::join(expressions, ","));
}

void TableWriter::CheckWritable(const Parameter& parameter, const Value& value) const {
  if (const char* why = WhyNotWritable(parameter.column.affinity, value, encoding_)) {
    throw Error(ErrorKind::kUnsupported,
                fmt::format("table '{}', column '{}': {}", info_.name, parameter.column.name, why));
  }
}

void TableWriter::InsertAll(std::span<const Row> rows) {
  while (rows.size() >= kBatchRows && TryInsertBatch(rows.first(kBatchRows))) {
    rows = rows.subspan(kBatchRows);
  }
  for (const Row& row : rows) Insert(row);
}

// Returns: false, with nothing inserted, when a row needs more than a statement with parameters.
bool TableWriter::TryInsertBatch(std::span<const Row> rows) {
  if (MarksPerRow() * kBatchRows > kMaxBatchMarks) return false;
  if (!insert_batch_) insert_batch_.emplace(db_, BatchSql());
  int position = 0;
  for (const Row& row : rows) {
    for (const Parameter& parameter : parameters_) {
      const Cell& cell = row.cells[parameter.cell];
      if (cell.is_large || NeedsLiteral(cell)) return false;
      CheckWritable(parameter, cell.value);
      if (!insert_batch_->Bind(++position, cell.value)) return false;
    }
    if (!rowid_name_.empty()) insert_batch_->BindInteger(++position, row.rowid);
  }
  insert_batch_->Step();
  insert_batch_->Reset();
  return true;
}

void TableWriter::Insert(const Row& row) {
  insert_->Reset();  // a row before may have been refused
  bool needs_literals = false;
  streamed_.clear();
  for (size_t i = 0; i < parameters_.size(); ++i) {
    const Parameter& parameter = parameters_[i];
    const Cell& cell = row.cells[parameter.cell];
    const int position = static_cast<int>(i) + 1;
    if (parameter.can_stream && cell.is_large && cell.value.storage_class == StorageClass::kBlob &&
        cell.large.size_bytes > kStreamedBlobBytes) {
      insert_->BindZeroBlob(position, cell.large.size_bytes);
      streamed_.push_back(i);
      continue;
    }
    const Value value = WholeValue(source_, cell, whole_[i]);
    CheckWritable(parameter, value);
    needs_literals = NeedsLiteral(cell) || !insert_->Bind(position, value) || needs_literals;
  }
  if (needs_literals) {
    InsertWithLiterals(row);
    return;
  }
  if (!rowid_name_.empty())
    insert_->BindInteger(static_cast<int>(parameters_.size()) + 1, row.rowid);
  insert_->Step();
  insert_->Reset();
  if (!streamed_.empty()) FillStreamed(row);
}

// For what does not survive binding: a statement of its own, every value spelled out.
void TableWriter::InsertWithLiterals(const Row& row) {
  std::vector<std::string> expressions;
  for (size_t i = 0; i < parameters_.size(); ++i) {
    expressions.push_back(
        SqlLiteral(WholeValue(source_, row.cells[parameters_[i].cell], whole_[i]), encoding_));
  }
  if (!rowid_name_.empty()) expressions.push_back(fmt::format("{}", row.rowid));
  Statement statement(db_, InsertSql(expressions));
  statement.Step();
}

void TableWriter::FillStreamed(const Row& row) {
  const int64_t rowid = db_.last_insert_rowid();
  for (const size_t i : streamed_) {
    const Cell& cell = row.cells[parameters_[i].cell];
    LargeValueReader reader(source_, cell.large);
    Bytes piece;
    FillBlob(db_, info_.name, parameters_[i].column.name, rowid, cell.large.size_bytes, [&] {
      reader.Next(piece);
      return ByteView(piece);
    });
  }
}

}  // namespace pvc
