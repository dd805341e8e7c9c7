#include "cli/json_reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "cli/utf8.h"
#include "vcs/text_conversion.h"

namespace pvc {
namespace {

constexpr uint32_t kFirstSurrogate = 0xd800;
constexpr uint32_t kFirstLowSurrogate = 0xdc00;
constexpr uint32_t kPastSurrogates = 0xe000;

bool IsDigit(int c) { return c >= '0' && c <= '9'; }

/// A JSON number: [-] digits without a leading zero [. digits] [e [+-] digits].
bool IsNumber(std::string_view text) {
  size_t at = 0;
  const auto skip_digits = [&] {
    const size_t from = at;
    while (at < text.size() && IsDigit(text[at])) ++at;
    return at > from;
  };
  if (at < text.size() && text[at] == '-') ++at;
  const size_t first = at;
  if (!skip_digits()) return false;
  if (text[first] == '0' && at > first + 1) return false;
  if (at < text.size() && text[at] == '.') {
    ++at;
    if (!skip_digits()) return false;
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    if (!skip_digits()) return false;
  }
  return at == text.size();
}

}  // namespace

void JsonReader::Fail(std::string_view what) const {
  throw Error(ErrorKind::kInvalid, fmt::format("{} at byte {}", what, source_.offset()));
}

JsonToken JsonReader::Next() {
  if (has_peeked_) {
    has_peeked_ = false;
    return peeked_;
  }
  return Read();
}

JsonToken JsonReader::Peek() {
  if (!has_peeked_) peeked_ = Read();
  has_peeked_ = true;
  return peeked_;
}

void JsonReader::SkipValue() {
  size_t depth = 0;
  do {
    switch (Next()) {
      case JsonToken::kBeginObject:
      case JsonToken::kBeginArray:
        ++depth;
        break;
      case JsonToken::kEndObject:
      case JsonToken::kEndArray:
        if (depth == 0) Fail("a value is missing");
        --depth;
        break;
      case JsonToken::kEnd:
        Fail("a value is missing");
      default:
        break;
    }
  } while (depth > 0);
}

void JsonReader::SkipBlanks() {
  for (;;) {
    const ByteView block = source_.Peek();
    const size_t end = block.find_first_not_of(" \t\r\n");
    if (end != ByteView::npos) {
      source_.Skip(end);
      return;
    }
    if (block.empty()) return;
    source_.Skip(block.size());
  }
}

int JsonReader::NextByte() {
  const ByteView block = source_.Peek();
  if (block.empty()) Fail("the document ends too early");
  const auto byte = static_cast<unsigned char>(block.front());
  source_.Skip(1);
  return byte;
}

JsonToken JsonReader::Read() {
  SkipBlanks();
  if (expect_ == Expect::kNothing) {
    if (!source_.AtEnd()) Fail("something follows the document");
    return JsonToken::kEnd;
  }
  int c = NextByte();
  if (expect_ == Expect::kCommaOrEnd) {
    if (c == '}' || c == ']') return Close(static_cast<char>(c));
    if (c != ',') Fail("expected ',' or a closing bracket");
    expect_ = levels_.back() ? Expect::kKey : Expect::kValue;
    SkipBlanks();
    c = NextByte();
  }
  if (expect_ == Expect::kKey || expect_ == Expect::kKeyOrEnd) {
    if (c == '}' && expect_ == Expect::kKeyOrEnd) return Close('}');
    if (c != '"') Fail("expected the name of a member");
    ReadString();
    SkipBlanks();
    if (NextByte() != ':') Fail("expected ':'");
    expect_ = Expect::kValue;
    return JsonToken::kKey;
  }
  if (c == ']' && expect_ == Expect::kValueOrEnd) return Close(']');
  return ReadValue(static_cast<char>(c));
}

JsonToken JsonReader::ReadValue(char first) {
  if (first == '{' || first == '[') {
    if (levels_.size() == kMaxDepth) Fail("nested too deeply");
    levels_.push_back(first == '{');
    expect_ = first == '{' ? Expect::kKeyOrEnd : Expect::kValueOrEnd;
    return first == '{' ? JsonToken::kBeginObject : JsonToken::kBeginArray;
  }
  AfterValue();
  if (first == '"') {
    ReadString();
    return JsonToken::kString;
  }
  if (first == '-' || IsDigit(first)) {
    text_.assign(1, first);
    ReadNumber();
    return JsonToken::kNumber;
  }
  switch (first) {
    case 't':
      ReadWord("rue");
      return JsonToken::kTrue;
    case 'f':
      ReadWord("alse");
      return JsonToken::kFalse;
    case 'n':
      ReadWord("ull");
      return JsonToken::kNull;
    default:
      Fail("expected a value");
  }
}

JsonToken JsonReader::Close(char bracket) {
  if (levels_.empty() || levels_.back() != (bracket == '}')) Fail("a bracket that was not opened");
  const bool is_object = levels_.back();
  levels_.pop_back();
  AfterValue();
  return is_object ? JsonToken::kEndObject : JsonToken::kEndArray;
}

void JsonReader::AfterValue() {
  expect_ = levels_.empty() ? Expect::kNothing : Expect::kCommaOrEnd;
}

void JsonReader::ReadWord(std::string_view word) {
  for (const char c : word) {
    if (NextByte() != c) Fail("expected a value");
  }
}

void JsonReader::ReadNumber() {
  for (;;) {
    const ByteView block = source_.Peek();
    const size_t end = std::min(block.find_first_not_of("0123456789+-.eE"), block.size());
    text_.append(block.substr(0, end));
    source_.Skip(end);
    if (text_.size() > kMaxNumberBytes) Fail("a number that is too long");
    if (end < block.size() || block.empty()) break;
  }
  if (!IsNumber(text_)) Fail("a number that is none");
}

// The quote before it was read.
void JsonReader::ReadString() {
  text_.clear();
  for (;;) {
    const ByteView block = source_.Peek();
    if (block.empty()) Fail("the document ends within a string");
    size_t plain = 0;
    while (plain < block.size() && block[plain] != '"' && block[plain] != '\\' &&
           static_cast<unsigned char>(block[plain]) >= 0x20) {
      ++plain;
    }
    text_.append(block.substr(0, plain));
    const bool is_over = plain < block.size();
    const char stop = is_over ? block[plain] : '\0';
    source_.Skip(is_over ? plain + 1 : plain);
    if (text_.size() > kMaxStringBytes) {
      throw Error(ErrorKind::kTooLarge, "a string of the document is too long");
    }
    if (!is_over) continue;
    if (stop == '"') break;
    if (stop != '\\') Fail("a control character within a string");
    ReadEscape();
  }
  if (!IsValidUtf8(text_)) Fail("a string that is not UTF-8");
}

void JsonReader::ReadEscape() {
  const int c = NextByte();
  constexpr std::string_view kLetters = "\"\\/bfnrt";
  constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
  if (c != 'u') {
    const size_t place = kLetters.find(static_cast<char>(c));
    if (place == std::string_view::npos) Fail("an unknown escape");
    text_ += kMeanings[place];
    return;
  }
  uint32_t code = ReadHex();
  if (code >= kFirstLowSurrogate && code < kPastSurrogates) Fail("half a character");
  if (code >= kFirstSurrogate && code < kFirstLowSurrogate) {
    if (NextByte() != '\\' || NextByte() != 'u') Fail("half a character");
    const uint32_t low = ReadHex();
    if (low < kFirstLowSurrogate || low >= kPastSurrogates) Fail("half a character");
    code = 0x10000 + ((code - kFirstSurrogate) << 10U) + (low - kFirstLowSurrogate);
  }
  AppendUtf8(text_, code);
}

uint32_t JsonReader::ReadHex() {
  uint32_t code = 0;
  for (int i = 0; i < 4; ++i) {
    const int c = NextByte();
    const int lower = c | 0x20;
    if (IsDigit(c)) {
      code = code * 16 + static_cast<uint32_t>(c - '0');
    } else if (lower >= 'a' && lower <= 'f') {
      code = code * 16 + static_cast<uint32_t>(lower - 'a' + 10);
    } else {
      Fail("an escape without four hexadecimal digits");
    }
  }
  return code;
}

}  // namespace pvc
