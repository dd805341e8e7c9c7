#include "sqlite/changeset.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>

#include "base/assert.h"
#include "base/error.h"
#include "sqlite/big_endian.h"

namespace pvc {
namespace {

enum ValueType : uint8_t {
  kUndefined = 0,
  kInteger = 1,
  kReal = 2,
  kText = 3,
  kBlob = 4,
  kNull = 5,
};

constexpr char kTable = 'T';
constexpr char kPatchset = 'P';
constexpr uint64_t kMaxColumns = 32767;  // SQLite's own upper limit
constexpr uint64_t kMaxValueBytes = (uint64_t{1} << 31) - 1;
constexpr size_t kMaxNameBytes = 1U << 20;
constexpr int kMaxVarintGroups = 9;

void AppendSqliteVarint(Bytes& out, uint64_t value) {
  PVC_ASSERT(value < uint64_t{1} << 56);  // longer ones end in a group of 8 bits
  char groups[8];
  int count = 0;
  do {
    const uint64_t goes_on = count == 0 ? 0 : 0x80U;
    groups[count++] = static_cast<char>((value & 0x7fU) | goes_on);
    value >>= 7U;
  } while (value != 0);
  while (count > 0) out.push_back(groups[--count]);
}

void AppendBigEndian64(Bytes& out, uint64_t value) {
  const uint64_t swapped = __builtin_bswap64(value);
  out.append(reinterpret_cast<const char*>(&swapped), sizeof swapped);
}

}  // namespace

void ChangesetWriter::BeginTable(const ChangesetTable& table) {
  buffer_.assign(1, kTable);
  AppendSqliteVarint(buffer_, table.key_positions.size());
  for (const uint8_t position : table.key_positions) AppendU8(buffer_, position);
  buffer_.append(table.name);
  buffer_.push_back('\0');
  sink_(buffer_);
}

void ChangesetWriter::AppendValues(Values values) {
  for (const std::optional<Value>& value : values) {
    if (!value) {
      AppendU8(buffer_, kUndefined);
      continue;
    }
    switch (value->storage_class) {
      case StorageClass::kNull:
        AppendU8(buffer_, kNull);
        break;
      case StorageClass::kInteger:
        AppendU8(buffer_, kInteger);
        AppendBigEndian64(buffer_, static_cast<uint64_t>(value->integer));
        break;
      case StorageClass::kReal:
        AppendU8(buffer_, kReal);
        AppendBigEndian64(buffer_, std::bit_cast<uint64_t>(value->real));
        break;
      case StorageClass::kText:
      case StorageClass::kBlob:
        PVC_ASSERT(value->reader == nullptr);
        AppendU8(buffer_, value->storage_class == StorageClass::kText ? kText : kBlob);
        AppendSqliteVarint(buffer_, value->bytes.size());
        buffer_.append(value->bytes);
        break;
    }
  }
}

void ChangesetWriter::Write(ChangesetOp op, Values first, Values second) {
  buffer_.clear();
  AppendU8(buffer_, static_cast<uint8_t>(op));
  AppendU8(buffer_, 0);  // not indirect: no trigger made it
  AppendValues(first);
  AppendValues(second);
  sink_(buffer_);
}

void ChangesetReader::Fail(std::string_view what) const {
  throw Error(ErrorKind::kInvalid, fmt::format("{} at byte {}", what, source_.offset()));
}

uint8_t ChangesetReader::ReadByte() {
  const ByteView block = source_.Peek();
  if (block.empty()) Fail("the changeset ends too early");
  const auto byte = static_cast<uint8_t>(block.front());
  source_.Skip(1);
  return byte;
}

uint64_t ChangesetReader::ReadVarint(uint64_t max, std::string_view what) {
  uint64_t value = 0;
  for (int i = 0; i < kMaxVarintGroups; ++i) {
    const uint8_t byte = ReadByte();
    value = value << 7U | (byte & 0x7fU);
    if (value > max) break;
    if (byte < 0x80) return value;
  }
  Fail(fmt::format("{} that cannot be", what));
}

std::optional<ChangesetValue> ChangesetReader::ReadValue() {
  ChangesetValue out;
  const uint8_t type = ReadByte();
  switch (type) {
    case kUndefined:
      return std::nullopt;
    case kNull:
      return out;
    case kInteger:
    case kReal: {
      Bytes bytes;
      if (!source_.Append(sizeof(uint64_t), bytes)) Fail("the changeset ends too early");
      const uint64_t bits = LoadBigEndian64(reinterpret_cast<const uint8_t*>(bytes.data()));
      if (type == kInteger) {
        out.value = Value::Integer(static_cast<int64_t>(bits));
        return out;
      }
      out.value = Value::Real(std::bit_cast<double>(bits));
      if (std::isnan(out.value.real)) Fail("a real that is not a number");
      return out;
    }
    case kText:
    case kBlob: {
      const uint64_t size = ReadVarint(kMaxValueBytes, "a length");
      if (size > source_.remaining() || !source_.Append(size, out.bytes)) {
        Fail("a value that is longer than what is left");
      }
      out.value = type == kText ? Value::Text({}) : Value::Blob({});
      out.value.size_bytes = size;
      return out;
    }
    default:
      Fail("a value of an unknown type");
  }
}

void ChangesetReader::ReadValues(std::vector<std::optional<ChangesetValue>>& values) {
  for (auto& value : values) value = ReadValue();
}

bool ChangesetReader::NextTable(ChangesetTable& table) {
  ChangesetRow row;
  while (!table_.key_positions.empty() && NextRow(row)) {
  }
  if (source_.AtEnd()) return false;
  const auto mark = static_cast<char>(ReadByte());
  if (mark == kPatchset) {
    throw Error(ErrorKind::kUnsupported,
                "it is a patchset, which does not say what rows held before");
  }
  if (mark != kTable) Fail("neither a table nor a row");
  table_.key_positions.assign(ReadVarint(kMaxColumns, "a number of columns"), 0);
  bool has_key = false;
  for (uint8_t& position : table_.key_positions) {
    position = ReadByte();
    has_key = has_key || position > 0;
  }
  if (!has_key) Fail("a table without PRIMARY KEY");
  table_.name.clear();
  while (const uint8_t c = ReadByte()) {
    if (table_.name.size() == kMaxNameBytes) Fail("a table's name that is too long");
    table_.name.push_back(static_cast<char>(c));
  }
  table = table_;
  return true;
}

// A changed row is found by its key; one that comes or goes is there whole.
void ChangesetReader::CheckRow(const ChangesetRow& row) const {
  for (size_t i = 0; i < table_.key_positions.size(); ++i) {
    const bool has_before = row.before[i].has_value();
    const bool has_after = row.after[i].has_value();
    bool is_right = true;
    switch (row.op) {
      case ChangesetOp::kInsert:
        is_right = has_after;
        break;
      case ChangesetOp::kDelete:
        is_right = has_before;
        break;
      case ChangesetOp::kUpdate:
        is_right = has_before || (!has_after && table_.key_positions[i] == 0);
        break;
    }
    if (!is_right) Fail("a row without a value that it needs");
  }
}

bool ChangesetReader::NextRow(ChangesetRow& row) {
  const ByteView next = source_.Peek();
  if (next.empty() || next.front() == kTable || next.front() == kPatchset) return false;
  const uint8_t op = ReadByte();
  const uint8_t indirect = ReadByte();
  const size_t count = table_.key_positions.size();
  row.before.assign(count, std::nullopt);
  row.after.assign(count, std::nullopt);
  row.op = static_cast<ChangesetOp>(op);
  if (indirect > 1) Fail("a row that is neither direct nor indirect");
  switch (row.op) {
    case ChangesetOp::kInsert:
      ReadValues(row.after);
      break;
    case ChangesetOp::kDelete:
      ReadValues(row.before);
      break;
    case ChangesetOp::kUpdate:
      ReadValues(row.before);
      ReadValues(row.after);
      break;
    default:
      Fail("neither a table nor a row");
  }
  CheckRow(row);
  return true;
}

}  // namespace pvc
