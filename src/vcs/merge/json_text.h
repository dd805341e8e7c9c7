#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pvc {

/// A member of a JSON object as slices of its text: lead, name, value, trail follow each other.
struct JsonMember {
  static constexpr size_t kNoObject = SIZE_MAX;

  std::string key;            ///< unescaped
  std::string_view lead;      ///< white space behind the brace or comma
  std::string_view name;      ///< key, white space, colon, white space
  std::string_view value;     ///< verbatim
  std::string_view trail;     ///< white space in front of the comma or brace
  size_t object = kNoObject;  ///< where the value is in JsonText::objects; only of objects
};

struct JsonObject {
  std::vector<JsonMember> members;  ///< in the order of the text
  std::string_view space;           ///< between the braces when there are no members
  std::vector<uint32_t> by_key;     ///< indexes of `members`, sorted by key

  /// Returns: null when there is none.   Cost: O(log members).
  const JsonMember* Find(std::string_view key) const;
};

/// A JSON document whose root is an object, in the slices that it was written in.
///
/// Lifetime: points into the text that it was parsed from.
struct JsonText {
  std::string_view before;          ///< white space in front of the root
  std::string_view after;           ///< white space behind it
  std::vector<JsonObject> objects;  ///< the root first
};

/// Objects and arrays within each other; beyond it a text is not parsed.
inline constexpr size_t kMaxJsonDepth = 200;

/// Splits a document into its members.
///
/// Returns: nothing when `text` is not valid (RFC 8259, UTF-8 without byte-order mark), its root is
///          no object, an object has one key twice ("a" and "\u0061" are one), or it is nested
///          deeper than kMaxJsonDepth.
/// Cost:    O(n log n) time; memory for a copy of the text, and some 120 bytes for each member.
std::optional<JsonText> ParseJsonObject(std::string_view text);

/// Whether two valid pieces of JSON are the same tokens, whatever white space is between them.
bool SameJsonTokens(std::string_view a, std::string_view b);

}  // namespace pvc
