#pragma once

#include <string_view>
#include <vector>

#include "vcs/repository.h"

namespace pvc {

/// Stash entries are refs "refs/stash/NUMBER", each with a greater number than those before it.
inline constexpr std::string_view kStashPrefix = "refs/stash/";

/// The stash, newest entry first: the N-th of these is `stash@{N}`. Refs below kStashPrefix that
/// end in no number are passed over.
std::vector<Ref> ListStash(Repository& repository);

}  // namespace pvc
