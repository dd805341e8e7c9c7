#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace pvc {

/// A stretch of two texts laid beside each other.
struct WordDiffPart {
  enum class Kind { kEqual, kRemoved, kAdded };
  Kind kind = Kind::kEqual;
  std::string_view text;
};

/// Compares two texts word by word: a word is a run of letters, digits and non-ASCII bytes, every
/// other character stands for itself. Removed stands before added where both meet.
///
/// Returns:  parts whose removed and equal texts make `before`, whose added and equal ones `after`.
/// Lifetime: the parts point into the two texts.
/// Cost:     O(words * changes), bounded: beyond some hundred changes the middle is one
/// replacement.
std::vector<WordDiffPart> DiffWords(std::string_view before, std::string_view after);

}  // namespace pvc
