#include "vcs/row_cells.h"

#include <bit>
#include <cmath>
#include <cstring>

namespace pvc {

namespace {

int64_t LoadIntegerBytes(ByteView bytes) {
  uint64_t bits = 0;
  std::memcpy(&bits, bytes.data(), bytes.size());
  const auto shift = static_cast<unsigned>(64 - 8 * bytes.size());
  return static_cast<int64_t>(bits << shift) >> shift;
}

void ReadLargeReference(Decoder& in, uint64_t code, Cell& cell) {
  cell.is_large = true;
  cell.large.size_bytes = in.ReadVarint();
  cell.large.depth = in.ReadU8();
  if (cell.large.size_bytes <= kMaxInlineValueBytes ||
      cell.large.size_bytes > kMaxLargeValueBytes || cell.large.depth > kMaxListDepth) {
    in.Fail("bad reference to a large value");
  }
  cell.large.root = ObjectId::FromView(in.ReadBytes(ObjectId::kBytes));
  cell.value = Value::Null();
  cell.value.storage_class = code == kCodeLargeText ? StorageClass::kText : StorageClass::kBlob;
  cell.value.size_bytes = cell.large.size_bytes;
}

}  // namespace

size_t IntegerBytes(int64_t v) {
  const auto folded = static_cast<uint64_t>(v < 0 ? ~v : v);
  return static_cast<size_t>(std::bit_width(folded)) / 8 + 1;
}

void ReadStoredCell(Decoder& in, uint64_t code, Cell& cell) {
  cell.is_large = false;
  if (code == kCodeNull) {
    cell.value = Value::Null();
  } else if (code < kCodeZero) {
    const int64_t integer = LoadIntegerBytes(in.ReadBytes(static_cast<size_t>(code)));
    if (integer == 0 || integer == 1 || IntegerBytes(integer) != code) {
      in.Fail("integer not in its shortest form");
    }
    cell.value = Value::Integer(integer);
  } else if (code == kCodeZero || code == kCodeOne) {
    cell.value = Value::Integer(code == kCodeOne ? 1 : 0);
  } else if (code == kCodeReal) {
    const auto real = std::bit_cast<double>(in.ReadU64());
    if (std::isnan(real)) in.Fail("real that is not a number");
    cell.value = Value::Real(real);
  } else if (code >= kFirstBytes) {
    const uint64_t size = (code - kFirstBytes) / 2;
    if (size > kMaxInlineValueBytes) in.Fail("value too long for its row");
    const ByteView bytes = in.ReadBytes(static_cast<size_t>(size));
    cell.value = (code & 1) != 0 ? Value::Text(bytes) : Value::Blob(bytes);
  } else if (code == kCodeLargeText || code == kCodeLargeBlob) {
    ReadLargeReference(in, code, cell);
  } else {
    in.Fail("unknown kind of cell");
  }
}

}  // namespace pvc
