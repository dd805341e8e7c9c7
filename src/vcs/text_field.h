#pragma once

#include <string>
#include <string_view>

#include "base/bytes.h"

namespace pvc {

class Decoder;

/// Appends a text as objects hold it: varint length, then the bytes, none of them NUL.
/// `what` names the field in errors: "a message".
/// Throws: kTooLarge, kInvalid for a NUL byte.
void AppendText(Bytes& out, std::string_view what, std::string_view text, size_t max_bytes);
/// Throws: kCorrupt.
std::string ReadText(Decoder& in, size_t max_bytes);

/// Throws: kTooLarge when a field of so many bytes is over its limit.
void CheckFieldSize(std::string_view what, size_t size_bytes, size_t max_bytes);

}  // namespace pvc
