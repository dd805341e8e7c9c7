#pragma once

#include <span>
#include <string_view>

#include "cli/command.h"

namespace pvc {

/// All commands, in the order of `pvc help`.
std::span<const Command* const> CommandTable();

/// Returns: null when there is none of this name.
const Command* FindCommand(std::string_view name);

/// Finds a command. Throws: kUsage with the nearest names, `aliases` among them, as hints.
const Command& RequireCommand(std::string_view name, const std::vector<std::string>& aliases = {});

/// "start a repository", ...
std::string_view CommandGroupTitle(CommandGroup group);

/// Options before the command's name: -C, --color, ...
std::span<const OptionSpec> GlobalOptions();

}  // namespace pvc
