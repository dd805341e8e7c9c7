#include <array>

#include "cli/command_table.h"
#include "cli/help_text.h"

namespace pvc {
namespace {

constexpr auto kOptions = std::to_array<OptionSpec>({
    {"all", 'a', "", "list plumbing commands and global options too", false},
});

constexpr auto kExamples = std::to_array<Example>({
    {"pvc help", "the commands of every day"},
    {"pvc help diff", "what 'pvc diff' can do"},
    {"pvc help -a", "all commands"},
});

int Run(CommandContext& context) {
  if (const auto name = context.arguments.Argument(0)) {
    PrintCommandHelp(context.out, RequireCommand(*name));
  } else {
    PrintOverview(context.out,
                  context.arguments.Has("all") ? HelpScope::kAll : HelpScope::kEveryday);
  }
  return kExitYes;
}

}  // namespace

extern const Command kHelpCommand;
const Command kHelpCommand{
    .name = "help",
    .group = CommandGroup::kPlumbing,
    .summary = "explain a command",
    .usage = "[COMMAND]\n-a",
    .needs = Needs::kNothing,
    .min_arguments = 0,
    .max_arguments = 1,
    .options = kOptions,
    .examples = kExamples,
    .help = "",
    .run = Run,
};

}  // namespace pvc
