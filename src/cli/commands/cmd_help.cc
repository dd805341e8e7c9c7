#include <fmt/format.h>

#include <array>

#include "cli/aliases.h"
#include "cli/command_table.h"
#include "cli/help_text.h"
#include "cli/man_page.h"

namespace pvc {
namespace {

constexpr auto kOptions = std::to_array<OptionSpec>({
    {"all", 'a', "", "list plumbing commands, global options, guides and variables too", false},
    {"man", 0, "", "print a page of the manual, for man(1)", true},
    {"names", 0, "", "print only the names of all commands", true},
});

constexpr auto kExamples = std::to_array<Example>({
    {"pvc help", "the commands of every day"},
    {"pvc help diff", "what 'pvc diff' can do"},
    {"pvc help revisions", "how to name commits"},
    {"pvc help -a", "all commands"},
});

int Run(CommandContext& context) {
  const Arguments& arguments = context.arguments;
  const auto name = arguments.Argument(0);
  if (arguments.Has("names")) {
    for (const Command* command : CommandTable()) {
      context.out.Put(std::string(command->name) + "\n");
    }
  } else if (arguments.Has("man") && name) {
    PrintManPage(context.out.writer(), RequireCommand(*name));
  } else if (arguments.Has("man")) {
    PrintManOverview(context.out.writer());
  } else if (!name) {
    PrintOverview(context.out, arguments.Has("all") ? HelpScope::kAll : HelpScope::kEveryday);
  } else if (const HelpTopic* topic = FindHelpTopic(*name)) {
    PrintTopic(context.out, *topic);
  } else if (const auto alias = context.settings.Get(fmt::format("alias.{}", *name));
             alias && FindCommand(*name) == nullptr) {
    context.out.Put(
        fmt::format("'{}' is an alias for '{}'\n", EscapeName(*name), EscapeName(*alias)));
  } else {
    PrintCommandHelp(context.out, RequireCommand(*name, AliasNames(context.settings)));
  }
  return kExitYes;
}

}  // namespace

extern const Command kHelpCommand;
const Command kHelpCommand{
    .name = "help",
    .group = CommandGroup::kPlumbing,
    .summary = "explain a command",
    .usage = "[COMMAND | GUIDE]\n-a",
    .needs = Needs::kNothing,
    .min_arguments = 0,
    .max_arguments = 1,
    .arguments = {ArgumentKind::kCommand},
    .options = kOptions,
    .examples = kExamples,
    .help = "",
    .run = Run,
    .uses_pager = true,
};

}  // namespace pvc
