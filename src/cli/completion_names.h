#pragma once

#include <string>

#include "cli/arguments.h"
#include "cli/completion.h"

namespace pvc {

/// Adds what begins with `typed` and is of a kind; `before` stands in front of it in the same word.
///
/// Nothing here is an error: outside a repository there are no revisions.
void AddNames(Environment& environment, ArgumentKind kind, const std::string& before,
              const std::string& typed, Completions& found);

}  // namespace pvc
