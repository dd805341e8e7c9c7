#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cli/environment.h"

namespace pvc {

/// Writes one JSON document as it goes. Whatever it is given, the output is valid JSON (RFC 8259)
/// in UTF-8: invalid bytes in names become U+FFFD; cell values have their own forms (cell_json.h).
///
/// Layout: one line, unless indentation is asked for.   Format: docs/json.md
/// Lifetime: the writer outlives it.
class JsonWriter {
 public:
  enum class Layout {
    kLine,      ///< no white space: for jsonl
    kIndented,  ///< the outer levels, and what arrays hold unless it is scalar, on lines of their
                ///< own
  };
  JsonWriter(TextWriter& out, Layout layout) : out_(out), layout_(layout) {}

  void BeginObject();
  void EndObject();
  void BeginArray();
  void EndArray();
  /// Requires: inside an object, before each value.
  void Key(std::string_view name);

  void String(std::string_view text);
  /// A number as long as doubles hold it exactly (up to 2^53), else {"integer": "digits"}.
  void Integer(int64_t value);
  void Count(uint64_t value);
  /// A number; seconds and shares. Requires: finite.
  void Number(double value);
  void Bool(bool value);
  void Null();

  void Member(std::string_view name, std::string_view text) {
    Key(name);
    String(text);
  }
  /// null for empty text.
  void MemberOrNull(std::string_view name, std::string_view text) {
    Key(name);
    if (text.empty()) {
      Null();
    } else {
      String(text);
    }
  }
  void CountMember(std::string_view name, uint64_t value) {
    Key(name);
    Count(value);
  }

  /// Pieces of a value too large to hold: writes them as they are. Requires: valid JSON in the end.
  void RawValue(std::string_view json);

 private:
  struct Level {
    bool is_array;
    bool is_empty = true;
    bool is_broken = false;  ///< stands on several lines
  };
  enum class ValueKind { kScalar, kContainer };
  void BeforeValue(ValueKind kind = ValueKind::kScalar);
  void NewLine();
  void End(char bracket);

  TextWriter& out_;
  Layout layout_;
  std::vector<Level> levels_;
  bool after_key_ = false;
};

/// A string literal with quotes.
std::string JsonString(std::string_view text);
/// The shortest digits that read back as the same double; always with a point or an exponent.
/// Requires: finite.
std::string FormatReal(double value);

}  // namespace pvc
