#include "vcs/query/integer_range.h"

#include <cmath>

namespace pvc {
namespace {

constexpr double kTwo63 = 9223372036854775808.0;

}  // namespace

void RestrictByNumber(IntegerRange& range, char op, const Value& number) {
  const bool is_lower = op == '>' || op == 'g' || op == '=' || op == 'i';
  const bool is_upper = op == '<' || op == 'l' || op == '=' || op == 'i';
  const bool is_strict = op == '<' || op == '>';
  if (number.storage_class == StorageClass::kInteger) {
    const int64_t bound = number.integer;
    if (is_strict && bound == (op == '>' ? IntegerRange::kMax : IntegerRange::kMin)) {
      range.is_empty = true;
      return;
    }
    if (is_lower) range.AtLeast(is_strict ? bound + 1 : bound);
    if (is_upper) range.AtMost(is_strict ? bound - 1 : bound);
    return;
  }
  const double floor = std::floor(number.real);
  const bool is_whole = floor == number.real;
  if (is_lower) {
    // The least integer that is not below, or is above.
    if (floor >= kTwo63) {
      range.is_empty = true;
    } else if (floor >= -kTwo63) {
      const auto below = static_cast<int64_t>(floor);
      const bool next = !is_whole || is_strict;
      if (next && below == IntegerRange::kMax) {
        range.is_empty = true;
      } else {
        range.AtLeast(next ? below + 1 : below);
      }
    }
  }
  if (is_upper) {
    if (floor < -kTwo63) {
      range.is_empty = true;
    } else if (floor < kTwo63) {
      const auto below = static_cast<int64_t>(floor);
      const bool before = is_whole && is_strict;
      if (before && below == IntegerRange::kMin) {
        range.is_empty = true;
      } else {
        range.AtMost(before ? below - 1 : below);
      }
    }
  }
  if ((op == '=' || op == 'i') && !is_whole) range.is_empty = true;
}

}  // namespace pvc
