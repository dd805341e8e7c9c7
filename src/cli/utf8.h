#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sqlite/value.h"

namespace pvc {

/// One character at the front of some bytes.
struct Utf8Character {
  uint32_t code_point = 0;
  size_t bytes = 0;  ///< 1..4; 0 when the bytes are not well-formed UTF-8 (RFC 3629)
};

/// Requires: !text.empty().
Utf8Character DecodeUtf8(std::string_view text);
bool IsValidUtf8(std::string_view text);

/// UTF-8 of a text cell in its database's encoding. Returns: nothing when it has no exact UTF-8
/// form (invalid UTF-8, lone surrogates, an odd number of bytes).
std::optional<std::string> CellTextToUtf8(ByteView text, TextEncoding encoding);

}  // namespace pvc
