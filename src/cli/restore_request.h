#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/command.h"
#include "vcs/diff.h"

namespace pvc {

/// Gives the working database, or parts of it, the content of a commit (HEAD when none is named),
/// and says what was done.   Returns: the exit code.
/// `words`: TABLE or TABLE:KEY each, as typed; none for everything.
int RestoreParts(CommandContext& context, const std::optional<std::string>& source,
                 const std::vector<std::string>& words);

}  // namespace pvc
