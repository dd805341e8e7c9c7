#pragma once

#include <string_view>
#include <vector>

#include "vcs/bisect_state.h"
#include "vcs/repository.h"

namespace pvc {

/// A bisection keeps what it names reachable, as git does: "refs/bisect/bad",
/// "refs/bisect/good-HEX", "refs/bisect/skip-HEX", and "refs/bisect/start" when HEAD was detached.
inline constexpr std::string_view kBisectPrefix = "refs/bisect/";

/// The updates that make these refs those of `state`; none of them without one.
/// Cost: O(refs of the bisection).
std::vector<RefUpdate> BisectRefUpdates(Repository& repository, const BisectState* state);

}  // namespace pvc
