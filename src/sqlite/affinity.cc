#include "sqlite/affinity.h"

#include <algorithm>
#include <cmath>

namespace pvc {

namespace {

// What is looked at of a value that is streamed.
constexpr uint64_t kHeadBytes = 4U << 10;

bool IsSpace(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// SQLite's grammar of numbers: blanks, sign, digits with a point, exponent, blanks.
bool ReadsAsNumber(ByteView text) {
  size_t i = 0;
  const auto skip = [&](auto is_kind) {
    const size_t begin = i;
    while (i < text.size() && is_kind(text[i])) ++i;
    return i - begin;
  };
  const auto skip_sign = [&] {
    if (i < text.size() && (text[i] == '+' || text[i] == '-')) ++i;
  };
  skip(IsSpace);
  skip_sign();
  size_t digits = skip(IsDigit);
  if (i < text.size() && text[i] == '.') {
    ++i;
    digits += skip(IsDigit);
  }
  if (digits == 0) return false;
  if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
    ++i;
    skip_sign();
    if (skip(IsDigit) == 0) return false;
  }
  skip(IsSpace);
  return i == text.size();
}

bool IsOfNumbers(char c) {
  return IsDigit(c) || IsSpace(c) || c == '+' || c == '-' || c == '.' || c == 'e' || c == 'E';
}

bool TextReadsAsNumber(const Value& value, TextEncoding encoding) {
  ByteView bytes = value.bytes;
  Bytes head;
  if (value.reader != nullptr) {
    head.resize(static_cast<size_t>(std::min(value.size_bytes, kHeadBytes)));
    value.reader->ReadAt(0, head.data(), head.size());
    bytes = head;
  }
  Bytes ascii;
  if (encoding != TextEncoding::kUtf8) {
    const size_t low = encoding == TextEncoding::kUtf16le ? 0 : 1;
    for (size_t i = 0; i + 1 < bytes.size(); i += 2) {
      if (bytes[i + 1 - low] != '\0' || !IsOfNumbers(bytes[i + low])) return false;
      ascii.push_back(bytes[i + low]);
    }
    bytes = ascii;
  }
  // Of a streamed value only the beginning is here: nothing but digits there counts as a number.
  if (value.reader != nullptr) return std::all_of(bytes.begin(), bytes.end(), IsOfNumbers);
  return ReadsAsNumber(bytes);
}

// Within this range SQLite turns a real without fraction into an integer.
bool IsIntegral(double real) {
  constexpr double kBound = 9223372036854775808.0;  // 2^63
  return real > -kBound && real < kBound && std::trunc(real) == real;
}

}  // namespace

bool AffinityWouldChange(Affinity affinity, const Value& value, TextEncoding encoding) {
  switch (value.storage_class) {
    case StorageClass::kNull:
    case StorageClass::kBlob:
      return false;
    case StorageClass::kInteger:
      return affinity == Affinity::kText || affinity == Affinity::kReal;
    case StorageClass::kReal:
      return affinity == Affinity::kText ||
             ((affinity == Affinity::kInteger || affinity == Affinity::kNumeric) &&
              IsIntegral(value.real));
    case StorageClass::kText:
      return affinity != Affinity::kText && affinity != Affinity::kBlob &&
             TextReadsAsNumber(value, encoding);
  }
  return false;
}

const char* WhyNotWritable(Affinity affinity, const Value& value, TextEncoding encoding) {
  if (AffinityWouldChange(affinity, value, encoding))
    return "a value that SQLite would convert on writing";
  if (value.storage_class == StorageClass::kText && encoding != TextEncoding::kUtf8 &&
      value.size_bytes % 2 != 0) {
    return "UTF-16 text with an odd number of bytes";
  }
  return nullptr;
}

}  // namespace pvc
