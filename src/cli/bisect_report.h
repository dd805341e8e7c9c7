#pragma once

#include <string>

#include "cli/command.h"
#include "vcs/bisect.h"

namespace pvc {

/// Says where a bisection stands, in git's words: what is to be tested and about how long it will
/// take; or the first bad commit and what it changed; or which commits may be it.
/// Returns: the exit code: kExitNo when only skipped commits are left.
int ReportBisectStep(CommandContext& context, const BisectStep& step);

/// "bad", "good", "skip".
std::string_view BisectVerdictName(BisectVerdict verdict);

/// "[1a2b3c4d5e6f] first line of its message", escaped.
std::string BisectLine(Repository& repository, const CommitId& id);

}  // namespace pvc
