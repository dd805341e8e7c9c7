#include <fmt/format.h>

#include <array>

#include "base/error.h"
#include "base/shell_word.h"
#include "cli/checkout_request.h"
#include "cli/command.h"
#include "cli/commit_message.h"
#include "cli/diff_request.h"
#include "cli/patch_file.h"
#include "cli/quantity_text.h"
#include "cli/render/commit_text.h"
#include "cli/render/patch_report.h"
#include "cli/working_side.h"
#include "vcs/patch/apply_patch.h"

namespace pvc {
namespace {

constexpr auto kOptions = std::to_array<OptionSpec>({
    {"check", 0, "", "only say whether it fits (exit code 1: it does not)", false},
    {"stat", 0, "", "only show what it would change, in numbers", false},
    {"reverse", 'R', "", "take the patch's changes back", false},
    {"skip-conflicts", 0, "", "apply what fits, and leave out rows that do not", false},
    {"commit", 0, "", "commit the result with the patch's message and author", false},
    {"message", 'm', "MSG", "with --commit: the message; each further -m is a paragraph", false},
    {"quiet", 'q', "", "say nothing but what does not fit", false},
    {"cache-size", 0, "BYTES", "memory for tree nodes: 1048576, 64M, 1G (default 32M)", false},
});

constexpr auto kExamples = std::to_array<Example>({
    {"pvc apply FILE", "make the changes of a patch"},
    {"pvc apply --check FILE", "whether it fits"},
    {"pvc apply --reverse FILE", "take them back"},
    {"pvc apply --commit FILE", "and commit them, as its author"},
});

PatchFile OpenPatch(CommandContext& context) {
  return PatchFile(context, *context.arguments.Argument(0),
                   context.arguments.Has("reverse") ? PatchFile::Direction::kReverse
                                                    : PatchFile::Direction::kForward);
}

int ShowStat(CommandContext& context) {
  PatchFile patch = OpenPatch(context);
  const PatchHeader header = patch.ReadHeader();
  DiffOverview overview;
  overview.properties = header.properties;
  for (const PatchSchemaChange& entry : header.schema) overview.objects.push_back(entry.change);
  PatchTable table;
  PatchRow row;
  while (patch.NextTable(table)) {
    TableOverview& counted = overview.tables.emplace_back();
    counted.name = table.name;
    while (patch.NextRow(row)) {
      context.environment.CheckInterrupted();
      uint64_t& count = row.kind == ChangeKind::kAdded     ? counted.counts.added
                        : row.kind == ChangeKind::kRemoved ? counted.counts.removed
                                                           : counted.counts.changed;
      ++count;
    }
  }
  PutDiffStat(context.out, context.environment.out.columns, overview);
  return kExitYes;
}

void HintSkip(CommandContext& context) {
  const std::string file = *context.arguments.Argument(0);
  std::string command = "pvc apply --skip-conflicts";
  for (const char* option : {"reverse", "commit"}) {
    if (context.arguments.Has(option)) command += fmt::format(" --{}", option);
  }
  context.out.writer().Flush();  // the hint follows what it is about
  context.err.Put(Label::kHint, "hint:");
  context.err.Put(fmt::format(" apply all that fits:  {} {}\n", command,
                              file == "-" ? "FILE" : EscapeName(ShellWord(file))));
}

std::function<void(const std::string&, uint64_t)> ReportRows(CommandContext& context,
                                                             ProgressLine& progress) {
  return [&context, &progress](const std::string& table, uint64_t rows) {
    context.environment.CheckInterrupted();
    ProgressLine::Status status;
    status.subject = table;
    status.done = rows;
    progress.Update(status);
  };
}

int Check(CommandContext& context) {
  ConflictList conflicts(context.environment.out.columns);
  PatchFile patch = OpenPatch(context);
  WorkingSnapshot working = ReadWorking(context);
  const IgnoredTables ignored(context.repository().config());
  ProgressLine progress(context.environment, "checking");
  PatchTargetOptions options;
  options.ignored = &ignored;
  options.progress = ReportRows(context, progress);
  options.on_conflict = [&](const PatchConflict& conflict) { conflicts.Add(conflict); };
  const PatchTarget target = MakePatchTarget(context.repository(), *working.nodes, *working.batch,
                                             working.snapshot, patch, options);
  progress.Clear();
  if (!conflicts.empty()) {
    conflicts.Print(context.out);
    HintSkip(context);
    return kExitNo;
  }
  if (!context.arguments.Has("quiet")) {
    context.out.Put(fmt::format("It fits: {}\n", DescribePatch(target)));
  }
  return kExitYes;
}

void PrintNewCommit(CommandContext& context, const ApplyPatchResult& result, const Head& head) {
  Repository& repository = context.repository();
  RecordCommitResult recorded;
  recorded.commit = *result.commit;
  recorded.is_new = true;
  recorded.recorded = result.recorded;
  recorded.head = head;
  DiffSide before = EmptySide(repository);
  if (!result.recorded.parents.empty()) {
    before = CommitSide(repository, result.recorded.parents.front(), "HEAD^");
    recorded.before = repository.GetCommit(result.recorded.parents.front()).snapshot;
  }
  DiffSide after = CommitSide(repository, *result.commit, "HEAD");
  after.is_working = true;  // the file's own traits are no part of a patch
  PrintCommit(context.out, recorded,
              ReadOverview(MakeDiffInput(context, std::move(before), std::move(after), {}),
                           DiffDetail::kCounts),
              false);
}

int Apply(CommandContext& context) {
  const Arguments& arguments = context.arguments;
  ConflictList conflicts(context.environment.out.columns);
  PatchFile patch = OpenPatch(context);
  ProgressLine progress(context.environment, "applying");
  const CheckoutOptions checkout = MakeCheckoutOptions(context, progress, true, "");
  ApplyPatchRequest request;
  request.actor = context.MakeActor();
  request.skip_conflicts = arguments.Has("skip-conflicts");
  request.commit = arguments.Has("commit");
  if (arguments.Has("message")) {
    request.message =
        CleanMessage(JoinParagraphs(arguments.Values("message")), CommentLines::kKeep);
  }
  request.on_conflict = [&](const PatchConflict& conflict) { conflicts.Add(conflict); };
  request.patch_progress = ReportRows(context, progress);
  request.reading = checkout.reading;
  request.update = checkout.update;
  const Head head = context.repository().state().head;
  const ApplyPatchResult result = ApplyPatch(context.repository(), patch, request);
  progress.Clear();
  if (!conflicts.empty()) conflicts.Print(context.out);
  if (!result.is_applied) {
    HintSkip(context);
    return kExitNo;
  }
  if (!arguments.Has("quiet")) {
    context.out.Put(
        fmt::format("Applied to {}: {}\n", WorkingName(context), DescribePatch(result.target)));
    if (result.commit) PrintNewCommit(context, result, head);
  }
  if (request.commit && !result.commit) {
    if (!arguments.Has("quiet")) context.out.Put("nothing to commit\n");
    return kExitNo;
  }
  if (result.commit) context.HintGuessedIdentity();
  return kExitYes;
}

int Run(CommandContext& context) {
  const Arguments& arguments = context.arguments;
  const bool is_looking = arguments.Has("check") || arguments.Has("stat");
  if (arguments.Has("check") && arguments.Has("stat")) {
    FailUsage("apply", "--check and --stat exclude each other");
  }
  if (is_looking && (arguments.Has("commit") || arguments.Has("skip-conflicts"))) {
    FailUsage("apply",
              "--check and --stat change nothing: --commit and --skip-conflicts do not go "
              "with them");
  }
  if (arguments.Has("message") && !arguments.Has("commit")) {
    FailUsage("apply", "-m goes with --commit");
  }
  if (arguments.Has("stat")) return ShowStat(context);
  return arguments.Has("check") ? Check(context) : Apply(context);
}

}  // namespace

extern const Command kApplyCommand;
const Command kApplyCommand{
    .name = "apply",
    .group = CommandGroup::kBranch,
    .summary = "change the working database by a patch",
    .usage =
        "FILE|- [--reverse] [--skip-conflicts]\n"
        "FILE|- --commit [-m MSG...]\n"
        "FILE|- --check|--stat",
    .needs = Needs::kRepository,
    .min_arguments = 1,
    .max_arguments = 1,
    .arguments = {ArgumentKind::kFile},
    .options = kOptions,
    .examples = kExamples,
    .help =
        "FILE is what 'pvc format-patch' writes, or an SQLite changeset; '-' is standard input. A "
        "row to change fits when the cells that the patch changes hold what it says, a row to "
        "remove when all of it does, and a row to add when there is none of its key, or the very "
        "same. Rows of tables without key are found by their content. When a row does not fit, "
        "nothing is changed (exit code 1), or with --skip-conflicts all else is. A schema object "
        "fits when its SQL text is the one that the patch was made from. Uncommitted changes may "
        "be there, but not with --commit. Constraints are checked by SQLite as rows are written. "
        "'pvc undo' takes it back.",
    .run = Run,
};

}  // namespace pvc
