#pragma once

#include <array>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "cli/arguments.h"
#include "cli/environment.h"
#include "cli/settings.h"
#include "cli/terminal_text.h"
#include "vcs/actor.h"
#include "vcs/repository.h"
#include "vcs/revision.h"

namespace pvc {

/// Exit codes that scripts rely on; errors have theirs by kind (exit_code.h).
inline constexpr int kExitYes = 0;
inline constexpr int kExitNo = 1;  ///< the answer is no: differences, nothing to commit, findings

/// Groups of `pvc help`, in the order printed.
enum class CommandGroup { kStart, kWorking, kLook, kBranch, kSafety, kShare, kPlumbing };

/// What must be there before a command runs.
enum class Needs {
  kNothing,
  kRepository,
  kRepositoryIfAny,  ///< its settings, where there is one; OpenRepository opens it
};

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
  /// By place; `settings` are those in force.
  Settings& all_settings;
  const Config& settings;
  /// Where the repository is; nothing when there is none, or the command needs none.
  std::optional<std::string> repository_folder;
  /// Open when the command's `needs` is kRepository, or it called OpenRepository; else null.
  std::unique_ptr<Repository> repository_owner = nullptr;
  bool wants_pager = true;  ///< not with --no-pager

  Repository& repository() { return *repository_owner; }
  /// Opens the repository of the current folder, for a command that does not always need one. Its
  /// settings are in force from then on.
  /// Throws: kNotFound with a hint to run init; as Repository::Open.
  void OpenRepository();
  /// Lets the user read what is printed from now on through a pager (pager.h), where that is
  /// wanted. For a command whose output only sometimes is for reading. Once.
  void PageOutput();
  /// The commit that a revision names.   Throws: as ResolveRevision.
  CommitId Resolve(std::string_view revision) {
    return ResolveRevision(repository(), revision, Now());
  }
  /// This moment: PVC_DATE if set, else the clock.   Throws: kInvalid for a PVC_DATE that is no
  /// date.
  Timestamp Now() {
    const auto date = environment.Variable("PVC_DATE");
    return date ? ParseDate(*date) : environment.clock.Now();
  }
  /// Who acts, and by which command.
  Actor MakeActor() { return {Identity(), command_line}; }
  /// Who acts, at this moment.
  Signature Identity() { return MakeSignature(environment, &settings); }
  /// Ends what an interrupted command left half done, and says so on standard error.
  /// Requires: the repository is open.
  void ReportInterrupted();
  /// Says on standard error as whom a commit is made, and how to change it, when that is a guess.
  void HintGuessedIdentity();
};

/// One row of the command table: parsing, help, man pages and completion come from it alone.
struct Command {
  std::string_view name;
  CommandGroup group = CommandGroup::kPlumbing;
  std::string_view summary;  ///< a few words, no full stop
  std::string_view usage;    ///< what follows `pvc NAME`, one form a line
  Needs needs = Needs::kRepository;
  size_t min_arguments = 0;  ///< positional arguments
  size_t max_arguments = 0;
  /// What each positional argument is. Where any number may follow, they are as the last.
  std::array<ArgumentKind, 3> arguments = {};
  /// What stands behind "--", where it is not positional arguments that go on.
  ArgumentKind after_dashes = ArgumentKind::kOther;
  /// The first argument, where it is one of a few words: "push", "pop", ...
  std::span<const std::string_view> verbs = {};
  /// The verb that is followed by the command line of a program: from its name on, words are not
  /// options of this command. They count as standing behind "--".
  std::string_view program_verb = {};
  std::span<const OptionSpec> options;
  std::span<const Example> examples;              ///< at least one; help begins with them
  std::string_view help;                          ///< what else to know; wrapped when printed
  int (*run)(CommandContext& context) = nullptr;  ///< returns the exit code
  bool uses_pager = false;                        ///< all its output is for reading
  /// Prints what help ends with, where it comes from a table.
  void (*print_more_help)(Painter& out) = nullptr;
};

}  // namespace pvc
