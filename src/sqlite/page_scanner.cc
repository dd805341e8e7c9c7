#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/assert.h"
#include "base/error.h"
#include "sqlite/btree_cursor.h"
#include "sqlite/database.h"
#include "sqlite/overflow_chain.h"
#include "sqlite/page_source.h"
#include "sqlite/record.h"
#include "sqlite/row_scanner.h"
#include "sqlite/table_layout.h"

namespace pvc {

namespace {

constexpr size_t kMaxVarintBytesOnPage = 9;

// A value that lies on overflow pages.
class OverflowValueReader final : public ValueReader {
 public:
  void Reset(OverflowChain& chain, uint64_t offset, uint64_t size) {
    chain_ = &chain;
    offset_ = offset;
    size_ = size;
  }

  void ReadAt(uint64_t offset, char* out, size_t size) override {
    PVC_ASSERT(offset <= size_ && size <= size_ - offset);
    chain_->Read(offset_ + offset, reinterpret_cast<uint8_t*>(out), size);
  }

 private:
  OverflowChain* chain_ = nullptr;
  uint64_t offset_ = 0;
  uint64_t size_ = 0;
};

// The value of a field that a record does not have, because ALTER TABLE ADD COLUMN came later.
struct DefaultValue {
  bool is_known = false;
  Value value;
  Bytes bytes;
};

class PageScanner final : public RowScanner {
 public:
  PageScanner(Database& db, const TableInfo& table, PageSource source, TableLayout layout)
      : db_(db),
        table_(table),
        source_(std::move(source)),
        layout_(std::move(layout)),
        cursor_(source_, layout_.kind, layout_.root_page, visited_),
        chain_(source_, visited_, cursor_.window()),
        values_(layout_.slot_columns.size()),
        defaults_(values_.size()) {}

  const ScannedRow* Next() override;

 private:
  void CheckResult(const RecordResult& result) const {
    if (result.problem != nullptr) source_.Fail(cell_.page, result.problem);
  }
  RecordResult DecodeOverflowing();
  RecordResult DecodeStreaming();
  void FillAbsentFields(size_t first_field);
  const Value& Default(uint32_t slot);
  std::string RowCondition() const;

  Database& db_;
  const TableInfo table_;
  const PageSource source_;
  const TableLayout layout_;
  PageSet visited_;
  BtreeCursor cursor_;
  OverflowChain chain_;

  BtreeCell cell_;
  uint64_t row_index_ = 0;  // of the current row, from 0
  ScannedRow row_;
  std::vector<Value> values_;
  std::vector<DefaultValue> defaults_;  // by slot

  // For records with overflow pages; views in values_ point here.
  std::vector<uint8_t> buffer_;
  std::vector<uint8_t> header_;
  std::vector<FieldSpan> spans_;
  std::vector<OverflowValueReader> readers_;  // by slot
};

const ScannedRow* PageScanner::Next() {
  if (!cursor_.Next(cell_)) return nullptr;
  RecordResult result;
  if (cell_.overflow_page == 0) {
    result =
        DecodeRecord(cell_.local, cell_.local_size, layout_.fields, cell_.rowid, values_.data());
  } else {
    chain_.Reset(cell_);
    result = cell_.payload_size <= kStreamedValueBytes ? DecodeOverflowing() : DecodeStreaming();
  }
  CheckResult(result);
  if (result.field_count < layout_.fields.size()) FillAbsentFields(result.field_count);
  row_.rowid = cell_.rowid;
  row_.values = values_;
  ++row_index_;
  return &row_;
}

RecordResult PageScanner::DecodeOverflowing() {
  if (buffer_.size() < cell_.payload_size) buffer_.resize(cell_.payload_size);
  chain_.Read(0, buffer_.data(), cell_.payload_size);
  return DecodeRecord(buffer_.data(), cell_.payload_size, layout_.fields, cell_.rowid,
                      values_.data());
}

// Long records: reads the header, then the fields that are not too long, and leaves the others in
// the file. The buffer grows by what was really read, never by what a header claims.
RecordResult PageScanner::DecodeStreaming() {
  uint8_t start[kMaxVarintBytesOnPage];
  chain_.Read(0, start, sizeof start);
  uint64_t header_size = 0;
  if (DecodeHeaderSize(start, sizeof start, cell_.payload_size, header_size) == nullptr) {
    source_.Fail(cell_.page, "the record's header is cut off");
  }
  header_.resize(header_size);
  chain_.Read(0, header_.data(), header_size);
  const RecordResult result =
      DecodeHeader(header_.data(), header_size, cell_.payload_size, layout_.fields.size(), spans_);
  if (result.problem != nullptr) return result;

  readers_.resize(values_.size());
  buffer_.clear();
  for (size_t i = 0; i < result.field_count; ++i) {
    const FieldSpan& span = spans_[i];
    if (layout_.fields[i].slot == kNoSlot || span.size > kStreamedValueBytes) continue;
    const size_t at = buffer_.size();
    buffer_.resize(at + span.size);
    chain_.Read(span.offset, buffer_.data() + at, span.size);
  }
  const uint8_t* body = buffer_.data();
  for (size_t i = 0; i < result.field_count; ++i) {
    const FieldSpan& span = spans_[i];
    const RecordField& field = layout_.fields[i];
    if (field.slot == kNoSlot) continue;
    Value& value = values_[field.slot];
    if (span.size > kStreamedValueBytes) {
      value = DecodeField(span.serial_type, nullptr, field.use);
      readers_[field.slot].Reset(chain_, span.offset, span.size);
      value.reader = &readers_[field.slot];
    } else {
      value = DecodeField(span.serial_type, body, field.use);
      value.bytes = {reinterpret_cast<const char*>(body), value.size_bytes};
      body += span.size;
    }
    if (field.use == RecordField::Use::kRowid) value = Value::Integer(cell_.rowid);
  }
  return result;
}

void PageScanner::FillAbsentFields(size_t first_field) {
  for (size_t i = first_field; i < layout_.fields.size(); ++i) {
    const RecordField& field = layout_.fields[i];
    if (field.use == RecordField::Use::kRowid) {
      values_[field.slot] = Value::Integer(cell_.rowid);
    } else if (field.use != RecordField::Use::kSkip) {
      values_[field.slot] = Default(field.slot);
    }
  }
}

// SQLite keeps the default as an expression and gives it the column's affinity when a row lacks the
// field. Asking for the field of one such row does all of that.
const Value& PageScanner::Default(uint32_t slot) {
  DefaultValue& known = defaults_[slot];
  if (known.is_known) return known.value;
  const Column& column = table_.columns[layout_.slot_columns[slot]];
  Statement query(db_, fmt::format("SELECT {} FROM main.{} {}", QuoteIdentifier(column.name),
                                   QuoteIdentifier(table_.name), RowCondition()));
  if (!query.Step()) source_.Fail(cell_.page, "SQLite does not find a row that is there");
  known.value = query.ColumnValue(0);
  known.bytes = Bytes(known.value.bytes);
  known.value.bytes = known.bytes;
  known.is_known = true;
  return known.value;
}

// Picks the current row, by a name of the rowid that no column hides, else by its place.
std::string PageScanner::RowCondition() const {
  if (layout_.kind == BtreeKind::kTable) {
    for (const char* name : {"rowid", "oid", "_rowid_"}) {
      const bool is_hidden = std::any_of(
          table_.columns.begin(), table_.columns.end(),
          [&](const Column& column) { return sqlite3_stricmp(column.name.c_str(), name) == 0; });
      if (!is_hidden) return fmt::format("NOT INDEXED WHERE {} = {}", name, cell_.rowid);
    }
    return fmt::format("NOT INDEXED LIMIT 1 OFFSET {}", row_index_);
  }
  // NOT INDEXED does not keep SQLite from scanning a covering index of a WITHOUT ROWID table, whose
  // order is another.
  const std::optional<std::string> key = PrimaryKeyIndex(db_, table_.name);
  if (!key) source_.Fail(cell_.page, "the table has no key");
  return fmt::format("INDEXED BY {} LIMIT 1 OFFSET {}", QuoteIdentifier(*key), row_index_);
}

}  // namespace

std::unique_ptr<RowScanner> MakePageScanner(Database& db, const TableInfo& table) {
  std::optional<PageSource> source = PageSource::Open(db, fmt::format("table '{}'", table.name));
  if (!source) return nullptr;
  std::optional<TableLayout> layout = ReadTableLayout(db, table);
  if (!layout) return nullptr;
  return std::make_unique<PageScanner>(db, table, std::move(*source), std::move(*layout));
}

}  // namespace pvc
