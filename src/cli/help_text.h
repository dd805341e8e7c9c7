#pragma once

#include "cli/command.h"
#include "cli/help_facts.h"

namespace pvc {

/// Which commands an overview lists.
enum class HelpScope { kEveryday, kAll };

/// Prints what `pvc help` says: the commands by group.
void PrintOverview(Painter& out, HelpScope scope);
/// Prints what `pvc help COMMAND` says: usage, examples, options, notes.
void PrintCommandHelp(Painter& out, const Command& command);
/// Prints a guide, as `pvc help revisions`.
void PrintTopic(Painter& out, const HelpTopic& topic);

}  // namespace pvc
