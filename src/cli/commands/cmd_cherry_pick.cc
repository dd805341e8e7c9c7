#include <algorithm>
#include <array>

#include "base/error.h"
#include "cli/checkout_request.h"
#include "cli/command.h"
#include "cli/merge_request.h"

namespace pvc {
namespace {

constexpr auto kOptions = std::to_array<OptionSpec>({
    {"no-commit", 'n', "", "leave the change uncommitted; one commit only", false},
    {"mainline", 'm', "N", "of a merge commit: its change against parent N", false},
    {"strategy-option", 'X', "SIDE", "settle every conflict by one side", false, kFavorChoices},
    {"continue", 0, "", "commit the step that stopped, and go on", false},
    {"skip", 0, "", "leave the step that stopped out, and go on", false},
    {"abort", 0, "", "back to where it began", false},
    {"quiet", 'q', "", "say nothing but errors", false},
});

constexpr auto kPickExamples = std::to_array<Example>({
    {"pvc cherry-pick try", "bring the last commit of try over"},
    {"pvc cherry-pick main..try", "all that try has and main has not, oldest first"},
    {"pvc cherry-pick --continue", "go on when the conflicts are settled"},
});

constexpr auto kRevertExamples = std::to_array<Example>({
    {"pvc revert HEAD~2", "take that commit's changes back, as a new commit"},
    {"pvc revert HEAD~3..HEAD", "the last three, newest first"},
    {"pvc revert -m 1 HEAD", "take a merge back"},
});

int RunSteps(CommandContext& context, PendingKind kind) {
  if (const auto done = RunUnfinished(context, kind)) return *done;
  const Arguments& arguments = context.arguments;
  const std::string_view name = PendingKindName(kind);
  if (arguments.argument_count() == 0) FailUsage(name, "which commits?");
  SequenceRequest request;
  request.actor = context.MakeActor();
  request.kind = kind;
  request.favor = FavorOption(context);
  request.no_commit = arguments.Has("no-commit");
  request.mainline = static_cast<uint32_t>(
      std::min<uint64_t>(arguments.Number("mainline").value_or(0), kMaxParents + 1));
  std::vector<std::string> words = arguments.positional();
  words.insert(words.end(), arguments.after_dashes().begin(), arguments.after_dashes().end());
  request.commits = ExpandCommits(context, words);
  // A range is taken back from its end.
  if (kind == PendingKind::kRevert && words.size() == 1) {
    std::reverse(request.commits.begin(), request.commits.end());
  }
  if (request.no_commit && request.commits.size() > 1) {
    FailUsage(name, "--no-commit takes one commit");
  }
  ProgressLine progress(context.environment, "merging");
  const SequenceResult result =
      RunSequence(context.repository(), request, MakeCheckoutOptions(context, progress, false, ""));
  progress.Clear();
  const int code = ReportSequence(context, result);
  if (code == kExitYes && !arguments.Has("quiet")) context.HintGuessedIdentity();
  return code;
}

int RunPick(CommandContext& context) { return RunSteps(context, PendingKind::kCherryPick); }
int RunRevert(CommandContext& context) { return RunSteps(context, PendingKind::kRevert); }

}  // namespace

extern const Command kCherryPickCommand;
const Command kCherryPickCommand{
    .name = "cherry-pick",
    .group = CommandGroup::kBranch,
    .summary = "bring single commits over",
    .usage =
        "[-n] [-m N] [-X SIDE] REV|A..B...\n"
        "--continue\n"
        "--skip\n"
        "--abort",
    .needs = Needs::kRepository,
    .min_arguments = 0,
    .max_arguments = kAnyNumber,
    .arguments = {ArgumentKind::kRevision},
    .options = kOptions,
    .examples = kPickExamples,
    .help =
        "Each commit's change against its parent is merged into this branch and committed with its "
        "message and author. All of it is one operation: 'pvc undo' takes it back. Where a commit "
        "conflicts, the command stops with the commits before it made: settle the conflicts and "
        "--continue, --skip that commit, or --abort. A commit that brings nothing new is left out.",
    .run = RunPick,
};

extern const Command kRevertCommand;
const Command kRevertCommand{
    .name = "revert",
    .group = CommandGroup::kBranch,
    .summary = "take the changes of single commits back",
    .usage =
        "[-n] [-m N] [-X SIDE] REV|A..B...\n"
        "--continue\n"
        "--skip\n"
        "--abort",
    .needs = Needs::kRepository,
    .min_arguments = 0,
    .max_arguments = kAnyNumber,
    .arguments = {ArgumentKind::kRevision},
    .options = kOptions,
    .examples = kRevertExamples,
    .help =
        "Makes a commit that undoes another one's changes and keeps what came since; history stays "
        "as it is. To take a whole command back, see 'pvc undo'; to move the branch, 'pvc reset'. "
        "Conflicts are settled as in 'pvc merge'.",
    .run = RunRevert,
};

}  // namespace pvc
