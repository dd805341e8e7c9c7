#include "cli/run.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <new>

#include "base/error.h"
#include "cli/aliases.h"
#include "cli/command_table.h"
#include "cli/error_text.h"
#include "cli/help_text.h"
#include "cli/programs.h"
#include "cli/settings.h"
#include "vcs/repository.h"
#include "vcs/revision.h"

namespace pvc {
namespace {

constexpr int kExitError = 128;  // also when the reader of standard output went away
constexpr int kExitUsage = 129;
constexpr int kExitInterrupted = 130;

int ExitCodeOf(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kUsage:
      return kExitUsage;
    case ErrorKind::kInterrupted:
      return kExitInterrupted;
    default:
      return kExitError;
  }
}

/// What stands before the command's name.
struct GlobalArguments {
  std::optional<std::string> color;
  std::vector<std::string> settings;  ///< "name=value"
  bool wants_help = false;
  bool wants_version = false;
  bool wants_pager = true;
  std::vector<std::string> rest;  ///< the command's name and its words
};

[[noreturn]] void FailGlobal(const std::string& message) {
  throw Error(ErrorKind::kUsage, message).AddHint("pvc help -a");
}

[[noreturn]] void FailUnknownGlobal(const std::string& word) {
  std::vector<std::string> names;
  for (const OptionSpec& option : GlobalOptions()) {
    if (!option.name.empty()) names.push_back("--" + std::string(option.name));
  }
  Error error(ErrorKind::kUsage, fmt::format("unknown option '{}'", word));
  for (const std::string& nearest : NearestNames(word.substr(0, word.find('=')), names)) {
    error.AddHint(fmt::format("did you mean '{}'?", nearest));
  }
  throw error.AddHint("pvc help -a");
}

GlobalArguments ParseGlobal(Environment& environment, const std::vector<std::string>& words) {
  GlobalArguments global;
  size_t i = 0;
  const auto value_of = [&](const char* needed) {
    if (++i == words.size()) FailGlobal(fmt::format("option {} needs {}", words[i - 1], needed));
    return words[i];
  };
  for (; i < words.size() && words[i].size() > 1 && words[i][0] == '-'; ++i) {
    const std::string& word = words[i];
    if (word == "-C") {
      environment.current_folder = environment.change_folder(value_of("a folder"));
    } else if (word == "-c") {
      global.settings.push_back(value_of("a setting: NAME=VALUE"));
    } else if (word.rfind("--color=", 0) == 0) {
      global.color = word.substr(8);
    } else if (word == "--color") {
      global.color = value_of("a value: auto, always or never");
    } else if (word == "-h" || word == "--help") {
      global.wants_help = true;
    } else if (word == "--version") {
      global.wants_version = true;
    } else if (word == "--no-pager") {
      global.wants_pager = false;
    } else {
      FailUnknownGlobal(word);
    }
  }
  global.rest.assign(words.begin() + static_cast<std::ptrdiff_t>(i), words.end());
  return global;
}

/// The command and its words, before aliases.
std::vector<std::string> CommandWords(const GlobalArguments& global) {
  std::vector<std::string> words = global.rest;
  if (global.wants_version) words = {"version"};
  if (words.empty() || (global.wants_help && words.size() == 1 && words[0] == "help")) {
    words = {"help"};
  } else if (global.wants_help) {
    words = {"help", words[0]};
  }
  return words;
}

/// When to print in colours: what the command line says, else the settings.
std::string ChooseColour(Environment& environment, const std::optional<std::string>& option,
                         const Config& settings) {
  const auto is_choice = [](const std::string& text) {
    return text == "auto" || text == "always" || text == "never";
  };
  if (option) {
    if (is_choice(*option)) return *option;
    FailGlobal(fmt::format("--color is '{}': expected one of auto, always, never", *option));
  }
  const std::optional<std::string> setting = settings.Get("color.ui");
  if (!setting || is_choice(*setting)) return setting.value_or("auto");
  // No error: 'pvc config' must be able to put it right.
  environment.err.writer.Write(
      fmt::format("warning: setting 'color.ui' is '{}': expected one of auto, always, never\n",
                  EscapeName(*setting)));
  return "auto";
}

bool UsesColour(const Environment& environment, const OutputStream& stream,
                const std::string& choice) {
  if (choice != "auto") return choice == "always";
  return stream.is_terminal && !environment.Variable("NO_COLOR") &&
         environment.Variable("TERM") != "dumb";
}

std::optional<std::string> FindRepository(Environment& environment) {
  try {
    return Repository::Find(environment.fs, environment.current_folder);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::kNotFound) throw;
    return std::nullopt;
  }
}

/// Help must not fail for what it explains.
bool RunsWithoutSettings(std::string_view command) {
  return command == "help" || command == "version";
}

Settings ReadSettingsFor(std::string_view command, Environment& environment,
                         const std::optional<std::string>& repository_folder,
                         const std::vector<std::string>& assignments) {
  try {
    return ReadSettings(environment, repository_folder, assignments);
  } catch (Error& error) {
    if (RunsWithoutSettings(command)) return {};
    if (error.hints().empty()) error.AddHint("pvc help config");
    throw;
  }
}

int RunParsed(Environment& environment, const GlobalArguments& global) {
  std::vector<std::string> words = CommandWords(global);
  const Command* named = FindCommand(words[0]);
  // What needs no repository runs in a broken one too; what is no command may be an alias of it.
  std::optional<std::string> folder;
  if (named == nullptr || named->needs != Needs::kNothing) folder = FindRepository(environment);
  Settings settings = ReadSettingsFor(words[0], environment, folder, global.settings);

  words = ExpandAliases(settings.effective, std::move(words));
  const Command& command = RequireCommand(words[0], AliasNames(settings.effective));
  const Arguments arguments = ParseArguments(command, {words.begin() + 1, words.end()});
  const std::optional<std::string> color_option = arguments.Value("color");
  const std::string color =
      ChooseColour(environment, color_option ? color_option : global.color, settings.effective);
  Painter out(environment.out.writer, UsesColour(environment, environment.out, color));
  Painter err(environment.err.writer, UsesColour(environment, environment.err, color));
  if (arguments.Has("help")) {
    PrintCommandHelp(out, command);
    return kExitYes;
  }

  CommandContext context{
      environment, arguments,          out,   err, fmt::format("{}", fmt::join(words, " ")),
      settings,    settings.effective, folder};
  if (command.needs == Needs::kRepository) context.OpenRepository();
  context.wants_pager = global.wants_pager;
  if (command.uses_pager) context.PageOutput();
  return command.run(context);
}

/// The command that was meant, for a hint where an error brings none.
std::string HelpFor(const std::vector<std::string>& words) {
  for (const std::string& word : words) {
    if (FindCommand(word) != nullptr) return fmt::format("pvc help {}", word);
  }
  return "pvc help -a";
}

bool HelpMayHelp(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kUsage:
    case ErrorKind::kNotFound:
    case ErrorKind::kExists:
    case ErrorKind::kInvalid:
    case ErrorKind::kNotADatabase:
    case ErrorKind::kUnsupported:
      return true;
    default:
      return false;
  }
}

/// Reports on a best-effort basis: standard error may be closed too.
int Report(Environment& environment, const Error& error) {
  try {
    const bool use_colour = environment.err.is_terminal && !environment.Variable("NO_COLOR");
    Painter err(environment.err.writer, use_colour);
    PrintError(err, error);
  } catch (const OutputClosed&) {
  } catch (const Error&) {
  }
  return ExitCodeOf(error.kind());
}

/// Lets the user read to the end what a pager has got.   Returns: false when none runs.
bool EndPager(Environment& environment, bool is_error_terminal) {
  environment.err.is_terminal = is_error_terminal;
  return environment.programs != nullptr && environment.programs->EndPager();
}

}  // namespace

int RunCommandLine(Environment& environment, const std::vector<std::string>& words) {
  const bool is_error_terminal = environment.err.is_terminal;
  try {
    const int exit_code = RunParsed(environment, ParseGlobal(environment, words));
    environment.out.writer.Flush();
    EndPager(environment, is_error_terminal);
    return exit_code;
  } catch (const OutputClosed&) {
    // Who quits a pager has seen enough; another reader that goes away has not got its answer.
    return EndPager(environment, is_error_terminal) ? kExitYes : kExitError;
  } catch (Error& error) {
    if (error.hints().empty() && HelpMayHelp(error.kind())) error.AddHint(HelpFor(words));
    // What was answered before the error comes first.
    try {
      environment.out.writer.Flush();
    } catch (const OutputClosed&) {
    } catch (const Error&) {
    }
    EndPager(environment, is_error_terminal);
    return Report(environment, error);
  } catch (const std::bad_alloc&) {
    EndPager(environment, is_error_terminal);
    return Report(environment, Error(ErrorKind::kTooLarge, "out of memory"));
  } catch (const std::exception& error) {
    EndPager(environment, is_error_terminal);
    return Report(environment, Error(ErrorKind::kIo, error.what()));
  }
}

}  // namespace pvc
