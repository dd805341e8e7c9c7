#pragma once

#include <string>
#include <string_view>

#include "vcs/repository.h"

namespace pvc {

/// Resolves a revision to a commit: HEAD or @, a branch, tag or full ref name, a full id or an
/// unambiguous short one (4 digits at least) of a commit, each followed by any of ~, ~N, ^, ^N.
///
/// Throws: kNotFound, naming the part that was not found, with the nearest names as hints ("did you
/// mean");
///         kInvalid for an ambiguous short id, its candidates as hints; a branch without commits.
CommitId ResolveRevision(Repository& repository, std::string_view revision);

/// Names that resemble `wrong`, nearest first, at most three. For "did you mean".
std::vector<std::string> NearestNames(std::string_view wrong,
                                      const std::vector<std::string>& names);

}  // namespace pvc
