#include "vcs/typed_literal.h"

#include <charconv>
#include <cmath>
#include <optional>

#include "vcs/ascii_case.h"

namespace pvc {

namespace {

std::optional<Bytes> ReadQuoted(std::string_view text) {
  if (text.size() < 2 || text.front() != '\'' || text.back() != '\'') return std::nullopt;
  Bytes out;
  for (size_t i = 1; i + 1 < text.size(); ++i) {
    out.push_back(text[i]);
    if (text[i] != '\'') continue;
    if (i + 2 >= text.size() || text[i + 1] != '\'') return std::nullopt;
    ++i;
  }
  return out;
}

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::optional<Bytes> ReadBlob(std::string_view text) {
  if (text.size() < 3 || (text[0] != 'x' && text[0] != 'X') || text[1] != '\'' ||
      text.back() != '\'' || text.size() % 2 == 0) {
    return std::nullopt;
  }
  Bytes out;
  for (size_t i = 2; i + 1 < text.size(); i += 2) {
    const int high = HexDigit(text[i]);
    const int low = HexDigit(text[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    out.push_back(static_cast<char>(high * 16 + low));
  }
  return out;
}

std::optional<Value> ReadNumber(std::string_view text) {
  const std::string_view digits = text.starts_with('+') ? text.substr(1) : text;
  if (digits.empty() || digits.find_first_not_of("0123456789+-.eE") != std::string_view::npos) {
    return std::nullopt;
  }
  const char* end = digits.data() + digits.size();
  int64_t integer = 0;
  if (const auto read = std::from_chars(digits.data(), end, integer);
      read.ec == std::errc() && read.ptr == end) {
    return Value::Integer(integer);
  }
  double real = 0;
  if (const auto read = std::from_chars(digits.data(), end, real);
      read.ec == std::errc() && read.ptr == end) {
    return Value::Real(real);
  }
  return std::nullopt;
}

std::string_view Trim(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

}  // namespace

OwnedValue OwnedValue::Of(Value value) {
  OwnedValue owned;
  owned.bytes.assign(value.bytes);
  owned.value = value;
  owned.value.bytes = {};
  return owned;
}

Value OwnedValue::View() const {
  Value view = value;
  view.bytes = bytes;
  view.size_bytes = bytes.size();
  return view;
}

TypedLiteral ReadTypedLiteral(std::string_view text) {
  TypedLiteral literal;
  literal.text = text;
  const std::string_view trimmed = Trim(text);
  if (const auto quoted = ReadQuoted(trimmed)) {
    literal.form = TypedLiteral::Form::kQuoted;
    literal.value = OwnedValue::Of(Value::Text(*quoted));
  } else if (const auto blob = ReadBlob(trimmed)) {
    literal.form = TypedLiteral::Form::kQuoted;
    literal.value = OwnedValue::Of(Value::Blob(*blob));
  } else if (EqualIgnoringAsciiCase(trimmed, "NULL")) {
    literal.form = TypedLiteral::Form::kQuoted;
  } else if (const auto number = ReadNumber(trimmed)) {
    literal.form = TypedLiteral::Form::kNumber;
    literal.value = OwnedValue::Of(*number);
  }
  return literal;
}

std::vector<std::string_view> SplitAtCommas(std::string_view text) {
  std::vector<std::string_view> parts;
  bool is_quoted = false;
  size_t begin = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    // A quote within bare text, as in O'Neil, is a letter.
    const bool may_open =
        i == begin || text.substr(begin, i - begin) == "x" ||
        text.substr(begin, i - begin) == "X" ||
        text.substr(begin, i - begin).find_first_not_of(' ') == std::string_view::npos;
    if (text[i] == '\'' && (is_quoted || may_open)) {
      // '' within quotes closes and opens again.
      if (is_quoted && i + 1 < text.size() && text[i + 1] == '\'') {
        ++i;
      } else {
        is_quoted = !is_quoted;
      }
    } else if (text[i] == ',' && !is_quoted) {
      parts.push_back(text.substr(begin, i - begin));
      begin = i + 1;
    }
  }
  parts.push_back(text.substr(begin));
  return parts;
}

}  // namespace pvc
