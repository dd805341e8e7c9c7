#include "vcs/row_codec.h"

#include <fmt/format.h>

#include <bit>
#include <cmath>

#include "base/assert.h"
#include "base/decoder.h"
#include "base/error.h"
#include "engine/node.h"
#include "vcs/row_cells.h"
#include "vcs/row_key.h"

namespace pvc {

namespace {

constexpr std::string_view kLongKeyDomain = "pvc/1 key";
constexpr size_t kKeptKeyBytes = kMaxKeyBytes - ObjectId::kBytes;

// Replaces what a tree cannot hold as a key by its beginning and its hash; returns whether it did.
// Such a key reads back as no value.
bool ShortenLongKey(HashKind hash_kind, Bytes& key) {
  if (key.size() < kMaxKeyBytes) return false;
  const ObjectId hash = HashBytes(hash_kind, kLongKeyDomain, key);
  key.resize(kKeptKeyBytes);
  key.append(hash.View());
  return true;
}

void AppendIntegerBytes(Bytes& out, int64_t v, size_t count) {
  char buffer[8];
  std::memcpy(buffer, &v, sizeof buffer);
  out.append(buffer, count);
}

}  // namespace

RowCodec::RowCodec(const TableInfo& table, TextEncoding encoding, HashKind hash_kind,
                   ObjectSink* sink)
    : table_(table),
      encoding_(encoding),
      hash_kind_(hash_kind),
      sink_(sink),
      has_rowid_slot_(table.identity == RowIdentity::kPrimaryKey && !table.without_rowid) {
  uint32_t key_count = 0;
  for (size_t i = 0; i < table_.columns.size(); ++i) {
    const Column& column = table_.columns[i];
    if (column.is_generated) continue;
    if (column.is_rowid_alias) rowid_cell_ = stored_columns_.size();
    key_count = std::max(key_count, column.key_position);
    stored_columns_.push_back(i);
  }
  part_of_cell_.assign(stored_columns_.size(), -1);
  if (table_.identity != RowIdentity::kPrimaryKey) return;
  key_parts_.resize(key_count);
  key_text_.resize(key_count);
  key_values_.resize(key_count);
  for (size_t cell = 0; cell < stored_columns_.size(); ++cell) {
    const Column& column = table_.columns[stored_columns_[cell]];
    if (column.key_position == 0) continue;
    key_parts_[column.key_position - 1] = {cell, column.collation};
    part_of_cell_[cell] = static_cast<int>(column.key_position - 1);
  }
}

void RowCodec::EncodeTupleKey(int64_t rowid, std::span<const Value> values) {
  bool has_null = false;
  for (const KeyPart& part : key_parts_) {
    Value value = values[part.cell];
    if (value.reader != nullptr) {
      streamed_.resize(static_cast<size_t>(value.size_bytes));
      value.reader->ReadAt(0, streamed_.data(), streamed_.size());
      value.bytes = streamed_;
      value.reader = nullptr;
    }
    has_null = has_null || value.storage_class == StorageClass::kNull;
    AppendKeyComponent(key_, value, part.collation, encoding_);
  }
  // SQLite lets several rows of a rowid table have NULL in their key: the rowid tells them apart.
  if (has_null && has_rowid_slot_) AppendRowidKey(key_, rowid);
  key_is_exact_ = !ShortenLongKey(hash_kind_, key_);
}

bool RowCodec::KeyHolds(size_t cell, const Value& value) const {
  if (cell == rowid_cell_) return true;
  const int part = part_of_cell_[cell];
  if (part < 0 || !key_is_exact_) return false;
  return KeyComponentHolds(value, key_parts_[static_cast<size_t>(part)].collation, encoding_);
}

void RowCodec::AppendCell(const Value& value) {
  switch (value.storage_class) {
    case StorageClass::kNull:
      AppendVarint(header_, kCodeNull);
      return;
    case StorageClass::kInteger:
      if (value.integer == 0 || value.integer == 1) {
        AppendVarint(header_, value.integer == 0 ? kCodeZero : kCodeOne);
      } else {
        const size_t count = IntegerBytes(value.integer);
        AppendVarint(header_, count);
        AppendIntegerBytes(payload_, value.integer, count);
      }
      return;
    case StorageClass::kReal:
      AppendVarint(header_, kCodeReal);
      AppendU64(payload_, std::bit_cast<uint64_t>(value.real));
      return;
    case StorageClass::kText:
    case StorageClass::kBlob:
      break;
  }
  if (value.size_bytes <= kMaxInlineValueBytes) {
    const bool is_text = value.storage_class == StorageClass::kText;
    PVC_ASSERT(value.reader == nullptr);
    AppendVarint(header_, kFirstBytes + 2 * value.size_bytes + (is_text ? 1 : 0));
    payload_.append(value.bytes);
    return;
  }
  PVC_ASSERT(sink_ != nullptr);
  const LargeValue large =
      WriteLargeValue(*sink_, value.size_bytes, [&value](uint64_t offset, char* out, size_t size) {
        if (value.reader != nullptr) {
          value.reader->ReadAt(offset, out, size);
        } else {
          value.bytes.copy(out, size, static_cast<size_t>(offset));
        }
      });
  AppendLarge(value.storage_class, large);
}

void RowCodec::AppendLarge(StorageClass storage_class, const LargeValue& large) {
  AppendVarint(header_, storage_class == StorageClass::kText ? kCodeLargeText : kCodeLargeBlob);
  AppendVarint(payload_, large.size_bytes);
  AppendU8(payload_, large.depth);
  payload_.append(large.root.View());
}

template <typename AppendOne>
void RowCodec::EncodeValue(int64_t rowid, std::span<const Value> values, const AppendOne& append) {
  header_.clear();
  payload_.clear();
  size_t cell_count = values.size();
  while (cell_count > 0 && values[cell_count - 1].storage_class == StorageClass::kNull)
    --cell_count;
  if (has_rowid_slot_) AppendCell(Value::Integer(rowid));
  for (size_t cell = 0; cell < cell_count; ++cell) {
    const Value& value = values[cell];
    if (value.storage_class != StorageClass::kNull && KeyHolds(cell, value)) {
      AppendVarint(header_, kCodeInKey);
    } else {
      append(cell);
    }
  }
  value_.clear();
  AppendVarint(value_, cell_count);
  value_.append(header_);
  value_.append(payload_);
}

void RowCodec::Encode(int64_t rowid, std::span<const Value> values) {
  PVC_ASSERT(values.size() == stored_columns_.size());
  key_.clear();
  if (table_.identity == RowIdentity::kPrimaryKey) {
    EncodeTupleKey(rowid, values);
  } else {
    AppendRowidKey(key_, rowid);
  }
  EncodeValue(rowid, values, [&](size_t cell) { AppendCell(values[cell]); });
}

void RowCodec::EncodeCells(int64_t rowid, std::span<const Cell> cells, ObjectSource& source) {
  PVC_ASSERT(cells.size() == stored_columns_.size());
  std::vector<Value> values;
  std::vector<Bytes> whole;
  whole.reserve(key_parts_.size());
  for (size_t i = 0; i < cells.size(); ++i) {
    const Cell& cell = cells[i];
    values.push_back(cell.value);
    if (!cell.is_large || part_of_cell_[i] < 0) continue;
    whole.push_back(ReadLargeValue(source, cell.large));
    values.back().bytes = whole.back();
  }
  // The cells may point into what an earlier call of Decode left in key_text_, but not into key_.
  key_.clear();
  if (table_.identity == RowIdentity::kPrimaryKey) {
    EncodeTupleKey(rowid, values);
  } else {
    AppendRowidKey(key_, rowid);
  }
  EncodeValue(rowid, values, [&](size_t cell) {
    if (cells[cell].is_large) {
      AppendLarge(cells[cell].value.storage_class, cells[cell].large);
    } else {
      AppendCell(cells[cell].value);
    }
  });
}

void RowCodec::DecodeKey(ByteView key, Row& row) {
  Decoder in(key, "row key");
  if (table_.identity != RowIdentity::kPrimaryKey) {
    row.rowid = ReadRowidKey(in.ReadBytes(8));
    in.ExpectEnd();
    return;
  }
  row.rowid = 0;
  key_is_exact_ = key.size() < kMaxKeyBytes;
  if (!key_is_exact_) return;
  bool has_null = false;
  for (size_t i = 0; i < key_parts_.size(); ++i) {
    key_values_[i] = ReadKeyComponent(in, key_text_[i]);
    has_null = has_null || key_values_[i].storage_class == StorageClass::kNull;
  }
  if (has_null && has_rowid_slot_) in.ReadBytes(8);
  in.ExpectEnd();
}

void RowCodec::DecodeValue(ByteView value, Row& row) {
  Decoder in(value, "row");
  const auto cell_count = static_cast<size_t>(in.ReadVarintAtMost(kMaxCells));
  if (cell_count > row.cells.size()) in.Fail("more cells than columns");
  const size_t slot_count = cell_count + (has_rowid_slot_ ? 1 : 0);
  codes_.clear();
  for (size_t i = 0; i < slot_count; ++i) codes_.push_back(in.ReadVarint());

  for (size_t slot = 0; slot < slot_count; ++slot) {
    const uint64_t code = codes_[slot];
    const bool is_rowid = has_rowid_slot_ && slot == 0;
    const size_t index = slot - (has_rowid_slot_ ? 1 : 0);
    Cell& cell = is_rowid ? rowid_slot_ : row.cells[index];
    cell.is_large = false;
    if (code == kCodeInKey && !is_rowid && index == rowid_cell_) {
      cell.value = Value::Integer(row.rowid);
    } else if (code == kCodeInKey && !is_rowid && part_of_cell_[index] >= 0 && key_is_exact_) {
      cell.value = key_values_[static_cast<size_t>(part_of_cell_[index])];
      if (cell.value.storage_class == StorageClass::kNull) in.Fail("NULL kept in a key");
    } else {
      if (code == kCodeNull && index + 1 == cell_count) in.Fail("row ends in NULL");
      ReadStoredCell(in, code, cell);
    }
    if (is_rowid) {
      if (cell.is_large || cell.value.storage_class != StorageClass::kInteger) {
        in.Fail("rowid that is no integer");
      }
      row.rowid = cell.value.integer;
    } else if (code != kCodeInKey && index == rowid_cell_) {
      in.Fail("rowid stored twice");
    }
  }
  for (size_t i = cell_count; i < row.cells.size(); ++i) {
    row.cells[i].is_large = false;
    row.cells[i].value = Value::Null();
  }
  if (rowid_cell_ < row.cells.size() && rowid_cell_ >= cell_count) in.Fail("row without its key");
  in.ExpectEnd();
}

// A key must be what its row's values give, and hold exactly what it can.
void RowCodec::CheckTupleKey(ByteView key, const Row& row) {
  key_.clear();
  bool has_null = false;
  for (const KeyPart& part : key_parts_) {
    const Cell& cell = row.cells[part.cell];
    if (cell.is_large) return;  // a long key, whose hash fsck of the value's pieces vouches for
    has_null = has_null || cell.value.storage_class == StorageClass::kNull;
    AppendKeyComponent(key_, cell.value, part.collation, encoding_);
  }
  if (has_null && has_rowid_slot_) AppendRowidKey(key_, row.rowid);
  ShortenLongKey(hash_kind_, key_);
  bool fits = key_ == key;
  for (size_t i = 0; i < key_parts_.size() && fits && key_is_exact_; ++i) {
    const KeyPart& part = key_parts_[i];
    const size_t slot = part.cell + (has_rowid_slot_ ? 1 : 0);
    const Value& value = row.cells[part.cell].value;
    if (value.storage_class == StorageClass::kNull) continue;
    fits = (codes_[slot] == kCodeInKey) == KeyComponentHolds(value, part.collation, encoding_);
  }
  if (!fits)
    throw Error(ErrorKind::kCorrupt, fmt::format("row of '{}' under a foreign key", table_.name));
}

void RowCodec::Decode(ByteView key, ByteView value, Row& row) {
  try {
    row.cells.resize(stored_columns_.size());
    DecodeKey(key, row);
    DecodeValue(value, row);
    if (table_.identity == RowIdentity::kPrimaryKey) CheckTupleKey(key, row);
  } catch (Error& error) {
    throw error.AddContext(fmt::format("table '{}'", table_.name));
  }
}

bool RowCodec::EncodeKey(std::span<const Value> key_values, Bytes& key) const {
  key.clear();
  if (table_.identity != RowIdentity::kPrimaryKey) {
    if (key_values.size() != 1 || key_values[0].storage_class != StorageClass::kInteger)
      return false;
    AppendRowidKey(key, key_values[0].integer);
    return true;
  }
  if (key_values.size() != key_parts_.size()) return false;
  for (size_t i = 0; i < key_parts_.size(); ++i) {
    AppendKeyComponent(key, key_values[i], key_parts_[i].collation, encoding_);
  }
  ShortenLongKey(hash_kind_, key);
  return true;
}

}  // namespace pvc
