#include <fmt/format.h>

#include <array>

#include "base/error.h"
#include "cli/command.h"
#include "cli/completion.h"
#include "cli/completion_scripts.h"

namespace pvc {
namespace {

constexpr auto kOptions = std::to_array<OptionSpec>({
    {"words", 0, "", "print what the last word behind -- may become; for the scripts", true},
});

constexpr auto kExamples = std::to_array<Example>({
    {"pvc completion bash", "a script to be sourced from ~/.bashrc"},
    {"pvc completion zsh", "one for a folder of $fpath, as _pvc"},
    {"pvc completion fish", "one for ~/.config/fish/completions/pvc.fish"},
});

/// Whatever goes wrong, the line that is being typed stays as it is.
void PrintWords(CommandContext& context) {
  try {
    PrintCompletions(context.out.writer(),
                     Complete(context.environment, context.arguments.after_dashes()));
  } catch (const Error&) {
  }
}

int Run(CommandContext& context) {
  if (context.arguments.Has("words")) {
    PrintWords(context);
    return kExitYes;
  }
  if (context.arguments.argument_count() != 1) {
    FailUsage("completion", "which shell?  pvc completion bash, zsh or fish");
  }
  const std::string shell = *context.arguments.Argument(0);
  const std::string_view script = CompletionScript(shell);
  if (script.empty()) {
    Error error(ErrorKind::kUsage, fmt::format("no completion for shell '{}'", shell));
    for (const std::string_view known : kCompletionShells) {
      error.AddHint(fmt::format("pvc completion {}", known));
    }
    throw error;
  }
  context.out.Put(script);
  return kExitYes;
}

}  // namespace

extern const Command kCompletionCommand;
const Command kCompletionCommand{
    .name = "completion",
    .group = CommandGroup::kPlumbing,
    .summary = "print a script that completes command lines",
    .usage = "bash | zsh | fish",
    .needs = Needs::kNothing,
    .min_arguments = 0,
    .max_arguments = kAnyNumber,
    .verbs = kCompletionShells,
    .options = kOptions,
    .examples = kExamples,
    .help =
        "Commands, options and their values, branches, tags and tables are completed. For bash,\n"
        "put this in ~/.bashrc:  source <(pvc completion bash)\n"
        "The Debian package brings the scripts along.",
    .run = Run,
};

}  // namespace pvc
