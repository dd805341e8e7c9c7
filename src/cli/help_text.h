#pragma once

#include "cli/command.h"

namespace pvc {

/// Which commands an overview lists.
enum class HelpScope { kEveryday, kAll };

/// Prints what `pvc help` says: the commands by group.
void PrintOverview(Painter& out, HelpScope scope);
/// Prints what `pvc help COMMAND` says: usage, examples, options, notes.
void PrintCommandHelp(Painter& out, const Command& command);

}  // namespace pvc
