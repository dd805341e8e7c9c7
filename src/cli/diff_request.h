#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/render/diff.h"

namespace pvc {

/// The side of a comparison that a revision names.
DiffSide CommitSide(CommandContext& context, const std::string& revision);
DiffSide CommitSide(Repository& repository, const CommitId& id, const std::string& name);
/// The side before the first commit: nothing.
DiffSide EmptySide(Repository& repository);

/// TABLE or TABLE:KEY. A table whose name holds a colon is found by its whole name.
DiffFilter ParseFilter(const std::string& word, const DiffSide& before, const DiffSide& after);
/// The same, where `is_table` says what is a table's name.
DiffFilter ParseFilter(const std::string& word,
                       const std::function<bool(const std::string& name)>& is_table);

/// A comparison of two sides in `repository`. It stops when the user asks for it.
/// Lifetime: environment and repository outlive it, as does the context.
DiffInput MakeDiffInput(Environment& environment, Repository& repository, DiffSide before,
                        DiffSide after, std::vector<DiffFilter> filters);
/// The same in the context's repository.
DiffInput MakeDiffInput(CommandContext& context, DiffSide before, DiffSide after,
                        std::vector<DiffFilter> filters);

}  // namespace pvc
