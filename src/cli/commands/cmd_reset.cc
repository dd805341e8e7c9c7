#include <fmt/format.h>

#include <array>

#include "cli/checkout_request.h"
#include "cli/command.h"

namespace pvc {
namespace {

constexpr auto kOptions = std::to_array<OptionSpec>({
    {"soft", 0, "", "move the branch only; the working database stays as it is (default)", false},
    {"mixed", 0, "", "the same: there is no staging area", false},
    {"hard", 0, "", "the working database too; uncommitted changes are overwritten", false},
    {"quiet", 'q', "", "say nothing but errors", false},
});

constexpr auto kExamples = std::to_array<Example>({
    {"pvc reset HEAD~1", "take the last commit off, keep its changes"},
    {"pvc reset --hard HEAD~1", "take it out of the working database too"},
    {"pvc reset --hard", "throw uncommitted changes away"},
});

int Run(CommandContext& context) {
  const Arguments& arguments = context.arguments;
  const int modes = (arguments.Has("soft") ? 1 : 0) + (arguments.Has("mixed") ? 1 : 0) +
                    (arguments.Has("hard") ? 1 : 0);
  if (modes > 1) FailUsage("reset", "--soft, --mixed and --hard exclude each other");
  const ResetKind kind = arguments.Has("hard") ? ResetKind::kHard : ResetKind::kSoft;

  Repository& repository = context.repository();
  const CommitId commit = context.Resolve(arguments.Argument(0).value_or("HEAD"));
  ProgressLine progress(context.environment, "resetting");
  const CheckoutResult result = ResetHead(repository, commit, kind, context.MakeActor(),
                                          MakeCheckoutOptions(context, progress, true, ""));
  progress.Clear();
  if (arguments.Has("quiet")) return kExitYes;
  const std::string message = repository.GetCommit(commit).message;
  context.out.Put(fmt::format("HEAD is now at {} {}\n", commit.Short(),
                              EscapeName(message.substr(0, message.find('\n')))));
  ReportCheckout(context, result);
  return kExitYes;
}

}  // namespace

extern const Command kResetCommand;
const Command kResetCommand{
    .name = "reset",
    .group = CommandGroup::kBranch,
    .summary = "move the current branch to another commit",
    .usage = "[--soft|--hard] [REV]",
    .needs = Needs::kRepository,
    .min_arguments = 0,
    .max_arguments = 1,
    .arguments = {ArgumentKind::kRevision},
    .options = kOptions,
    .examples = kExamples,
    .help =
        "REV is HEAD when left out. Commits that no branch holds any more stay in the operation "
        "log: 'pvc undo' takes a reset back, uncommitted changes included.",
    .run = Run,
};

}  // namespace pvc
