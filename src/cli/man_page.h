#pragma once

#include "cli/command.h"

namespace pvc {

/// Writes what `man pvc-COMMAND` shows, in the macros of man(7), from the command's row alone.
void PrintManPage(TextWriter& out, const Command& command);
/// Writes what `man pvc` shows: all commands, and what they share.
void PrintManOverview(TextWriter& out);

}  // namespace pvc
