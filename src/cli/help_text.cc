#include "cli/help_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "cli/command_table.h"

namespace pvc {
namespace {

std::string OptionNames(const OptionSpec& option) {
  std::string names = option.letter == 0 ? "    " : fmt::format("-{}", option.letter);
  if (!option.name.empty()) {
    names += option.letter == 0 ? "" : ", ";
    names += fmt::format("--{}", option.name);
    if (!option.value_name.empty()) names += fmt::format("={}", option.value_name);
  } else if (!option.value_name.empty()) {
    names += fmt::format(" {}", option.value_name);
  }
  return names;
}

/// Writes words from column `indent` on, and goes on there in a new line before column 80.
void PutWrapped(Painter& out, size_t indent, std::string_view text) {
  constexpr size_t kColumns = 80;
  size_t column = indent;
  bool is_line_start = true;
  while (!text.empty()) {
    const size_t end = std::min(text.find_first_of(" \n"), text.size());
    if (!is_line_start && column + 1 + end > kColumns) {
      out.Put("\n" + std::string(indent, ' '));
      column = indent;
      is_line_start = true;
    }
    if (!is_line_start) out.Put(" ");
    out.Put(text.substr(0, end));
    column += end + (is_line_start ? 0 : 1);
    is_line_start = false;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

void PrintOptions(Painter& out, std::span<const OptionSpec> options) {
  constexpr size_t kNamesColumns = 26;
  for (const OptionSpec& option : options) {
    if (option.is_deprecated) continue;
    const std::string names = OptionNames(option);
    out.Put("  ");
    out.Put(Label::kKey, names);
    if (names.size() < kNamesColumns) {
      out.Put(std::string(kNamesColumns - names.size(), ' '));
    } else {
      out.Put("\n" + std::string(kNamesColumns + 2, ' '));
    }
    PutWrapped(out, kNamesColumns + 2, option.help);
    out.Put("\n");
  }
}

void PutLines(Painter& out, std::string_view prefix, std::string_view text) {
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    out.Put(prefix);
    out.Put(text.substr(0, end));
    out.Put("\n");
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

}  // namespace

void PrintOverview(Painter& out, HelpScope scope) {
  out.Put("usage: pvc [-C DIR] [--color=WHEN] COMMAND [ARGUMENTS]\n\n");
  out.Put(
      "Version control for SQLite databases: commits, diffs and past states of a stock file.\n");
  std::vector<CommandGroup> groups;
  for (const Command* command : CommandTable()) {
    const bool is_new = groups.empty() || groups.back() != command->group;
    if (scope == HelpScope::kEveryday && command->group == CommandGroup::kPlumbing) continue;
    if (is_new) {
      groups.push_back(command->group);
      out.Put("\n");
      out.Put(Label::kHeading, CommandGroupTitle(command->group));
      out.Put("\n");
    }
    out.Put(fmt::format("   {:<12} {}\n", command->name, command->summary));
  }
  out.Put("\n");
  if (scope == HelpScope::kAll) {
    out.Put(Label::kHeading, "options before the command");
    out.Put("\n");
    PrintOptions(out, GlobalOptions());
    out.Put("\n");
    out.Put(Label::kHeading, "environment");
    out.Put(
        "\n"
        "  PVC_AUTHOR_NAME, PVC_AUTHOR_EMAIL   who commits, unless the repository's settings say\n"
        "  PVC_DATE='SECONDS [+HHMM]'          when, instead of the clock\n"
        "  NO_COLOR, COLUMNS                   no colours; width to lay text out for\n\n");
    out.Put(Label::kHeading, "exit codes");
    out.Put(
        "\n"
        "  0 yes   1 the answer is no   128 error, also when the reader of the output went away\n"
        "  129 wrong usage   130 interrupted\n\n");
  }
  out.Put("a first history:    pvc init && pvc import app.db && pvc log\n");
  out.Put("help on a command:  pvc help COMMAND\n");
  if (scope == HelpScope::kEveryday) out.Put("all commands:       pvc help -a\n");
}

void PrintCommandHelp(Painter& out, const Command& command) {
  out.Put(fmt::format("pvc {}: {}\n\n", command.name, command.summary));
  out.Put(Label::kHeading, "examples");
  out.Put("\n");
  size_t widest = 0;
  for (const Example& example : command.examples) {
    widest = std::max(widest, example.command.size());
  }
  for (const Example& example : command.examples) {
    out.Put(fmt::format("  {:<{}}   {}\n", example.command, widest, example.effect));
  }
  out.Put("\n");
  out.Put(Label::kHeading, "usage");
  out.Put("\n");
  const std::string prefix = fmt::format("  pvc {}", command.name);
  if (command.usage.empty()) {
    out.Put(prefix + "\n");
  } else {
    PutLines(out, prefix + " ", command.usage);
  }
  if (!command.help.empty()) {
    out.Put("\n");
    PutWrapped(out, 0, command.help);
    out.Put("\n");
  }
  out.Put("\n");
  out.Put(Label::kHeading, "options");
  out.Put("\n");
  PrintOptions(out, command.options);
  PrintOptions(out, CommonOptions());
}

}  // namespace pvc
