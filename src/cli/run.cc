#include "cli/run.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <new>

#include "base/error.h"
#include "cli/command_table.h"
#include "cli/help_text.h"
#include "vcs/repository.h"

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
  bool wants_help = false;
  bool wants_version = false;
  std::vector<std::string> rest;  ///< the command's name and its words
};

[[noreturn]] void FailGlobal(const std::string& message) {
  throw Error(ErrorKind::kUsage, message).AddHint("pvc help -a");
}

GlobalArguments ParseGlobal(Environment& environment, const std::vector<std::string>& words) {
  GlobalArguments global;
  size_t i = 0;
  for (; i < words.size() && words[i].size() > 1 && words[i][0] == '-'; ++i) {
    const std::string& word = words[i];
    if (word == "-C") {
      if (++i == words.size()) FailGlobal("option -C needs a folder");
      environment.current_folder = environment.change_folder(words[i]);
    } else if (word.rfind("--color=", 0) == 0) {
      global.color = word.substr(8);
    } else if (word == "--color") {
      if (++i == words.size()) FailGlobal("option --color needs a value: auto, always or never");
      global.color = words[i];
    } else if (word == "-h" || word == "--help") {
      global.wants_help = true;
    } else if (word == "--version") {
      global.wants_version = true;
    } else if (word != "--no-pager") {
      FailGlobal(fmt::format("unknown option '{}'", word));
    }
  }
  global.rest.assign(words.begin() + static_cast<std::ptrdiff_t>(i), words.end());
  return global;
}

bool UsesColour(const Environment& environment, const OutputStream& stream,
                const std::string& choice) {
  if (choice == "always") return true;
  if (choice == "never") return false;
  if (choice != "auto") {
    FailGlobal(fmt::format("--color is '{}': expected one of auto, always, never", choice));
  }
  return stream.is_terminal && !environment.Variable("NO_COLOR") &&
         environment.Variable("TERM") != "dumb";
}

int RunParsed(Environment& environment, const GlobalArguments& global) {
  std::vector<std::string> rest = global.rest;
  if (global.wants_version) rest = {"version"};
  if (rest.empty() || (global.wants_help && rest.size() == 1 && rest[0] == "help")) {
    rest = {"help"};
  } else if (global.wants_help) {
    rest = {"help", rest[0]};
  }
  const Command& command = RequireCommand(rest[0]);
  const Arguments arguments = ParseArguments(command, {rest.begin() + 1, rest.end()});
  const std::string color = arguments.Value("color").value_or(global.color.value_or("auto"));
  Painter out(environment.out.writer, UsesColour(environment, environment.out, color));
  Painter err(environment.err.writer, UsesColour(environment, environment.err, color));
  if (arguments.Has("help")) {
    PrintCommandHelp(out, command);
    return kExitYes;
  }

  CommandContext context{environment, arguments, out, err, fmt::format("{}", fmt::join(rest, " ")),
                         nullptr};
  if (command.needs == Needs::kRepository) {
    const size_t cache_bytes = arguments.ByteSize("cache-size").value_or(kDefaultCacheBytes);
    const std::string folder = Repository::Find(environment.fs, environment.current_folder);
    context.repository_owner = Repository::Open(environment.fs, folder, cache_bytes);
  }
  return command.run(context);
}

void ReportError(Environment& environment, const Error& error, bool use_colour) {
  Painter err(environment.err.writer, use_colour);
  err.Put(Label::kError, "error:");
  err.Put(" " + EscapeName(error.message()) + "\n");
  for (const std::string& hint : error.hints()) {
    err.Put(Label::kHint, "hint:");
    err.Put(" " + EscapeName(hint) + "\n");
  }
  err.writer().Flush();
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
    ReportError(environment, error, use_colour);
  } catch (const OutputClosed&) {
  } catch (const Error&) {
  }
  return ExitCodeOf(error.kind());
}

}  // namespace

int RunCommandLine(Environment& environment, const std::vector<std::string>& words) {
  try {
    int exit_code = RunParsed(environment, ParseGlobal(environment, words));
    environment.out.writer.Flush();
    return exit_code;
  } catch (const OutputClosed&) {
    return kExitError;
  } catch (Error& error) {
    if (error.hints().empty() && HelpMayHelp(error.kind())) error.AddHint(HelpFor(words));
    // What was answered before the error comes first.
    try {
      environment.out.writer.Flush();
    } catch (const OutputClosed&) {
    } catch (const Error&) {
    }
    return Report(environment, error);
  } catch (const std::bad_alloc&) {
    return Report(environment, Error(ErrorKind::kTooLarge, "out of memory"));
  } catch (const std::exception& error) {
    return Report(environment, Error(ErrorKind::kIo, error.what()));
  }
}

}  // namespace pvc
