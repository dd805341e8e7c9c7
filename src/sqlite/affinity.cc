#include "sqlite/affinity.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include "base/error.h"

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

// Text of nothing but what numbers are written in, as ASCII; nothing for other text.
std::optional<Bytes> AsciiOfNumbers(ByteView text, TextEncoding encoding) {
  Bytes ascii;
  if (encoding == TextEncoding::kUtf8) {
    if (!std::all_of(text.begin(), text.end(), IsOfNumbers)) return std::nullopt;
    return Bytes(text);
  }
  const size_t low = encoding == TextEncoding::kUtf16le ? 0 : 1;
  for (size_t i = 0; i + 1 < text.size(); i += 2) {
    if (text[i + 1 - low] != '\0' || !IsOfNumbers(text[i + low])) return std::nullopt;
    ascii.push_back(text[i + low]);
  }
  return ascii;
}

// The first bytes of a value, in `buffer` when they are streamed.
ByteView Beginning(const Value& value, uint64_t max_bytes, Bytes& buffer) {
  if (value.reader == nullptr) return value.bytes;
  buffer.resize(static_cast<size_t>(std::min(value.size_bytes, max_bytes)));
  value.reader->ReadAt(0, buffer.data(), buffer.size());
  return buffer;
}

bool TextReadsAsNumber(const Value& value, TextEncoding encoding) {
  if (value.reader == nullptr && encoding == TextEncoding::kUtf8) return ReadsAsNumber(value.bytes);
  Bytes buffer;
  const auto ascii = AsciiOfNumbers(Beginning(value, kHeadBytes, buffer), encoding);
  // Of a streamed value only the beginning is here: nothing but digits there counts as a number.
  return ascii && (value.reader != nullptr || ReadsAsNumber(*ascii));
}

// The whole text as ASCII when it reads as a number.
std::optional<Bytes> NumberText(const Value& value, TextEncoding encoding) {
  Bytes buffer;
  auto ascii = AsciiOfNumbers(Beginning(value, value.size_bytes, buffer), encoding);
  return ascii && ReadsAsNumber(*ascii) ? std::move(ascii) : std::nullopt;
}

// A number without point and exponent that 64 bits hold.
std::optional<int64_t> ReadInteger(ByteView ascii) {
  while (!ascii.empty() && IsSpace(ascii.front())) ascii.remove_prefix(1);
  while (!ascii.empty() && IsSpace(ascii.back())) ascii.remove_suffix(1);
  if (ascii.starts_with('+')) ascii.remove_prefix(1);
  int64_t integer = 0;
  const auto read = std::from_chars(ascii.data(), ascii.data() + ascii.size(), integer);
  if (read.ec != std::errc() || read.ptr != ascii.data() + ascii.size()) return std::nullopt;
  return integer;
}

Bytes EncodeAscii(std::string_view ascii, TextEncoding encoding) {
  if (encoding == TextEncoding::kUtf8) return Bytes(ascii);
  Bytes out;
  for (const char c : ascii) {
    if (encoding == TextEncoding::kUtf16be) out.push_back('\0');
    out.push_back(c);
    if (encoding == TextEncoding::kUtf16le) out.push_back('\0');
  }
  return out;
}

// Within this range SQLite turns a real without fraction into an integer.
bool IsIntegral(double real) {
  constexpr double kBound = 9223372036854775808.0;  // 2^63
  return real > -kBound && real < kBound && std::trunc(real) == real;
}

}  // namespace

Affinity AffinityOfType(std::string_view declared_type) {
  std::string type(declared_type);
  for (char& c : type) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  }
  const auto has = [&](std::string_view part) { return type.find(part) != std::string::npos; };
  if (has("int")) return Affinity::kInteger;
  if (has("char") || has("clob") || has("text")) return Affinity::kText;
  if (has("blob") || type.empty()) return Affinity::kBlob;
  if (has("real") || has("floa") || has("doub")) return Affinity::kReal;
  return Affinity::kNumeric;
}

bool AffinityWouldChange(Affinity affinity, const Value& value, TextEncoding encoding) {
  switch (value.storage_class) {
    case StorageClass::kNull:
    case StorageClass::kBlob:
      return false;
    case StorageClass::kInteger:
      return affinity == Affinity::kText || affinity == Affinity::kReal;
    case StorageClass::kReal:
      // A REAL column holds reals without fraction as integers, which have no -0.0.
      if (affinity == Affinity::kReal) return value.real == 0 && std::signbit(value.real);
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

Value ConvertedValue::View() const {
  if (bytes.empty()) return value;
  return Value::Text(bytes);
}

AffinityConverter::~AffinityConverter() {
  sqlite3_finalize(select_);
  sqlite3_close_v2(handle_);
}

void AffinityConverter::Expect(int wanted, int result) {
  if (result == wanted) return;
  throw Error(ErrorKind::kIo, fmt::format("cannot convert a value: {}", sqlite3_errstr(result)));
}

sqlite3_stmt* AffinityConverter::Select() {
  constexpr int kFlags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_MEMORY | SQLITE_OPEN_NOMUTEX;
  if (handle_ == nullptr) {
    Expect(SQLITE_OK, sqlite3_open_v2(":memory:", &handle_, kFlags, nullptr));
  }
  if (select_ == nullptr) {
    Expect(SQLITE_OK, sqlite3_prepare_v2(handle_, "SELECT ?1", -1, &select_, nullptr));
  }
  sqlite3_reset(select_);
  return select_;
}

Value AffinityConverter::NumberFromText(Affinity affinity, ByteView ascii) {
  if (const auto integer = ReadInteger(ascii)) {
    return affinity == Affinity::kReal ? Value::Real(static_cast<double>(*integer))
                                       : Value::Integer(*integer);
  }
  sqlite3_stmt* select = Select();
  Expect(SQLITE_OK,
         sqlite3_bind_text64(select, 1, ascii.data(), ascii.size(), SQLITE_STATIC, SQLITE_UTF8));
  Expect(SQLITE_ROW, sqlite3_step(select));
  const double real = sqlite3_column_double(select, 0);
  if (!IsIntegral(real)) return Value::Real(real);
  // Also on its way into a REAL column, which is where '-0.0' loses its sign.
  const auto integer = static_cast<int64_t>(real);
  return affinity == Affinity::kReal ? Value::Real(static_cast<double>(integer))
                                     : Value::Integer(integer);
}

ConvertedValue AffinityConverter::TextFromNumber(const Value& number, TextEncoding encoding) {
  ConvertedValue text;
  text.value.storage_class = StorageClass::kText;
  if (number.storage_class == StorageClass::kInteger) {
    text.bytes = EncodeAscii(fmt::format("{}", number.integer), encoding);
    return text;
  }
  sqlite3_stmt* select = Select();
  Expect(SQLITE_OK, sqlite3_bind_double(select, 1, number.real));
  Expect(SQLITE_ROW, sqlite3_step(select));
  const unsigned char* spelled = sqlite3_column_text(select, 0);
  if (spelled == nullptr) Expect(SQLITE_OK, SQLITE_NOMEM);
  text.bytes = EncodeAscii(reinterpret_cast<const char*>(spelled), encoding);
  return text;
}

ConvertedValue AffinityConverter::Apply(Affinity affinity, const Value& value,
                                        TextEncoding encoding) {
  if (!AffinityWouldChange(affinity, value, encoding)) return {value, {}};
  if (value.storage_class == StorageClass::kText) {
    const auto ascii = NumberText(value, encoding);
    return {ascii ? NumberFromText(affinity, *ascii) : value, {}};
  }
  if (affinity == Affinity::kText) return TextFromNumber(value, encoding);
  if (affinity == Affinity::kReal) {
    const bool is_integer = value.storage_class == StorageClass::kInteger;
    return {Value::Real(is_integer ? static_cast<double>(value.integer) : 0.0), {}};
  }
  return {Value::Integer(static_cast<int64_t>(value.real)), {}};
}

ConvertedValue ApplyAffinity(Affinity affinity, const Value& value, TextEncoding encoding) {
  return AffinityConverter().Apply(affinity, value, encoding);
}

}  // namespace pvc
