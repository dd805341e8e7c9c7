#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "vcs/repository.h"

namespace pvc {

/// What a ref was at "@{SELECTOR}": N changes ago, or at a date, relative to `now`. A date before
/// its first state means the first, as in git. "HEAD" is the commit HEAD was at.
///
/// `revision` names it in errors: "main@{3}".
/// Returns: nothing for a ref that never was.
/// Throws:  kNotFound when it has fewer states, or was not there then; kInvalid for a selector that
///          is neither.
std::optional<ObjectId> RefStateAt(Repository& repository, const std::string& full_name,
                                   std::string_view selector, std::string_view revision,
                                   const Timestamp& now);

/// What `stash@{SELECTOR}` means: the N-th newest entry, or the newest that was made by a date.
/// Returns: nothing when the stash is empty.      Throws: as RefStateAt.
std::optional<ObjectId> StashEntryAt(Repository& repository, std::string_view selector,
                                     const Timestamp& now);

}  // namespace pvc
