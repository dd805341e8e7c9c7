#pragma once

#include <string_view>

#include "cli/cell_text.h"

namespace pvc {

/// Writes items beside each other and goes on below the first when the line is full.
///
/// Lifetime: the painter outlives it.
class ItemLine {
 public:
  /// `columns`: width of the output; the first item stands at column `indent`.
  ItemLine(Painter& out, size_t columns, size_t indent)
      : out_(out), columns_(columns), indent_(indent), column_(indent) {}

  /// `separator` stands in front of the item, unless it is the first: a character that closes the
  /// item before it, then blanks, which a new line stands for.
  void Put(const LabelledText& item, std::string_view separator);

 private:
  Painter& out_;
  const size_t columns_;
  const size_t indent_;
  size_t column_;
  bool is_first_ = true;
};

}  // namespace pvc
