#pragma once

#include <string>
#include <vector>

#include "cli/render/diff_input.h"
#include "vcs/operation.h"

namespace pvc {

/// What an editor opens with when a commit has no message: `message`, then in comments what is
/// about to be committed.
/// `tables`: those that are committed; empty: all.
std::string FormatCommitTemplate(const std::string& message, const Head& head,
                                 const DiffOverview& changes,
                                 const std::vector<std::string>& tables);

}  // namespace pvc
