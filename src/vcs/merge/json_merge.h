#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace pvc {

/// Merges two changed versions of a JSON object by key, objects within objects too.
///
/// Arrays, strings, numbers and literals are whole values: two are equal when they are spelled
/// alike, white space aside. Members of objects have no order. Text is taken over as it is written:
/// `ours` with its order and white space, and from `theirs` values and members, which go behind
/// the member that they follow there, or to the end.
///
/// Returns: the merged text; nothing when a member was changed by both, or changed by one and
///          deleted by the other, or when ParseJsonObject (json_text.h) refuses one of the three.
/// Cost:    O(n log n) time, O(n) memory.
std::optional<std::string> MergeJsonText(std::string_view base, std::string_view ours,
                                         std::string_view theirs);

}  // namespace pvc
