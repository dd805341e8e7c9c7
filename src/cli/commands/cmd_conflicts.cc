#include <fmt/format.h>

#include <array>

#include "cli/command.h"
#include "cli/conflict_request.h"

namespace pvc {
namespace {

constexpr auto kFormats = std::to_array<std::string_view>({"text", "json", "jsonl"});

constexpr auto kOptions = std::to_array<OptionSpec>({
    {"summary", 's', "", "only how many of each kind, by table", false},
    {"format", 0, "FORMAT",
     "text (default), json (\"pvc.conflicts/v1\"), or jsonl (a conflict a line)", false, kFormats},
});

constexpr auto kExamples = std::to_array<Example>({
    {"pvc conflicts", "what is open, row by row"},
    {"pvc conflicts -s", "how much of it"},
    {"pvc conflicts users", "of one table"},
    {"pvc conflicts users:42", "of one row"},
});

void RefuseColumns(const std::vector<ConflictSelector>& selectors) {
  for (const ConflictSelector& selector : selectors) {
    if (!selector.column) continue;
    FailUsage("conflicts",
              fmt::format("'conflicts' lists whole rows, not the column '{}'; a key that holds a "
                          "colon stands in quotes of its own: \"users:'a:b'\"",
                          *selector.column));
  }
}

ConflictsOutcome Render(CommandContext& context, const std::string& format,
                        const ConflictsInput* input) {
  TextWriter& writer = context.out.writer();
  if (format == "json") return RenderConflictsJson(writer, input);
  if (format == "jsonl") return RenderConflictsJsonl(writer, input);
  if (input == nullptr) return ConflictsOutcome::kNone;
  if (context.arguments.Has("summary")) return RenderConflictsSummary(context.out, *input);
  return RenderConflictsText(context.out, context.environment.out.columns, *input);
}

/// For people, when nothing was listed.
void SayNothingIsOpen(CommandContext& context, const UnfinishedMerge* merge) {
  if (merge == nullptr) {
    context.out.Put("no conflicts: nothing is being merged\n");
    return;
  }
  if (!merge->conflicts.empty()) {
    context.out.Put("no conflicts there\n");
    return;
  }
  context.out.Put("All conflicts are settled.\n");
  context.err.Put(Label::kHint, "hint:");
  context.err.Put(fmt::format(" finish it:  {}\n", ContinueCommand(merge->kind)));
}

int Run(CommandContext& context) {
  const std::string format = context.arguments.Choice("format", kFormats);
  if (context.arguments.Has("summary") && context.arguments.Has("format")) {
    FailUsage("conflicts", "--summary and --format exclude each other");
  }
  std::vector<ConflictSelector> selectors = ParseConflictSelectors(context.arguments);
  RefuseColumns(selectors);
  const auto merge = FindUnfinishedMerge(context.repository().state());
  std::optional<ConflictsInput> input;
  if (merge) {
    // When all is settled, there is nothing to select from.
    if (merge->conflicts.empty()) selectors.clear();
    input.emplace(MakeConflictsInput(context, *merge, std::move(selectors)));
  }
  const ConflictsOutcome outcome = Render(context, format, input ? &*input : nullptr);
  if (outcome == ConflictsOutcome::kOpen) return kExitNo;
  if (format == "text") SayNothingIsOpen(context, merge ? &*merge : nullptr);
  return kExitYes;
}

}  // namespace

extern const Command kConflictsCommand;
const Command kConflictsCommand{
    .name = "conflicts",
    .group = CommandGroup::kBranch,
    .summary = "show what a merge left open",
    .usage = "[-s | --format=FORMAT] [TABLE[:KEY]...]",
    .needs = Needs::kRepository,
    .min_arguments = 0,
    .max_arguments = kAnyNumber,
    .arguments = {ArgumentKind::kTable},
    .options = kOptions,
    .examples = kExamples,
    .help =
        "Lists what 'pvc merge', 'cherry-pick', 'revert' or 'rebase' could not decide: schema "
        "objects that both sides changed, then rows by table. A row has a line for each column "
        "that is open, with its values in base and on both sides, or says who deleted what the "
        "other changed, what both added under one key, or which constraint would break. Until it "
        "is settled ('pvc help resolve') the working database has what is open as ours has it.\n"
        "TABLE may be a pattern: 'log_*'. KEY is the key's value, 'a,b' for a key of two columns.\n"
        "Exit code 1 while conflicts are open, 0 when there are none.",
    .run = Run,
    .uses_pager = true,
};

}  // namespace pvc
