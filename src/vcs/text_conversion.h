#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "sqlite/value.h"

namespace pvc {

/// Turns text of one encoding into UTF-8 piece by piece, checking that it is well-formed.
class Utf8Converter {
 public:
  explicit Utf8Converter(TextEncoding encoding) : encoding_(encoding) {}

  /// Appends the characters that are complete with `piece`. Returns: false for malformed text.
  [[nodiscard]] bool Add(ByteView piece, Bytes& out);
  /// Returns: false when the text ended within a character.
  [[nodiscard]] bool Finish() const { return rest_.empty(); }

 private:
  TextEncoding encoding_;
  Bytes rest_;  // bytes not yet converted; between calls the beginning of a character
  bool is_valid_ = true;
};

/// Appends one character as UTF-8; half of a surrogate pair as if it were a character.
void AppendUtf8(Bytes& out, uint32_t code);

/// Appends UTF-8 text in another encoding. Returns: false for malformed UTF-8.
[[nodiscard]] bool AppendEncoded(Bytes& out, ByteView utf8, TextEncoding encoding);

}  // namespace pvc
