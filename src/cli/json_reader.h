#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/block_reader.h"

namespace pvc {

/// What a JSON document is made of, from front to back. A number's text and a string's characters
/// are JsonReader::text.
enum class JsonToken {
  kBeginObject,
  kEndObject,
  kBeginArray,
  kEndArray,
  kKey,
  kString,
  kNumber,
  kTrue,
  kFalse,
  kNull,
  kEnd,  ///< behind the document
};

/// Reads one JSON document (RFC 8259) token by token, strictly, holding no more than a token.
///
/// Throws: kInvalid naming the byte for what is no JSON, and for nesting deeper than kMaxDepth;
///         kTooLarge for a string longer than kMaxStringBytes; kIo.
/// Lifetime: the source outlives it.
class JsonReader {
 public:
  static constexpr size_t kMaxDepth = 64;
  static constexpr uint64_t kMaxStringBytes = uint64_t{1} << 32;
  static constexpr size_t kMaxNumberBytes = 1024;

  explicit JsonReader(BlockReader& source) : source_(source) {}

  JsonToken Next();
  /// The next token, which Next gives again.
  JsonToken Peek();
  /// Passes over the value that comes next, whatever it is.
  void SkipValue();

  /// Of the last key, string or number. Lives until the next token is read.
  const std::string& text() const { return text_; }

  /// Throws kInvalid: "WHAT at byte N".
  [[noreturn]] void Fail(std::string_view what) const;

 private:
  enum class Expect { kValue, kValueOrEnd, kKeyOrEnd, kKey, kCommaOrEnd, kNothing };

  JsonToken Read();
  JsonToken ReadValue(char first);
  JsonToken Close(char bracket);
  void AfterValue();
  void SkipBlanks();
  int NextByte();
  void ReadString();
  void ReadEscape();
  uint32_t ReadHex();
  void ReadNumber();
  void ReadWord(std::string_view word);

  BlockReader& source_;
  std::vector<bool> levels_;  // true: an object
  Expect expect_ = Expect::kValue;
  std::string text_;
  bool has_peeked_ = false;
  JsonToken peeked_ = JsonToken::kEnd;
};

}  // namespace pvc
