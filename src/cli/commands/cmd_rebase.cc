#include <fmt/format.h>

#include <array>

#include "base/error.h"
#include "cli/checkout_request.h"
#include "cli/command.h"
#include "cli/merge_request.h"
#include "vcs/branch.h"
#include "vcs/checkout.h"

namespace pvc {
namespace {

constexpr auto kOptions = std::to_array<OptionSpec>({
    {"onto", 0, "REV", "put the commits there instead of on UPSTREAM", false},
    {"strategy-option", 'X', "SIDE", "settle every conflict by one side (theirs: the commit moved)",
     false, kFavorChoices},
    {"continue", 0, "", "commit the step that stopped, and go on", false},
    {"skip", 0, "", "leave the step that stopped out, and go on", false},
    {"abort", 0, "", "back to where it began", false},
    {"quiet", 'q', "", "say nothing but errors", false},
});

constexpr auto kExamples = std::to_array<Example>({
    {"pvc rebase main", "put the commits of this branch on top of main"},
    {"pvc rebase --onto main v1", "only those since v1"},
    {"pvc rebase --continue", "go on when the conflicts are settled"},
});

void SwitchToBranch(CommandContext& context, const std::string& branch, ProgressLine& progress) {
  Repository& repository = context.repository();
  SwitchTarget target;
  target.name = target.head.branch = branch;
  const auto tip =
      RefNameProblem(branch) ? std::nullopt : repository.FindRef(BranchRefName(branch));
  if (!tip) {
    throw Error(ErrorKind::kNotFound, fmt::format("no branch '{}'", branch))
        .AddHint("see the branches:  pvc branch");
  }
  target.commit = CommitId{*tip};
  if (repository.state().head == target.head) return;
  SwitchHead(repository, target, context.MakeActor(),
             MakeCheckoutOptions(context, progress, false, "pvc stash push"));
}

int Run(CommandContext& context) {
  if (const auto done = RunUnfinished(context, PendingKind::kRebase)) return *done;
  const Arguments& arguments = context.arguments;
  const auto upstream_name = arguments.Argument(0);
  if (!upstream_name) FailUsage("rebase", "on which branch or commit?");
  Repository& repository = context.repository();
  const CommitId upstream = context.Resolve(*upstream_name);
  SequenceRequest request;
  request.kind = PendingKind::kRebase;
  request.favor = FavorOption(context);
  request.onto = context.Resolve(arguments.Value("onto").value_or(*upstream_name));
  ProgressLine progress(context.environment, "rebasing");
  if (const auto branch = arguments.Argument(1)) SwitchToBranch(context, *branch, progress);
  request.actor = context.MakeActor();
  const auto head = repository.HeadCommit();
  if (!head) throw UnbornError(repository, repository.state().head.branch);
  request.commits = CommitsToRebase(repository, upstream, *head);
  const SequenceResult result =
      RunSequence(repository, request, MakeCheckoutOptions(context, progress, false, ""));
  progress.Clear();
  return ReportSequence(context, result);
}

}  // namespace

extern const Command kRebaseCommand;
const Command kRebaseCommand{
    .name = "rebase",
    .group = CommandGroup::kBranch,
    .summary = "put the commits of this branch on top of another",
    .usage =
        "[--onto REV] [-X SIDE] UPSTREAM [BRANCH]\n"
        "--continue\n"
        "--skip\n"
        "--abort",
    .needs = Needs::kRepository,
    .min_arguments = 0,
    .max_arguments = 2,
    .arguments = {ArgumentKind::kRevision, ArgumentKind::kBranch},
    .options = kOptions,
    .examples = kExamples,
    .help =
        "The commits that UPSTREAM does not have are brought over one by one, with their messages "
        "and authors, and the branch moves to the last; merge commits are left out. All of it is "
        "one "
        "operation and one transaction of the working database. Where a commit conflicts, HEAD "
        "stands detached at the commits made so far: settle the conflicts and --continue, --skip "
        "that commit, or --abort. With BRANCH, that branch is switched to first.",
    .run = Run,
};

}  // namespace pvc
