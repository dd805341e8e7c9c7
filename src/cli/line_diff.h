#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace pvc {

/// A line of a comparison of two texts.
struct DiffLine {
  enum class Kind {
    kKept,
    kRemoved,
    kAdded,
    kElided,  ///< stands for kept lines that are left out
  };
  Kind kind = Kind::kKept;
  std::string_view text = {};  ///< without line end; of kElided empty
  size_t elided_count = 0;     ///< of kElided: the lines left out

  bool operator==(const DiffLine&) const = default;
};

/// Compares two texts line by line: what changed, with `context_lines` kept lines around each
/// change, and one kElided where two lines or more are left out between two changes. Removed
/// stands before added.
///
/// A line end at the end of both texts, or of one where the other is empty, is no line of its own;
/// at the end of one it is an empty line more.
///
/// Returns:  nothing for texts without a difference.
/// Lifetime: the lines point into the two texts.
/// Cost:     O(length + lines * changes), bounded: beyond some thousand changes the middle is one
///           replacement.
std::vector<DiffLine> DiffLines(std::string_view before, std::string_view after,
                                size_t context_lines);

}  // namespace pvc
