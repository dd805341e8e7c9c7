#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/render/diff.h"

namespace pvc {

/// The side of a comparison that a revision names.
DiffSide CommitSide(Repository& repository, const std::string& revision);
DiffSide CommitSide(Repository& repository, const CommitId& id, const std::string& name);
/// The side before the first commit: nothing.
DiffSide EmptySide(Repository& repository);

/// TABLE or TABLE:KEY. A table whose name holds a colon is found by its whole name.
DiffFilter ParseFilter(const std::string& word, const DiffSide& before, const DiffSide& after);

/// A comparison of two commits of the context's repository. It stops when the user asks for it.
/// Lifetime: the context outlives it.
DiffInput MakeDiffInput(CommandContext& context, DiffSide before, DiffSide after,
                        std::vector<DiffFilter> filters);

}  // namespace pvc
