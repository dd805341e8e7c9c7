#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/line_editor.h"

namespace pvc {

/// Names that SQL may use. A function that is not set knows none.
struct SqlNames {
  std::function<std::vector<std::string>()> tables;
  std::function<std::vector<std::string>(const std::string& table)> columns;
  std::function<std::vector<std::string>()> functions;  ///< without their parentheses
};

/// What the word at the end of `line` may become, the last of a statement that begins with
/// `before`: keywords in the case that is typed, tables and functions, columns of the tables that
/// the statement names by then. Nothing inside of text, blobs, numbers and comments.
///
/// Returns: words in order, quoted where SQL needs it; word_begin counts in `line`.
/// Throws:  what `names` throws.
LineCompletion CompleteSql(std::string_view before, std::string_view line, const SqlNames& names);

}  // namespace pvc
