#include "cli/command_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/error.h"
#include "vcs/revision.h"

namespace pvc {

// A command is a file in commands/ that ends with its constant; it is declared here and listed
// below.
extern const Command kApplyCommand;
extern const Command kBisectCommand;
extern const Command kBlameCommand;
extern const Command kBranchCommand;
extern const Command kCatObjectCommand;
extern const Command kCheckoutCommand;
extern const Command kCherryPickCommand;
extern const Command kCommitCommand;
extern const Command kConfigCommand;
extern const Command kConflictsCommand;
extern const Command kCompletionCommand;
extern const Command kDiffCommand;
extern const Command kExportCommand;
extern const Command kFormatPatchCommand;
extern const Command kFsckCommand;
extern const Command kHashCommand;
extern const Command kHelpCommand;
extern const Command kImportCommand;
extern const Command kInitCommand;
extern const Command kLogCommand;
extern const Command kLsCommand;
extern const Command kLsTreeCommand;
extern const Command kMergeCommand;
extern const Command kOpCommand;
extern const Command kRebaseCommand;
extern const Command kRedoCommand;
extern const Command kResetCommand;
extern const Command kResolveCommand;
extern const Command kRestoreCommand;
extern const Command kRevertCommand;
extern const Command kSchemaCommand;
extern const Command kShowCommand;
extern const Command kSqlCommand;
extern const Command kStashCommand;
extern const Command kStatsCommand;
extern const Command kStatusCommand;
extern const Command kSwitchCommand;
extern const Command kTagCommand;
extern const Command kUndoCommand;
extern const Command kVersionCommand;

std::span<const Command* const> CommandTable() {
  static constexpr auto kTable = std::to_array<const Command*>({
      &kInitCommand,
      &kImportCommand,
      // working database
      &kStatusCommand,
      &kDiffCommand,
      &kRestoreCommand,
      &kCommitCommand,
      &kExportCommand,
      // look
      &kLogCommand,
      &kShowCommand,
      &kBlameCommand,
      &kSqlCommand,
      &kLsCommand,
      &kSchemaCommand,
      &kStatsCommand,
      // branch
      &kBranchCommand,
      &kTagCommand,
      &kSwitchCommand,
      &kCheckoutCommand,
      &kMergeCommand,
      &kConflictsCommand,
      &kResolveCommand,
      &kCherryPickCommand,
      &kRevertCommand,
      &kRebaseCommand,
      &kResetCommand,
      &kStashCommand,
      &kFormatPatchCommand,
      &kApplyCommand,
      // safety
      &kUndoCommand,
      &kRedoCommand,
      &kOpCommand,
      &kBisectCommand,
      &kFsckCommand,
      // plumbing
      &kHashCommand,
      &kCatObjectCommand,
      &kLsTreeCommand,
      &kConfigCommand,
      &kCompletionCommand,
      &kHelpCommand,
      &kVersionCommand,
  });
  return kTable;
}

const Command* FindCommand(std::string_view name) {
  const auto table = CommandTable();
  const auto found =
      std::find_if(table.begin(), table.end(), [&](const Command* c) { return c->name == name; });
  return found == table.end() ? nullptr : *found;
}

const Command& RequireCommand(std::string_view name, const std::vector<std::string>& aliases) {
  if (const Command* command = FindCommand(name)) return *command;
  std::vector<std::string> names = aliases;
  for (const Command* command : CommandTable()) names.emplace_back(command->name);
  Error error(ErrorKind::kUsage, fmt::format("'{}' is not a pvc command", name));
  for (const std::string& nearest : NearestNames(name, names)) {
    error.AddHint(fmt::format("did you mean 'pvc {}'?", nearest));
  }
  throw error.AddHint("all commands:  pvc help -a");
}

std::string_view CommandGroupTitle(CommandGroup group) {
  switch (group) {
    case CommandGroup::kStart:
      return "start a history";
    case CommandGroup::kWorking:
      return "the working database";
    case CommandGroup::kLook:
      return "look at the past";
    case CommandGroup::kBranch:
      return "branch and merge";
    case CommandGroup::kSafety:
      return "safety";
    case CommandGroup::kShare:
      return "share";
    case CommandGroup::kPlumbing:
      return "plumbing";
  }
  return "";
}

std::span<const OptionSpec> GlobalOptions() {
  static constexpr auto kOptions = std::to_array<OptionSpec>({
      {"", 'C', "DIR", "run as if started in DIR; paths in arguments are relative to it", false},
      {"", 'c', "NAME=VALUE", "a setting for this one run, above all others (may be repeated)",
       false},
      {"color", 0, "WHEN", "colours: always, never, or auto (on a terminal without NO_COLOR)",
       false, kColourChoices},
      {"no-pager", 0, "", "print directly, also on a terminal", false},
      {"help", 'h', "", "print an overview of the commands", false},
      {"version", 0, "", "print the version", false},
  });
  return kOptions;
}

}  // namespace pvc
