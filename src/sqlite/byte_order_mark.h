#pragma once

#include "base/bytes.h"
#include "sqlite/value.h"

namespace pvc {

/// What goes in front of text that is handed to SQLite, so that it arrives as it is: SQLite takes a
/// byte order mark off the front of UTF-16 text, and that is the one which it takes then. Empty for
/// all text that has no such mark.
inline ByteView MarkInFrontOf(ByteView text, TextEncoding encoding) {
  const bool has_mark = text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff");
  if (encoding == TextEncoding::kUtf8 || !has_mark) return {};
  return encoding == TextEncoding::kUtf16le ? "\xff\xfe" : "\xfe\xff";
}

}  // namespace pvc
