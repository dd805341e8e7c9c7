#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "base/error.h"
#include "sqlite/database.h"

namespace pvc {
namespace {

/// Length of the well-formed UTF-8 character at the front of `text` (RFC 3629), 0 when there is
/// none.
size_t Utf8CharacterBytes(ByteView text) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return 1;
  size_t size = 0;
  unsigned char low = 0x80;  // bounds of the second byte: no overlong forms, surrogates, > U+10FFFF
  unsigned char high = 0xbf;
  if (first >= 0xc2 && first <= 0xdf) {
    size = 2;
  } else if (first >= 0xe0 && first <= 0xef) {
    size = 3;
    if (first == 0xe0) low = 0xa0;
    if (first == 0xed) high = 0x9f;
  } else if (first >= 0xf0 && first <= 0xf4) {
    size = 4;
    if (first == 0xf0) low = 0x90;
    if (first == 0xf4) high = 0x8f;
  }
  if (size == 0 || text.size() < size || byte(1) < low || byte(1) > high) return 0;
  for (size_t i = 2; i < size; ++i) {
    if (byte(i) < 0x80 || byte(i) > 0xbf) return 0;
  }
  return size;
}

bool IsWellFormedUtf8(ByteView text) {
  while (!text.empty()) {
    const size_t size = Utf8CharacterBytes(text);
    if (size == 0) return false;
    text.remove_prefix(size);
  }
  return true;
}

void AppendUtf8(Bytes& out, uint32_t c) {
  const auto tail = [&](unsigned shift) {
    out += static_cast<char>(0x80U | ((c >> shift) & 0x3fU));
  };
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xc0U | (c >> 6U));
    tail(0);
  } else if (c < 0x10000) {
    out += static_cast<char>(0xe0U | (c >> 12U));
    tail(6);
    tail(0);
  } else {
    out += static_cast<char>(0xf0U | (c >> 18U));
    tail(12);
    tail(6);
    tail(0);
  }
}

/// UTF-8 that SQLite turns into exactly these UTF-16 bytes; nothing when there is none: lone
/// surrogates, odd lengths, a leading byte-order mark, and U+FFFE and U+FFFF, which SQLite
/// replaces.
std::optional<Bytes> Utf16ToUtf8(ByteView text, TextEncoding encoding) {
  if (text.size() % 2 != 0) return std::nullopt;
  const auto unit_at = [&](size_t i) -> uint32_t {
    const auto a = static_cast<unsigned char>(text[i]);
    const auto b = static_cast<unsigned char>(text[i + 1]);
    return encoding == TextEncoding::kUtf16le ? a | uint32_t{b} << 8U : b | uint32_t{a} << 8U;
  };
  Bytes out;
  for (size_t i = 0; i < text.size(); i += 2) {
    uint32_t c = unit_at(i);
    if (c >= 0xfffe || (i == 0 && c == 0xfeff) || (c >= 0xdc00 && c < 0xe000)) return std::nullopt;
    if (c >= 0xd800 && c < 0xdc00) {
      i += 2;
      if (i == text.size()) return std::nullopt;
      const uint32_t low = unit_at(i);
      if (low < 0xdc00 || low >= 0xe000) return std::nullopt;
      c = 0x10000 + ((c - 0xd800) << 10U) + (low - 0xdc00);
    }
    AppendUtf8(out, c);
  }
  return out;
}

std::string Quoted(std::string_view text, char quote) {
  std::string out;
  out.reserve(text.size() + 2);
  out += quote;
  for (const char c : text) {
    if (c == quote) out += quote;
    out += c;
  }
  out += quote;
  return out;
}

/// SQLite up to 3.41 scales numbers with more than 307 digits behind the point in two steps and may
/// miss the last bit: 8 of 3,000 random doubles. Above this value 580,000 random doubles came back
/// exactly.
constexpr double kSmallestSafeDecimal = 1e-290;

/// value = mantissa / 2^shift, a quotient in which no step rounds: divisors are powers of two that
/// SQLite reads exactly, and what is representable at the end is so in between.
std::string QuotientLiteral(double value) {
  constexpr int kMantissaBits = 53;
  constexpr int kStepBits = 60;
  int exponent = 0;
  const double mantissa = std::ldexp(std::frexp(value, &exponent), kMantissaBits);
  std::string text = fmt::format("({:.1f}", mantissa);
  for (int rest = kMantissaBits - exponent; rest > 0; rest -= kStepBits) {
    text += fmt::format("/{:.1f}", std::ldexp(1.0, std::min(rest, kStepBits)));
  }
  return text + ")";
}

std::string RealLiteral(double value) {
  if (std::isinf(value)) return value > 0 ? "9e999" : "-9e999";
  if (value != 0 && std::fabs(value) < kSmallestSafeDecimal) return QuotientLiteral(value);
  std::string text = fmt::format("{:.17g}", value);
  // Without a point or exponent it would read back as an integer.
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

std::string BlobLiteral(ByteView bytes) { return "x'" + ToHex(bytes) + "'"; }

std::string TextLiteral(ByteView bytes, TextEncoding encoding) {
  std::optional<Bytes> utf8;
  if (encoding != TextEncoding::kUtf8) {
    utf8 = Utf16ToUtf8(bytes, encoding);
  } else if (IsWellFormedUtf8(bytes)) {
    utf8 = Bytes(bytes);
  }
  if (utf8 && utf8->find('\0') == Bytes::npos) return QuoteString(*utf8);
  return "CAST(" + BlobLiteral(bytes) + " AS TEXT)";
}

}  // namespace

std::string QuoteIdentifier(std::string_view name) { return Quoted(name, '"'); }

std::string QuoteString(std::string_view text) { return Quoted(text, '\''); }

std::string SqlLiteral(const Value& value, TextEncoding encoding) {
  Bytes copy;
  ByteView bytes = value.bytes;
  if (value.reader != nullptr) {
    copy.resize(value.size_bytes);
    value.reader->ReadAt(0, copy.data(), copy.size());
    bytes = copy;
  }
  switch (value.storage_class) {
    case StorageClass::kNull:
      return "NULL";
    case StorageClass::kInteger:
      return fmt::format("{}", value.integer);
    case StorageClass::kReal:
      return RealLiteral(value.real);
    case StorageClass::kText:
      return TextLiteral(bytes, encoding);
    case StorageClass::kBlob:
      return BlobLiteral(bytes);
  }
  return "NULL";
}

}  // namespace pvc
