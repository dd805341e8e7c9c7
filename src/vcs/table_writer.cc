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

TableWriter::TableWriter(Database& db, ObjectSource& source, const TableInfo& info,
                         TextEncoding encoding)
    : db_(db), source_(source), info_(info), encoding_(encoding) {
  if (info.identity != RowIdentity::kRowid) rowid_name_ = RowidName(info);
  can_stream_ = CanStream();
  size_t cell = 0;
  for (const Column& column : info.columns) {
    if (!column.is_generated) parameters_.push_back({cell++, column});
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

// A blob that is filled after its row is zeros while the row is inserted: nothing may be computed
// from it then, neither a generated column nor an index.
bool TableWriter::CanStream() {
  if (info_.without_rowid) return false;
  for (const Column& column : info_.columns) {
    if (column.is_generated) return false;
  }
  Statement indexes(db_, "SELECT count(*) FROM pragma_index_list(?1, 'main')");
  indexes.BindText(1, info_.name);
  return indexes.Step() && indexes.ColumnInteger(0) == 0;
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

Value TableWriter::WholeValue(size_t index, const Cell& cell) {
  if (!cell.is_large) return cell.value;
  whole_[index] = ReadLargeValue(source_, cell.large);
  return cell.value.storage_class == StorageClass::kText ? Value::Text(whole_[index])
                                                         : Value::Blob(whole_[index]);
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
      if (cell.is_large) return false;
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
  bool needs_literals = false;
  streamed_.clear();
  for (size_t i = 0; i < parameters_.size(); ++i) {
    const Parameter& parameter = parameters_[i];
    const Cell& cell = row.cells[parameter.cell];
    const int position = static_cast<int>(i) + 1;
    if (can_stream_ && cell.is_large && cell.value.storage_class == StorageClass::kBlob &&
        cell.large.size_bytes > kStreamedBlobBytes) {
      insert_->BindZeroBlob(position, cell.large.size_bytes);
      streamed_.push_back(i);
      continue;
    }
    const Value value = WholeValue(i, cell);
    CheckWritable(parameter, value);
    needs_literals = !insert_->Bind(position, value) || needs_literals;
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

// For UTF-16 text that does not survive binding: a statement of its own, every value spelled out.
void TableWriter::InsertWithLiterals(const Row& row) {
  std::vector<std::string> expressions;
  for (size_t i = 0; i < parameters_.size(); ++i) {
    expressions.push_back(SqlLiteral(WholeValue(i, row.cells[parameters_[i].cell]), encoding_));
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
