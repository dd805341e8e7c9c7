#include "cli/json_writer.h"

#include <fmt/format.h>

#include "base/assert.h"
#include "cli/utf8.h"

namespace pvc {
namespace {

// Beyond it doubles, which is what most JSON readers make of numbers, skip integers.
constexpr int64_t kMaxExactInteger = int64_t{1} << 53;
// Deeper levels stay on one line: a row of a diff is a line.
constexpr size_t kIndentedLevels = 2;

}  // namespace

std::string JsonString(std::string_view text) {
  std::string out = "\"";
  while (!text.empty()) {
    const Utf8Character character = DecodeUtf8(text);
    if (character.bytes == 0) {
      out += "\xef\xbf\xbd";  // U+FFFD
      text.remove_prefix(1);
      continue;
    }
    const uint32_t c = character.code_point;
    if (c == '"' || c == '\\') {
      out += '\\';
      out += static_cast<char>(c);
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (c == '\r') {
      out += "\\r";
    } else if (c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029) {
      out += fmt::format("\\u{:04x}", c);
    } else {
      out += text.substr(0, character.bytes);
    }
    text.remove_prefix(character.bytes);
  }
  out += '"';
  return out;
}

std::string FormatReal(double value) {
  std::string text = fmt::format("{}", value);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

void JsonWriter::NewLine() {
  out_.Write("\n");
  out_.Write(std::string(2 * levels_.size(), ' '));
}

void JsonWriter::BeforeValue(ValueKind kind) {
  if (after_key_) {
    after_key_ = false;
    return;
  }
  if (levels_.empty()) return;
  PVC_ASSERT(levels_.back().is_array);
  Level& level = levels_.back();
  if (!level.is_empty) out_.Write(",");
  if (layout_ == Layout::kIndented) {
    if (kind == ValueKind::kContainer) {
      level.is_broken = true;
      NewLine();
    } else if (!level.is_empty) {
      out_.Write(" ");
    }
  }
  level.is_empty = false;
}

void JsonWriter::BeginObject() {
  BeforeValue(ValueKind::kContainer);
  out_.Write("{");
  levels_.push_back({.is_array = false});
}

void JsonWriter::BeginArray() {
  BeforeValue(ValueKind::kContainer);
  out_.Write("[");
  levels_.push_back({.is_array = true});
}

void JsonWriter::End(char bracket) {
  PVC_ASSERT(!levels_.empty() && !after_key_);
  const Level level = levels_.back();
  levels_.pop_back();
  if (level.is_broken) NewLine();
  out_.Write(std::string_view(&bracket, 1));
  if (levels_.empty()) out_.Write("\n");
}

void JsonWriter::EndObject() { End('}'); }

void JsonWriter::EndArray() { End(']'); }

void JsonWriter::Key(std::string_view name) {
  PVC_ASSERT(!levels_.empty() && !levels_.back().is_array && !after_key_);
  if (!levels_.back().is_empty) out_.Write(",");
  const bool is_broken = layout_ == Layout::kIndented && levels_.size() <= kIndentedLevels;
  if (is_broken) {
    levels_.back().is_broken = true;
    NewLine();
  } else if (layout_ == Layout::kIndented && !levels_.back().is_empty) {
    out_.Write(" ");
  }
  levels_.back().is_empty = false;
  out_.Write(JsonString(name));
  out_.Write(layout_ == Layout::kIndented ? ": " : ":");
  after_key_ = true;
}

void JsonWriter::String(std::string_view text) {
  BeforeValue();
  out_.Write(JsonString(text));
}

void JsonWriter::Integer(int64_t value) {
  BeforeValue();
  if (value > kMaxExactInteger || value < -kMaxExactInteger) {
    out_.Write(fmt::format("{{\"integer\":\"{}\"}}", value));
  } else {
    out_.Write(fmt::format("{}", value));
  }
}

void JsonWriter::Count(uint64_t value) {
  BeforeValue();
  if (value > static_cast<uint64_t>(kMaxExactInteger)) {
    out_.Write(fmt::format("{{\"integer\":\"{}\"}}", value));
  } else {
    out_.Write(fmt::format("{}", value));
  }
}

void JsonWriter::Number(double value) {
  BeforeValue();
  out_.Write(FormatReal(value));
}

void JsonWriter::Bool(bool value) {
  BeforeValue();
  out_.Write(value ? "true" : "false");
}

void JsonWriter::Null() {
  BeforeValue();
  out_.Write("null");
}

void JsonWriter::RawValue(std::string_view json) {
  BeforeValue();
  out_.Write(json);
}

}  // namespace pvc
