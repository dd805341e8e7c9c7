#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/cell_text.h"

namespace pvc {

/// What messages call the sides of a merge: "main", "try". Not escaped.
struct SideNames {
  std::string ours;
  std::string theirs;
};

/// A line of a conflict's description: items that an ItemLine lays beside each other.
using ConflictLine = std::vector<LabelledText>;
/// What goes between the items of a line.
inline constexpr std::string_view kConflictItemSeparator = ",  ";

/// A line of one item that is to grow.
LabelledText PlainItem(std::string text);
/// Puts `more` at the end of `item`.
void AppendItem(LabelledText& item, const LabelledText& more);

/// "base -> main:", escaped.
std::string SideArrow(std::string_view before, std::string_view after);

/// Whether a text has several lines.
bool HasLines(std::string_view text);
/// What changed between two texts of several lines, one line each, with a little around it.
/// Returns: nothing where a line is too long to be shown.
std::vector<ConflictLine> CompareLines(std::string_view before, std::string_view after);

}  // namespace pvc
