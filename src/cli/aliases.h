#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "vcs/config.h"

namespace pvc {

/// The words that an alias stands for, split as a shell splits them: blanks part words, '...' and
/// "..." join them, a backslash takes the meaning of the next character. Nothing is substituted.
///
/// An alias stands for a command of pvc and nothing else, because it may come with somebody else's
/// repository: no shell command, and no option of pvc itself, which could lead elsewhere.
///
/// `name` is the setting's, for errors.
/// Throws: kInvalid naming it: a shell command ('!'), an option before the command, an open quote,
///         no word at all.
std::vector<std::string> SplitAlias(std::string_view name, std::string_view value);

/// Replaces the first of `words` by what `alias.WORD` says, and so on until it names no alias.
/// Commands of pvc are never replaced.
/// Throws: as SplitAlias; kInvalid naming the loop when aliases lead back to themselves.
std::vector<std::string> ExpandAliases(const Config& settings, std::vector<std::string> words);

/// Names of all aliases that can be typed, sorted.
std::vector<std::string> AliasNames(const Config& settings);

}  // namespace pvc
