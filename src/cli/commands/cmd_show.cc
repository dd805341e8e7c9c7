#include <array>

#include "cli/command.h"
#include "cli/diff_request.h"
#include "cli/render/log.h"
#include "vcs/revision.h"

namespace pvc {
namespace {

constexpr auto kOptions = std::to_array<OptionSpec>({
    {"stat", 0, "", "the changes in numbers", false},
    {"name-only", 0, "", "only the names of tables that changed", false},
});

constexpr auto kExamples = std::to_array<Example>({
    {"pvc show", "the last commit and what it changed"},
    {"pvc show HEAD~2 --stat", "an earlier one, in numbers"},
});

int Run(CommandContext& context) {
  Repository& repository = context.repository();
  const std::string revision = context.arguments.Argument(0).value_or("HEAD");
  const CommitId id = ResolveRevision(repository, revision);
  const Commit commit = repository.GetCommit(id);

  MakeLogText(context.out)->OnCommit({id, commit, ReadDecorations(repository).NamesOf(id)});
  context.out.Put("\n");

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
    .options = kOptions,
    .examples = kExamples,
    .help = "REV is HEAD when left out. A commit with several parents is compared with the first.",
    .run = Run,
};

}  // namespace pvc
