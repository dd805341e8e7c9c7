#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/render/conflicts.h"

namespace pvc {

/// "TABLE", "TABLE:KEY" or "TABLE:KEY:COLUMN", from all words that are no options.
std::vector<ConflictSelector> ParseConflictSelectors(const Arguments& arguments);

/// The conflicts of an unfinished merge that the selectors name; all without any. Running through
/// them stops when the user asks for it.
///
/// Lifetime: context and merge outlive it.
ConflictsInput MakeConflictsInput(CommandContext& context, const UnfinishedMerge& merge,
                                  std::vector<ConflictSelector> selectors);

/// "pvc merge --continue", by the kind.
std::string ContinueCommand(PendingKind kind);

}  // namespace pvc
