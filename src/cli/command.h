#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "cli/arguments.h"
#include "cli/environment.h"
#include "cli/terminal_text.h"
#include "vcs/repository.h"

namespace pvc {

/// Exit codes that scripts rely on; errors have theirs by kind (exit_code.h).
inline constexpr int kExitYes = 0;
inline constexpr int kExitNo = 1;  ///< the answer is no: differences, nothing to commit, findings

/// Groups of `pvc help`, in the order printed.
enum class CommandGroup { kStart, kWorking, kLook, kBranch, kSafety, kShare, kPlumbing };

/// What must be there before a command runs.
enum class Needs { kNothing, kRepository };

/// A line of help: what to type and what it does.
struct Example {
  std::string_view command;
  std::string_view effect;
};

/// What a command gets: the outside world, its arguments, and its repository.
struct CommandContext {
  Environment& environment;
  const Arguments& arguments;
  Painter& out;
  Painter& err;
  /// As typed after `pvc`, for the operation log.
  std::string command_line;
  /// Open when the command's `needs` is kRepository, else null.
  std::unique_ptr<Repository> repository_owner;

  Repository& repository() { return *repository_owner; }
  /// Who acts, at this moment.
  Signature Identity() {
    return MakeSignature(environment, repository_owner ? &repository_owner->config() : nullptr);
  }
};

/// One row of the command table: parsing, help and (later) completion come from it alone.
struct Command {
  std::string_view name;
  CommandGroup group = CommandGroup::kPlumbing;
  std::string_view summary;  ///< a few words, no full stop
  std::string_view usage;    ///< what follows `pvc NAME`, one form a line
  Needs needs = Needs::kRepository;
  size_t min_arguments = 0;  ///< positional arguments
  size_t max_arguments = 0;
  std::span<const OptionSpec> options;
  std::span<const Example> examples;              ///< at least one; help begins with them
  std::string_view help;                          ///< what else to know; wrapped when printed
  int (*run)(CommandContext& context) = nullptr;  ///< returns the exit code
};

}  // namespace pvc
