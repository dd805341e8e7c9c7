#include <array>

#include "cli/command.h"
#include "cli/restore_request.h"

namespace pvc {
namespace {

constexpr auto kOptions = std::to_array<OptionSpec>({
    {"source", 's', "REV", "take the content from REV instead of HEAD", false},
    {"quiet", 'q', "", "say nothing but errors", false},
});

constexpr auto kExamples = std::to_array<Example>({
    {"pvc restore", "the working database as in the last commit"},
    {"pvc restore users", "one table"},
    {"pvc restore users:42", "one row"},
    {"pvc restore --source=HEAD~3 users", "a table as it was three commits ago"},
});

int Run(CommandContext& context) {
  std::vector<std::string> words = context.arguments.positional();
  for (const std::string& word : context.arguments.after_dashes()) words.push_back(word);
  return RestoreParts(context, context.arguments.Value("source"), words);
}

}  // namespace

extern const Command kRestoreCommand;
const Command kRestoreCommand{
    .name = "restore",
    .group = CommandGroup::kWorking,
    .summary = "take tables or rows back from a commit",
    .usage = "[--source=REV] [TABLE[:KEY]...]",
    .needs = Needs::kRepository,
    .min_arguments = 0,
    .max_arguments = kAnyNumber,
    .arguments = {ArgumentKind::kTable},
    .options = kOptions,
    .examples = kExamples,
    .help =
        "Without TABLE the whole working database becomes what the commit holds; a file that is "
        "gone is written anew. A table comes with its indexes and triggers; one that the commit "
        "does not have is removed. HEAD stays where it is. What is overwritten stays in the "
        "operation log: 'pvc undo' brings it back.",
    .run = Run,
};

}  // namespace pvc
