#pragma once

#include <span>
#include <string_view>

#include "cli/command.h"

namespace pvc {

/// All commands, in the order of `pvc help`.
std::span<const Command* const> CommandTable();

/// Returns: null when there is none of this name.
const Command* FindCommand(std::string_view name);

/// Finds a command. Throws: kUsage with the nearest names as hints.
const Command& RequireCommand(std::string_view name);

/// "start a repository", ...
std::string_view CommandGroupTitle(CommandGroup group);

/// Options before the command's name: -C, --color, ...
std::span<const OptionSpec> GlobalOptions();

}  // namespace pvc
