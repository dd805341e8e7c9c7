#include <fmt/format.h>

#include <array>

#include "cli/command.h"
#include "cli/diff_request.h"
#include "cli/render/log.h"
#include "vcs/tag.h"

namespace pvc {
namespace {

constexpr auto kOptions = std::to_array<OptionSpec>({
    {"stat", 0, "", "the changes in numbers", false},
    {"name-only", 0, "", "only the names of tables that changed", false},
});

constexpr auto kExamples = std::to_array<Example>({
    {"pvc show", "the last commit and what it changed"},
    {"pvc show HEAD~2 --stat", "an earlier one, in numbers"},
    {"pvc show v1", "a tag, its message, and its commit"},
});

/// The annotated tag that `revision` is the name of.
std::optional<Tag> FindTag(Repository& repository, const std::string& revision) {
  for (const std::string_view prefix : {"", "refs/", "refs/tags/"}) {
    const auto target = repository.FindRef(std::string(prefix) + revision);
    if (!target) continue;
    const auto info = repository.store().Describe(*target);
    if (!info || info->type != ObjectType::kTag) return std::nullopt;
    return ReadTag(repository.store(), {*target});
  }
  return std::nullopt;
}

int Run(CommandContext& context) {
  Repository& repository = context.repository();
  const std::string revision = context.arguments.Argument(0).value_or("HEAD");
  const CommitId id = context.Resolve(revision);
  const Commit commit = repository.GetCommit(id);

  if (const std::optional<Tag> tag = FindTag(repository, revision)) {
    PrintTag(context.out, *tag);
    context.out.Put("\n");
  }
  MakeLogText(context.out)->OnCommit({id, commit, ReadDecorations(repository).NamesOf(id)});
  context.out.Put("\n");
  if (commit.parents.size() > 1) {
    context.out.Put(Label::kMuted,
                    fmt::format("changes since {}, the first of its {} parents:\n",
                                commit.parents.front().Short(), commit.parents.size()));
  }

  // A merge is shown against its first parent: what it brought to the branch.
  DiffSide before = commit.parents.empty()
                        ? EmptySide(repository)
                        : CommitSide(repository, commit.parents.front(), revision + "^");
  const DiffInput input =
      MakeDiffInput(context, std::move(before), CommitSide(repository, id, revision), {});
  if (context.arguments.Has("stat")) {
    RenderDiffStat(context.out, context.environment.out.columns, input);
  } else if (context.arguments.Has("name-only")) {
    RenderDiffNames(context.out, input);
  } else {
    RenderDiffText(context.out, context.environment.out.columns, input);
  }
  return kExitYes;
}

}  // namespace

extern const Command kShowCommand;
const Command kShowCommand{
    .name = "show",
    .group = CommandGroup::kLook,
    .summary = "show a commit and what it changed",
    .usage = "[REV] [--stat | --name-only]",
    .needs = Needs::kRepository,
    .min_arguments = 0,
    .max_arguments = 1,
    .arguments = {ArgumentKind::kRevision},
    .options = kOptions,
    .examples = kExamples,
    .help =
        "REV is HEAD when left out. An annotated tag is shown with its message first. A commit\n"
        "with several parents is compared with the first.",
    .run = Run,
    .uses_pager = true,
};

}  // namespace pvc
