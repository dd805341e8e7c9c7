#include <fmt/format.h>

#include <array>

#include "base/error.h"
#include "cli/checkout_request.h"
#include "cli/command.h"
#include "cli/diff_request.h"
#include "cli/merge_report.h"
#include "cli/merge_request.h"
#include "cli/render/commit_text.h"
#include "vcs/merge/merge_revision.h"

namespace pvc {
namespace {

constexpr auto kOptions = std::to_array<OptionSpec>({
    {"message", 'm', "MSG", "the message of the merge commit", false},
    {"ff", 0, "", "move the branch where that is enough (default)", false},
    {"no-ff", 0, "", "make a merge commit in any case", false},
    {"ff-only", 0, "", "refuse when moving the branch is not enough", false},
    {"squash", 0, "", "leave the changes uncommitted, as one change without a second parent",
     false},
    {"no-commit", 0, "", "leave the merge uncommitted", false},
    {"commit", 0, "", "commit it (default)", true},
    {"strategy-option", 'X', "SIDE", "settle every conflict by one side", false, kFavorChoices},
    {"dry-run", 'n', "", "say what would conflict, change nothing", false},
    {"into", 0, "BRANCH", "merge into BRANCH; HEAD and the working database stay as they are",
     false},
    {"continue", 0, "", "commit the merge that stopped, when its conflicts are settled", false},
    {"abort", 0, "", "give the merge that stopped up", false},
    {"quiet", 'q', "", "say nothing but errors", false},
});

constexpr auto kExamples = std::to_array<Example>({
    {"pvc merge try", "bring the changes of branch try into this one"},
    {"pvc merge --dry-run try", "would it conflict?"},
    {"pvc merge -X theirs try", "where both changed the same, take theirs"},
    {"pvc merge --continue", "go on when the conflicts are settled"},
    {"pvc merge --abort", "back to where it began"},
});

MergeRequest ReadRequest(CommandContext& context) {
  const Arguments& arguments = context.arguments;
  const int modes = (arguments.Has("ff") ? 1 : 0) + (arguments.Has("no-ff") ? 1 : 0) +
                    (arguments.Has("ff-only") ? 1 : 0);
  if (modes > 1) FailUsage("merge", "--ff, --no-ff and --ff-only exclude each other");
  if (arguments.Has("squash") && arguments.Has("no-ff")) {
    FailUsage("merge", "--squash and --no-ff exclude each other");
  }
  if (arguments.Has("into") && (arguments.Has("squash") || arguments.Has("no-commit"))) {
    FailUsage("merge", "--into needs a commit: --squash and --no-commit leave none");
  }
  MergeRequest request;
  request.actor = context.MakeActor();
  request.theirs_name = arguments.Argument(0).value_or("");
  if (request.theirs_name.empty()) FailUsage("merge", "which branch or commit?");
  request.theirs = context.Resolve(request.theirs_name);
  request.message = MessageOption(context);
  request.fast_forward = arguments.Has("no-ff")     ? FastForward::kNever
                         : arguments.Has("ff-only") ? FastForward::kOnly
                                                    : FastForward::kAllow;
  request.favor = FavorOption(context);
  request.is_squash = arguments.Has("squash");
  request.no_commit = arguments.Has("no-commit");
  request.is_dry_run = arguments.Has("dry-run");
  request.into = arguments.Value("into").value_or("");
  return request;
}

/// What a fast-forward or merge commit changed in the branch.
void PrintMoved(CommandContext& context, const MergeResult& result) {
  Repository& repository = context.repository();
  RecordCommitResult moved;
  moved.commit = *result.commit;
  moved.recorded = repository.GetCommit(*result.commit);
  moved.head.branch = result.ours_name == "HEAD" ? "" : result.ours_name;
  DiffSide before = result.before.IsZero() ? EmptySide(repository)
                                           : CommitSide(repository, result.before, "before");
  DiffSide after = CommitSide(repository, *result.commit, "after");
  after.is_working = true;  // what belongs to the file is no change here
  if (result.outcome == MergeResult::Outcome::kFastForward) {
    context.out.Put(
        result.before.IsZero()
            ? std::string("Fast-forward\n")
            : fmt::format("Fast-forward {}..{}\n", result.before.Short(), result.commit->Short()));
  }
  PrintCommit(context.out, moved,
              ReadOverview(MakeDiffInput(context, std::move(before), std::move(after), {}),
                           DiffDetail::kCounts),
              false);
}

int Report(CommandContext& context, const MergeRequest& request, const MergeResult& result) {
  Repository& repository = context.repository();
  const bool is_quiet = context.arguments.Has("quiet");
  const std::string what = fmt::format("merge of '{}' into '{}'", EscapeName(request.theirs_name),
                                       EscapeName(result.ours_name));
  switch (result.outcome) {
    case MergeResult::Outcome::kUpToDate:
      if (!is_quiet) context.out.Put("Already up to date.\n");
      return kExitYes;
    case MergeResult::Outcome::kFastForward:
    case MergeResult::Outcome::kMerged:
      if (is_quiet) return kExitYes;
      PrintMoved(context, result);
      context.out.writer().Flush();
      ReportCheckout(context, result.checkout);
      if (result.outcome == MergeResult::Outcome::kMerged) context.HintGuessedIdentity();
      return kExitYes;
    case MergeResult::Outcome::kReady:
      if (is_quiet) return kExitYes;
      context.out.Put("Merged, and not committed\n");
      context.out.writer().Flush();
      ReportCheckout(context, result.checkout);
      context.err.Put(Label::kHint, "hint:");
      context.err.Put(" commit it:   pvc merge --continue\n");
      context.err.Put(Label::kHint, "hint:");
      context.err.Put(" give it up:  pvc merge --abort\n");
      return kExitYes;
    case MergeResult::Outcome::kWouldMerge:
      if (!is_quiet) context.out.Put(what + " has no conflicts\n");
      return kExitYes;
    case MergeResult::Outcome::kWouldConflict:
      ReportWouldConflict(context, what, *result.conflicts.nodes, result.conflicts.encoding,
                          result.conflicts.conflicts, result.ours_name, request.theirs_name);
      return kExitNo;
    case MergeResult::Outcome::kConflicts:
      break;
  }
  ReportStopped(context, what, PendingKind::kMerge, repository.nodes(), result.conflicts.encoding,
                result.conflicts.conflicts, result.ours_name, request.theirs_name);
  return kExitNo;
}

int Run(CommandContext& context) {
  if (const auto done = RunUnfinished(context, PendingKind::kMerge)) return *done;
  const MergeRequest request = ReadRequest(context);
  ProgressLine progress(context.environment, "merging");
  const MergeResult result = MergeRevision(context.repository(), request,
                                           MakeCheckoutOptions(context, progress, false, ""));
  progress.Clear();
  return Report(context, request, result);
}

}  // namespace

extern const Command kMergeCommand;
const Command kMergeCommand{
    .name = "merge",
    .group = CommandGroup::kBranch,
    .summary = "bring the changes of another branch into this one",
    .usage =
        "[--no-ff|--ff-only] [--squash|--no-commit] [-X SIDE] [-m MSG] REV\n"
        "--dry-run REV\n"
        "--into BRANCH [-m MSG] REV\n"
        "--continue [-m MSG]\n"
        "--abort",
    .needs = Needs::kRepository,
    .min_arguments = 0,
    .max_arguments = 1,
    .arguments = {ArgumentKind::kRevision},
    .options = kOptions,
    .examples = kExamples,
    .help =
        "Both sides may change different columns of one row, different rows, and the schema: "
        "columns "
        "added on both sides are kept, indexes, views and triggers go by name. What both changed "
        "differently is a conflict: the working database keeps this branch's side of it, 'pvc "
        "conflicts' lists it, 'pvc resolve' settles it, and --continue commits. Rows that came "
        "together are checked against NOT NULL, CHECK, UNIQUE and foreign keys. The working "
        "database "
        "is changed in place, in one transaction; 'pvc undo' takes a merge back. docs/merge.md has "
        "the rules. Exit code 1: conflicts.",
    .run = Run,
};

}  // namespace pvc
