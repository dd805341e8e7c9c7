#include "cli/man_page.h"

#include <fmt/format.h>

#include "cli/command_table.h"
#include "cli/help_facts.h"

namespace pvc {

namespace {

/// Text that roff prints as it is: typewriter quotes, dashes and accents, no requests.
std::string Roff(std::string_view text) {
  std::string roff;
  bool is_line_start = true;
  for (const char c : text) {
    if (is_line_start && (c == '.' || c == '\'')) roff += "\\&";
    is_line_start = c == '\n';
    switch (c) {
      case '\\':
        roff += "\\e";
        break;
      case '-':
        roff += "\\-";
        break;
      case '\'':
        roff += "\\(aq";
        break;
      case '`':
        roff += "\\(ga";
        break;
      case '^':
        roff += "\\(ha";
        break;
      case '~':
        roff += "\\(ti";
        break;
      default:
        roff += c;
    }
  }
  return roff;
}

/// The same on one line, as an argument of a macro.
std::string RoffArgument(std::string_view text) {
  std::string roff = Roff(text);
  for (size_t at = roff.find('"'); at != std::string::npos; at = roff.find('"', at + 4)) {
    roff.replace(at, 1, "\\(dq");
  }
  return '"' + roff + '"';
}

class ManPage {
 public:
  ManPage(TextWriter& out, const std::string& name, std::string_view summary) : out_(out) {
    std::string title = name;
    for (char& c : title) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    Line(fmt::format(".TH {} 1 \"\" {} {}", RoffArgument(title),
                     RoffArgument(fmt::format("pvc {}", PVC_VERSION)), RoffArgument("pvc manual")));
    Section("NAME");
    Line(fmt::format("{} \\- {}", Roff(name), Roff(summary)));
  }

  void Section(std::string_view title) {
    Line(".SH " + RoffArgument(title));
    is_below_heading_ = true;
  }
  void Subsection(std::string_view title) { Line(".SS " + RoffArgument(title)); }

  /// Paragraphs, parted by blank lines.
  void Text(std::string_view text) {
    while (!text.empty()) {
      const size_t end = std::min(text.find("\n\n"), text.size());
      BeginParagraph();
      Line(Roff(text.substr(0, end)));
      text.remove_prefix(std::min(end + 2, text.size()));
    }
  }

  /// Lines that stay as they are.
  void Verbatim(std::string_view text) {
    while (text.ends_with('\n')) text.remove_suffix(1);
    BeginParagraph();
    Line(".nf");
    Line(Roff(text));
    Line(".fi");
  }

  void Definition(std::string_view name, std::string_view text) {
    Line(".TP");
    Line(".B " + RoffArgument(name));
    Line(Roff(text));
  }

  void Options(std::span<const OptionSpec> options) {
    for (const OptionSpec& option : options) {
      if (option.is_deprecated) continue;
      std::string names;
      if (option.letter != 0) names = fmt::format("-{}", option.letter);
      if (!option.name.empty()) {
        names += fmt::format("{}--{}", names.empty() ? "" : ", ", option.name);
        if (!option.value_name.empty()) names += fmt::format("={}", option.value_name);
      } else if (!option.value_name.empty()) {
        names += fmt::format(" {}", option.value_name);
      }
      Definition(names, option.help);
    }
  }

  void Facts(std::span<const HelpFact> facts) {
    for (const HelpFact& fact : facts) Definition(fact.name, fact.text);
  }

 private:
  void Line(const std::string& text) { out_.Write(text + "\n"); }
  /// A heading begins a paragraph by itself.
  void BeginParagraph() {
    if (!is_below_heading_) Line(".PP");
    is_below_heading_ = false;
  }

  TextWriter& out_;
  bool is_below_heading_ = false;
};

}  // namespace

void PrintManPage(TextWriter& out, const Command& command) {
  ManPage page(out, fmt::format("pvc-{}", command.name), command.summary);
  page.Section("SYNOPSIS");
  const std::string prefix = fmt::format("pvc {}", command.name);
  std::string usage = prefix + (command.usage.empty() ? "" : " ");
  for (const char c : command.usage) usage += c == '\n' ? "\n" + prefix + " " : std::string(1, c);
  page.Verbatim(usage);
  page.Section("DESCRIPTION");
  page.Text(command.help.empty() ? fmt::format("{}.", command.summary) : command.help);
  page.Section("OPTIONS");
  page.Options(command.options);
  page.Options(CommonOptions());
  page.Section("EXAMPLES");
  for (const Example& example : command.examples) {
    page.Definition(example.command, example.effect);
  }
  page.Section("SEE ALSO");
  page.Text("pvc(1)");
}

void PrintManOverview(TextWriter& out) {
  ManPage page(out, "pvc", "version control for SQLite databases");
  page.Section("SYNOPSIS");
  page.Verbatim("pvc [-C DIR] [--color=WHEN] COMMAND [ARGUMENTS]");
  page.Section("DESCRIPTION");
  page.Text(
      "pvc gives a SQLite database what git gives source code: commits, branches, diffs and every\n"
      "past state. The database stays a stock SQLite file that all programs open as before; its\n"
      "history lies beside it in the folder .pvc.\n\n"
      "A first history: pvc init && pvc import app.db && pvc log");
  page.Section("COMMANDS");
  const Command* last = nullptr;
  for (const Command* command : CommandTable()) {
    if (last == nullptr || last->group != command->group) {
      page.Subsection(CommandGroupTitle(command->group));
    }
    last = command;
    page.Definition(fmt::format("pvc-{}(1)", command->name), command->summary);
  }
  page.Section("OPTIONS");
  page.Text("They stand before the command.");
  page.Options(GlobalOptions());
  for (const HelpTopic& topic : HelpTopics()) {
    std::string title(topic.name);
    for (char& c : title) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    page.Section(title);
    page.Verbatim(topic.text);
  }
  page.Section("EXIT STATUS");
  page.Facts(ExitCodeFacts());
  page.Section("ENVIRONMENT");
  page.Facts(EnvironmentFacts());
}

}  // namespace pvc
