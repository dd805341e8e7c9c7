#pragma once

#include <string>

#include "cli/terminal_text.h"
#include "sqlite/value.h"

namespace pvc {

/// A value as a person reads it.
struct ShownValue {
  std::string text;             ///< one line, safe on a terminal
  Label label = Label::kPlain;  ///< muted for NULL
  bool is_number = false;
};

/// 42, 4.0, -Infinity, text with its line ends and control characters escaped (EscapeText),
/// x'00ff', NULL. Whole, however long. The text that reads NULL stands in quotes: 'NULL'.
///
/// Requires: the value's bytes are in memory.
ShownValue ShowValue(const Value& value, TextEncoding encoding);

/// A text value as UTF-8 where it has such a form, else its bytes.
std::string TextOfValue(const Value& value, TextEncoding encoding);

/// A real with a point or an exponent; Infinity, -Infinity.
std::string FormatAnyReal(double value);

}  // namespace pvc
