#include "vcs/row_reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/decoder.h"
#include "base/error.h"
#include "engine/node.h"
#include "vcs/row_cells.h"
#include "vcs/row_key.h"

namespace pvc {

RowReader::RowReader(const TableInfo& table)
    : name_(table.name),
      is_tuple_key_(table.identity == RowIdentity::kPrimaryKey),
      has_rowid_slot_(is_tuple_key_ && !table.without_rowid) {
  for (size_t i = 0; i < table.columns.size(); ++i) {
    const Column& column = table.columns[i];
    if (column.is_generated) continue;
    if (column.is_rowid_alias) rowid_cell_ = stored_columns_.size();
    const bool is_in_key = is_tuple_key_ && column.key_position > 0;
    part_of_cell_.push_back(is_in_key ? static_cast<int>(column.key_position - 1) : -1);
    if (is_in_key) key_part_count_ = std::max<size_t>(key_part_count_, column.key_position);
    stored_columns_.push_back(i);
  }
  key_text_.resize(key_part_count_);
  key_values_.resize(key_part_count_);
}

void RowReader::Fail(const char* what) const {
  throw Error(ErrorKind::kCorrupt, fmt::format("table '{}': row: {}", name_, what));
}

void RowReader::SetRow(ByteView key, ByteView value) {
  key_ = key;
  value_ = value;
  has_header_ = false;
  has_tuple_ = false;
}

void RowReader::ReadHeader() {
  Decoder in(value_, "row");
  cell_count_ = static_cast<size_t>(in.ReadVarintAtMost(kMaxCells));
  if (cell_count_ > stored_columns_.size()) Fail("more cells than columns");
  const size_t slot_count = cell_count_ + (has_rowid_slot_ ? 1 : 0);
  codes_.resize(slot_count);
  for (uint64_t& code : codes_) code = in.ReadVarint();
  offsets_.clear();
  offsets_.push_back(in.offset());
  has_header_ = true;
}

void RowReader::ReadKeyTuple() {
  Decoder in(key_, "row key");
  for (size_t i = 0; i < key_part_count_; ++i) {
    key_values_[i] = ReadKeyComponent(in, key_text_[i]);
  }
  has_tuple_ = true;
}

void RowReader::ReadSlot(size_t slot, Cell& cell) {
  // Where a slot begins follows from those in front of it.
  while (offsets_.size() <= slot) {
    const size_t before = offsets_.size() - 1;
    const uint64_t code = codes_[before];
    size_t size = 0;
    if (code < kCodeZero) {
      size = static_cast<size_t>(code);
    } else if (code == kCodeReal) {
      size = sizeof(double);
    } else if (code >= kFirstBytes) {
      size = static_cast<size_t>(std::min((code - kFirstBytes) / 2, uint64_t{value_.size()} + 1));
    } else if (code == kCodeLargeText || code == kCodeLargeBlob) {
      Decoder in(value_.substr(offsets_.back()), "row");
      ReadStoredCell(in, code, cell);
      size = in.offset();
    }
    if (size > value_.size() - offsets_.back()) Fail("a cell reaches past its end");
    offsets_.push_back(offsets_.back() + size);
  }
  Decoder in(value_.substr(offsets_[slot]), "row");
  ReadStoredCell(in, codes_[slot], cell);
}

int64_t RowReader::Rowid() {
  if (!is_tuple_key_) {
    if (key_.size() != 8) Fail("key that is no rowid");
    return ReadRowidKey(key_);
  }
  if (!has_rowid_slot_) return 0;
  if (!has_header_) ReadHeader();
  ReadSlot(0, rowid_cell_value_);
  if (rowid_cell_value_.is_large ||
      rowid_cell_value_.value.storage_class != StorageClass::kInteger) {
    Fail("rowid that is no integer");
  }
  return rowid_cell_value_.value.integer;
}

const Cell& RowReader::ReadCell(size_t index) {
  if (!has_header_) ReadHeader();
  if (index >= cell_count_) {
    if (index == rowid_cell_) Fail("row without its key");
    cell_.is_large = false;
    cell_.value = Value::Null();
    return cell_;
  }
  const size_t slot = index + (has_rowid_slot_ ? 1 : 0);
  if (codes_[slot] != kCodeInKey) {
    if (index == rowid_cell_) Fail("rowid stored twice");
    ReadSlot(slot, cell_);
    return cell_;
  }
  cell_.is_large = false;
  if (index == rowid_cell_) {
    cell_.value = Value::Integer(Rowid());
    return cell_;
  }
  if (part_of_cell_[index] < 0 || key_.size() >= kMaxKeyBytes) Fail("unknown kind of cell");
  if (!has_tuple_) ReadKeyTuple();
  cell_.value = key_values_[static_cast<size_t>(part_of_cell_[index])];
  if (cell_.value.storage_class == StorageClass::kNull) Fail("NULL kept in a key");
  return cell_;
}

}  // namespace pvc
