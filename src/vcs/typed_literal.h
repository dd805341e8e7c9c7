#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sqlite/value.h"

namespace pvc {

/// A value that owns its bytes; text is UTF-8.
struct OwnedValue {
  Value value;  ///< without bytes
  Bytes bytes;

  static OwnedValue Of(Value value);
  /// Lifetime: of this object.
  Value View() const;
};

/// What somebody wrote where a value belongs, in SQL or on a command line.
struct TypedLiteral {
  enum class Form {
    kQuoted,  ///< 'text', x'00', NULL: `value` is what it says
    kNumber,  ///< 42, -1.5e3: `value`; `text` is the spelling
    kBare,    ///< anything else: `text`
  };
  Form form = Form::kBare;
  OwnedValue value;
  std::string text;
};

/// Reads one literal; never fails: what is no literal is bare text.
TypedLiteral ReadTypedLiteral(std::string_view text);

/// Splits at commas outside of quotes. "a,'b,c'" has two parts; "" has one.
std::vector<std::string_view> SplitAtCommas(std::string_view text);

}  // namespace pvc
