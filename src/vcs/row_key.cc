#include "vcs/row_key.h"

#include <bit>
#include <cmath>
#include <limits>

#include "base/assert.h"
#include "base/decoder.h"

namespace pvc {

namespace {

// One tag a type class, in SQLite's order of types.
constexpr uint8_t kTagNull = 0x05;
constexpr uint8_t kTagNumber = 0x10;
constexpr uint8_t kTagText = 0x20;
constexpr uint8_t kTagBlob = 0x30;

// A zero byte is written as 00 FF; 00 01 ends the bytes, below everything that could follow.
constexpr char kEscape = '\xFF';
constexpr char kEnd = '\x01';

constexpr uint64_t kSignBit = 1ULL << 63;
constexpr int kMantissaBits = 53;
// Doubles of this magnitude and above may stand for several integers.
constexpr double kFirstCoarse = 9007199254740992.0;    // 2^53
constexpr double kInt64Bound = 9223372036854775808.0;  // 2^63

void AppendBigEndian64(Bytes& out, uint64_t bits) {
  bits = __builtin_bswap64(bits);
  char buffer[8];
  std::memcpy(buffer, &bits, sizeof buffer);
  out.append(buffer, sizeof buffer);
}

uint64_t LoadBigEndian64(ByteView bytes) { return __builtin_bswap64(LoadU64(bytes.data())); }

void AppendEscaped(Bytes& out, ByteView bytes) {
  for (const char c : bytes) {
    out.push_back(c);
    if (c == '\0') out.push_back(kEscape);
  }
  out.push_back('\0');
  out.push_back(kEnd);
}

// True for numbers followed by a residual: where integers are denser than doubles.
bool HasResidual(double floor) {
  return std::fabs(floor) >= kFirstCoarse && std::fabs(floor) <= kInt64Bound;
}

// A number is its greatest double not above it, then what an integer has beyond that double
// (0..2047).
void AppendNumber(Bytes& out, double floor, uint16_t residual) {
  if (floor == 0) floor = 0;  // -0.0 equals 0
  uint64_t bits = std::bit_cast<uint64_t>(floor);
  bits = (bits & kSignBit) != 0 ? ~bits : bits ^ kSignBit;
  AppendBigEndian64(out, bits);
  if (!HasResidual(floor)) return;
  out.push_back(static_cast<char>(residual >> 8));
  out.push_back(static_cast<char>(residual & 0xFF));
}

void AppendInteger(Bytes& out, int64_t integer) {
  const uint64_t magnitude =
      integer < 0 ? ~static_cast<uint64_t>(integer) + 1 : static_cast<uint64_t>(integer);
  const int drop = std::max(0, static_cast<int>(std::bit_width(magnitude)) - kMantissaBits);
  const auto mask = static_cast<int64_t>((1ULL << drop) - 1);
  AppendNumber(out, static_cast<double>(integer & ~mask), static_cast<uint16_t>(integer & mask));
}

char FoldAscii(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

// NOCASE compares up to an embedded NUL, then by length.
Bytes FoldUtf8(ByteView text, uint64_t size_bytes) {
  Bytes folded;
  folded.reserve(text.size());
  for (const char c : text) {
    if (c == '\0') {
      folded.push_back('\0');
      AppendBigEndian64(folded, size_bytes);
      return folded;
    }
    folded.push_back(FoldAscii(c));
  }
  return folded;
}

// Folds ASCII letters of 16-bit units. Finer than SQLite for malformed text only, which keeps keys
// unique.
Bytes FoldUtf16(ByteView text, size_t low_byte) {
  Bytes folded(text);
  for (size_t i = 0; i + 1 < folded.size(); i += 2) {
    if (folded[i + 1 - low_byte] == '\0') folded[i + low_byte] = FoldAscii(folded[i + low_byte]);
  }
  return folded;
}

ByteView TrimSpaces(ByteView text, TextEncoding encoding) {
  if (encoding == TextEncoding::kUtf8) {
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return text;
  }
  const ByteView space =
      encoding == TextEncoding::kUtf16le ? ByteView(" \0", 2) : ByteView("\0 ", 2);
  while (text.size() % 2 == 0 && text.ends_with(space)) text.remove_suffix(2);
  return text;
}

void AppendText(Bytes& out, const Value& value, Collation collation, TextEncoding encoding) {
  const ByteView text = value.bytes;
  switch (collation) {
    case Collation::kNoCase:
      AppendEscaped(out, encoding == TextEncoding::kUtf8
                             ? FoldUtf8(text, value.size_bytes)
                             : FoldUtf16(text, encoding == TextEncoding::kUtf16le ? 0 : 1));
      return;
    case Collation::kRtrim:
      AppendEscaped(out, TrimSpaces(text, encoding));
      return;
    case Collation::kBinary:
    case Collation::kOther:
      AppendEscaped(out, text);
      return;
  }
}

void ReadEscaped(Decoder& in, Bytes& text) {
  text.clear();
  while (true) {
    const auto c = static_cast<char>(in.ReadU8());
    if (c != '\0') {
      text.push_back(c);
      continue;
    }
    const auto next = static_cast<char>(in.ReadU8());
    if (next == kEnd) return;
    if (next != kEscape) in.Fail("bad escape in a row key");
    text.push_back('\0');
  }
}

Value ReadNumber(Decoder& in) {
  uint64_t bits = LoadBigEndian64(in.ReadBytes(8));
  bits = (bits & kSignBit) != 0 ? bits ^ kSignBit : ~bits;
  const auto floor = std::bit_cast<double>(bits);
  if (std::isnan(floor) || (floor == 0 && bits != 0)) in.Fail("bad number in a row key");
  uint16_t residual = 0;
  if (HasResidual(floor)) {
    const ByteView raw = in.ReadBytes(2);
    residual =
        static_cast<uint16_t>(static_cast<uint8_t>(raw[0]) << 8 | static_cast<uint8_t>(raw[1]));
  }
  if (floor >= -kInt64Bound && floor < kInt64Bound && std::trunc(floor) == floor) {
    int64_t integer = 0;
    if (__builtin_add_overflow(static_cast<int64_t>(floor), residual, &integer)) {
      in.Fail("bad number in a row key");
    }
    return Value::Integer(integer);
  }
  if (residual != 0) in.Fail("bad number in a row key");
  return Value::Real(floor);
}

}  // namespace

void AppendRowidKey(Bytes& out, int64_t rowid) {
  AppendBigEndian64(out, static_cast<uint64_t>(rowid) ^ kSignBit);
}

int64_t ReadRowidKey(ByteView bytes) {
  PVC_ASSERT(bytes.size() == 8);
  return static_cast<int64_t>(LoadBigEndian64(bytes) ^ kSignBit);
}

void AppendKeyComponent(Bytes& out, const Value& value, Collation collation,
                        TextEncoding encoding) {
  PVC_ASSERT(value.reader == nullptr);
  switch (value.storage_class) {
    case StorageClass::kNull:
      AppendU8(out, kTagNull);
      return;
    case StorageClass::kInteger:
      AppendU8(out, kTagNumber);
      AppendInteger(out, value.integer);
      return;
    case StorageClass::kReal:
      AppendU8(out, kTagNumber);
      AppendNumber(out, value.real, 0);
      return;
    case StorageClass::kText:
      AppendU8(out, kTagText);
      AppendText(out, value, collation, encoding);
      return;
    case StorageClass::kBlob:
      AppendU8(out, kTagBlob);
      AppendEscaped(out, value.bytes);
      return;
  }
}

bool KeyComponentHolds(const Value& value, Collation collation, TextEncoding encoding) {
  switch (value.storage_class) {
    case StorageClass::kNull:
    case StorageClass::kInteger:
    case StorageClass::kBlob:
      return true;
    case StorageClass::kReal:
      return !(value.real >= -kInt64Bound && value.real < kInt64Bound &&
               std::trunc(value.real) == value.real);
    case StorageClass::kText:
      if (collation == Collation::kNoCase) {
        return value.bytes ==
               (encoding == TextEncoding::kUtf8
                    ? FoldUtf8(value.bytes, value.size_bytes)
                    : FoldUtf16(value.bytes, encoding == TextEncoding::kUtf16le ? 0 : 1));
      }
      return collation != Collation::kRtrim || TrimSpaces(value.bytes, encoding) == value.bytes;
  }
  return false;
}

Value ReadKeyComponent(Decoder& in, Bytes& text) {
  switch (in.ReadU8()) {
    case kTagNull:
      return Value::Null();
    case kTagNumber:
      return ReadNumber(in);
    case kTagText:
      ReadEscaped(in, text);
      return Value::Text(text);
    case kTagBlob:
      ReadEscaped(in, text);
      return Value::Blob(text);
    default:
      in.Fail("unknown type in a row key");
  }
}

}  // namespace pvc
