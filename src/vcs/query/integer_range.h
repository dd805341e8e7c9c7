#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>

#include "sqlite/value.h"

namespace pvc {

/// The integers from `low` to `high`, both included, unless it is empty.
struct IntegerRange {
  static constexpr int64_t kMin = std::numeric_limits<int64_t>::min();
  static constexpr int64_t kMax = std::numeric_limits<int64_t>::max();

  int64_t low = kMin;
  int64_t high = kMax;
  bool is_empty = false;

  void AtLeast(int64_t bound) { low = std::max(low, bound); }
  void AtMost(int64_t bound) { high = std::min(high, bound); }
};

/// Restricts it to integers on one side of a number, or equal to it, as SQLite compares integers
/// with reals: exactly.   `op`: as in KeyChoice::text.   Requires: an integer or a real.
void RestrictByNumber(IntegerRange& range, char op, const Value& number);

}  // namespace pvc
