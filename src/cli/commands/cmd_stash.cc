#include <fmt/format.h>

#include <array>
#include <charconv>

#include "base/error.h"
#include "cli/checkout_request.h"
#include "cli/command.h"
#include "cli/diff_request.h"
#include "vcs/stash.h"

namespace pvc {
namespace {

constexpr auto kVerbs =
    std::to_array<std::string_view>({"push", "pop", "apply", "list", "show", "drop", "clear"});

constexpr auto kOptions = std::to_array<OptionSpec>({
    {"message", 'm', "MSG", "push: what the entry is called", false},
    {"stat", 0, "", "show: the changes in numbers", false},
    {"quiet", 'q', "", "say nothing but errors", false},
});

constexpr auto kExamples = std::to_array<Example>({
    {"pvc stash", "put uncommitted changes aside"},
    {"pvc stash pop", "bring them back, on this branch or another"},
    {"pvc stash list", "what is put aside"},
    {"pvc stash drop stash@{1}", "forget an entry ('pvc undo' brings it back)"},
});

/// "stash@{2}", "2", or nothing for the newest.
size_t EntryIndex(const std::optional<std::string>& word) {
  if (!word) return 0;
  std::string_view digits = *word;
  if (digits.starts_with("stash@{") && digits.ends_with("}")) {
    digits = digits.substr(7, digits.size() - 8);
  }
  size_t index = 0;
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), index);
  if (digits.empty() || parsed.ec != std::errc() || parsed.ptr != digits.data() + digits.size()) {
    FailUsage("stash", fmt::format("'{}' is no stash entry; they are called stash@{{0}}, "
                                   "stash@{{1}}, ...",
                                   *word));
  }
  return index;
}

int RunPush(CommandContext& context) {
  ProgressLine progress(context.environment, "stashing");
  const StashPushResult result =
      PushStash(context.repository(), context.arguments.Value("message").value_or(""),
                context.MakeActor(), MakeCheckoutOptions(context, progress, true, ""));
  progress.Clear();
  if (context.arguments.Has("quiet")) return kExitYes;
  if (!result.entry) {
    context.out.Put("No local changes to save\n");
    return kExitYes;
  }
  context.out.Put(fmt::format("Saved working database: {}\n", EscapeName(result.message)));
  ReportCheckout(context, result.checkout);
  return kExitYes;
}

int RunApply(CommandContext& context, bool drop) {
  const size_t index = EntryIndex(context.arguments.Argument(1));
  ProgressLine progress(context.environment, "applying");
  const CheckoutResult result = ApplyStash(context.repository(), index, drop, context.MakeActor(),
                                           MakeCheckoutOptions(context, progress, false, ""));
  progress.Clear();
  if (context.arguments.Has("quiet")) return kExitYes;
  context.out.Put(
      fmt::format("{} stash@{{{}}}\n", drop ? "Applied and dropped" : "Applied", index));
  ReportCheckout(context, result);
  return kExitYes;
}

int RunList(CommandContext& context) {
  size_t index = 0;
  for (const Ref& entry : ListStash(context.repository())) {
    const std::string message = context.repository().GetCommit(CommitId{entry.target}).message;
    context.out.Put(Label::kRef, fmt::format("stash@{{{}}}", index++));
    context.out.Put(fmt::format(": {}\n", EscapeName(message.substr(0, message.find('\n')))));
  }
  return kExitYes;
}

int RunShow(CommandContext& context) {
  Repository& repository = context.repository();
  const size_t index = EntryIndex(context.arguments.Argument(1));
  const std::string name = fmt::format("stash@{{{}}}", index);
  const std::vector<Ref> entries = ListStash(repository);
  if (index >= entries.size()) {
    throw Error(ErrorKind::kNotFound, fmt::format("no '{}'", name))
        .AddHint("see what there is:  pvc stash list");
  }
  const CommitId id{entries[index].target};
  const Commit commit = repository.GetCommit(id);
  DiffSide before = commit.parents.empty() ? EmptySide(repository)
                                           : CommitSide(repository, commit.parents.front(), "HEAD");
  const DiffInput input =
      MakeDiffInput(context, std::move(before), CommitSide(repository, id, name), {});
  if (context.arguments.Has("stat")) {
    RenderDiffStat(context.out, context.environment.out.columns, input);
  } else {
    RenderDiffText(context.out, context.environment.out.columns, input);
  }
  return kExitYes;
}

int RunDrop(CommandContext& context, std::optional<size_t> index) {
  const CommitId dropped = DropStash(context.repository(), index, context.MakeActor());
  if (context.arguments.Has("quiet")) return kExitYes;
  if (index) {
    context.out.Put(fmt::format("Dropped stash@{{{}}} ({})\n", *index, dropped.Short()));
  } else {
    context.out.Put("Dropped all of the stash\n");
  }
  return kExitYes;
}

int Run(CommandContext& context) {
  const std::string verb = context.arguments.Argument(0).value_or("push");
  if (verb == "push" || verb == "save") return RunPush(context);
  if (verb == "pop") return RunApply(context, true);
  if (verb == "apply") return RunApply(context, false);
  if (verb == "list") return RunList(context);
  if (verb == "show") return RunShow(context);
  if (verb == "drop") return RunDrop(context, EntryIndex(context.arguments.Argument(1)));
  if (verb == "clear") return RunDrop(context, std::nullopt);
  FailUsage("stash",
            fmt::format("'stash {}' is none of: push, pop, apply, list, show, drop, clear", verb));
}

}  // namespace

extern const Command kStashCommand;
const Command kStashCommand{
    .name = "stash",
    .group = CommandGroup::kBranch,
    .summary = "put uncommitted changes aside",
    .usage =
        "[push] [-m MSG]\n"
        "pop|apply [ENTRY]\n"
        "list\n"
        "show [--stat] [ENTRY]\n"
        "drop [ENTRY]\n"
        "clear",
    .needs = Needs::kRepository,
    .min_arguments = 0,
    .max_arguments = 2,
    .verbs = kVerbs,
    .options = kOptions,
    .examples = kExamples,
    .help =
        "ENTRY is stash@{0}, the newest, when left out. An entry is a commit of its own that "
        "'pvc diff stash@{0}' and 'pvc export stash@{0} FILE' can read. Brought back on another "
        "commit, its changes are merged with what changed there, as 'pvc merge' does it; where "
        "that conflicts, nothing is changed and the entry stays.",
    .run = Run,
};

}  // namespace pvc
