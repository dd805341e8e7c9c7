#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace pvc {

/// What happens to the next element on the way from one sequence to another.
enum class SequenceStep : uint8_t { kKept, kRemoved, kAdded };

/// Finds the fewest removals and additions that make `before` into `after`. Where both meet,
/// removals come first.
///
/// Returns: kept and removed steps for each element of `before`, kept and added ones for each of
///          `after`, in order. Where more than `max_changes` steps would be needed, or it would
///          take too long to tell, all between common beginning and end is removed and added.
/// Cost:    O(elements * changes) time; 2 * max_changes^2 bytes beside the result.
/// Source:  E. W. Myers, "An O(ND) Difference Algorithm and Its Variations", 1986.
std::vector<SequenceStep> DiffSequences(std::span<const std::string_view> before,
                                        std::span<const std::string_view> after,
                                        size_t max_changes);

}  // namespace pvc
