#pragma once

#include <string>
#include <vector>

#include "cli/command.h"
#include "vcs/merge/sequence.h"

namespace pvc {

/// Words for -X.
inline constexpr std::array<std::string_view, 2> kFavorChoices = {"ours", "theirs"};

/// The side that -X favours.   Throws: kUsage for another word.
FavoredSide FavorOption(CommandContext& context);

/// The message that -m gives, cleaned; "" without.
std::string MessageOption(CommandContext& context);

/// Runs --continue, --skip or --abort of the command that made `kind`, if one of them was given.
/// Returns: the exit code; nothing when none was given.
std::optional<int> RunUnfinished(CommandContext& context, PendingKind kind);

/// Prints what a sequence made, or where it stopped.   Returns: the exit code.
int ReportSequence(CommandContext& context, const SequenceResult& result);

/// Commits named by words of a command line: each REV itself, each range its commits, oldest first.
/// Throws: as ResolveRevision; kInvalid for ranges without commits.
std::vector<CommitId> ExpandCommits(CommandContext& context, const std::vector<std::string>& words);

}  // namespace pvc
