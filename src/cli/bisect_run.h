#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/command.h"

namespace pvc {

/// What judges commits in place of the user. Exactly one of the two is there.
struct BisectJudge {
  /// A program and its arguments, run in the current folder: exit code 0 is good, 125 skip, up to
  /// 127 bad; more ends the run.
  std::vector<std::string> program;
  /// A query on the working database: true is good, see QueryIsTrue.
  std::optional<std::string> query;
  std::string command;          ///< what to type to run this again: for hints
  std::string discard_command;  ///< the same at the price of uncommitted changes
  bool discard = false;         ///< what MarkBisect may overwrite
};

/// Has HEAD's commit judged, and goes on from commit to commit until the first bad one is found or
/// only skipped ones are left. Each step is an operation of its own.
///
/// Returns: the exit code, as ReportBisectStep.
/// Throws:  kInvalid without a bisection that has a good and a bad commit, when the program ends
///          with more than 127, and for an error in the query; what MarkBisect throws. The
///          bisection stays where it is then.
int RunBisection(CommandContext& context, const BisectJudge& judge);

}  // namespace pvc
