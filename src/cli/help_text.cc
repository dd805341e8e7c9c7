#include "cli/help_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "cli/command_table.h"
#include "cli/help_facts.h"

namespace pvc {
namespace {

void PrintHeading(Painter& out, std::string_view title) {
  out.Put(Label::kHeading, title);
  out.Put("\n");
}

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

/// Writes words from column `indent` on, and goes on there in a new line before column 80. A blank
/// line stays one.
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
    if (text.starts_with('\n')) {
      out.Put("\n\n" + std::string(indent, ' '));
      column = indent;
      is_line_start = true;
      text.remove_prefix(1);
    }
  }
}

void PrintDefinition(Painter& out, std::string_view name, std::string_view text) {
  constexpr size_t kNameColumns = 26;
  out.Put("  ");
  out.Put(Label::kKey, name);
  if (name.size() < kNameColumns) {
    out.Put(std::string(kNameColumns - name.size(), ' '));
  } else {
    out.Put("\n" + std::string(kNameColumns + 2, ' '));
  }
  PutWrapped(out, kNameColumns + 2, text);
  out.Put("\n");
}

void PrintOptions(Painter& out, std::span<const OptionSpec> options) {
  for (const OptionSpec& option : options) {
    if (!option.is_deprecated) PrintDefinition(out, OptionNames(option), option.help);
  }
}

void PrintFacts(Painter& out, std::span<const HelpFact> facts) {
  for (const HelpFact& fact : facts) PrintDefinition(out, fact.name, fact.text);
  out.Put("\n");
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
  out.Put("usage: pvc [-C DIR] [-c NAME=VALUE] [--color=WHEN] COMMAND [ARGUMENTS]\n\n");
  out.Put(
      "Version control for SQLite databases: commits, diffs and past states of a stock file.\n");
  std::vector<CommandGroup> groups;
  for (const Command* command : CommandTable()) {
    const bool is_new = groups.empty() || groups.back() != command->group;
    if (scope == HelpScope::kEveryday && command->group == CommandGroup::kPlumbing) continue;
    if (is_new) {
      groups.push_back(command->group);
      out.Put("\n");
      PrintHeading(out, CommandGroupTitle(command->group));
    }
    out.Put(fmt::format("   {:<12} {}\n", command->name, command->summary));
  }
  out.Put("\n");
  if (scope == HelpScope::kAll) {
    PrintHeading(out, "options before the command");
    PrintOptions(out, GlobalOptions());
    out.Put("\n");
    PrintHeading(out, "guides");
    for (const HelpTopic& topic : HelpTopics()) {
      out.Put(fmt::format("   {:<12} {}\n", topic.name, topic.summary));
    }
    out.Put("\n");
    PrintHeading(out, "environment");
    PrintFacts(out, EnvironmentFacts());
    PrintHeading(out, "exit codes");
    PrintFacts(out, ExitCodeFacts());
  }
  out.Put("a first history:    pvc init && pvc import app.db && pvc log\n");
  out.Put("help on a command:  pvc help COMMAND\n");
  if (scope == HelpScope::kEveryday) out.Put("all commands:       pvc help -a\n");
}

void PrintCommandHelp(Painter& out, const Command& command) {
  out.Put(fmt::format("pvc {}: {}\n\n", command.name, command.summary));
  PrintHeading(out, "examples");
  size_t widest = 0;
  for (const Example& example : command.examples) {
    widest = std::max(widest, example.command.size());
  }
  for (const Example& example : command.examples) {
    out.Put(fmt::format("  {:<{}}   {}\n", example.command, widest, example.effect));
  }
  out.Put("\n");
  PrintHeading(out, "usage");
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
  PrintHeading(out, "options");
  PrintOptions(out, command.options);
  PrintOptions(out, CommonOptions());
  if (command.print_more_help != nullptr) command.print_more_help(out);
}

void PrintTopic(Painter& out, const HelpTopic& topic) {
  out.Put(fmt::format("{}: {}\n\n", topic.name, topic.summary));
  out.Put(topic.text);
}

}  // namespace pvc
