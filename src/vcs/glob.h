#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace pvc {

/// Whether a glob matches all of `text`: `*` any characters, '/' too, `?` one, `[a-z]` one of a
/// set,
/// `[!a-z]` one outside it, `\x` the character x. Minds case.
///
/// Cost: O(length of the glob * length of the text), without recursion.
bool MatchesGlob(std::string_view glob, std::string_view text);

/// Whether one of them matches; true when there are none.
bool MatchesAnyGlob(const std::vector<std::string>& globs, std::string_view text);

}  // namespace pvc
