#include "cli/man_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <set>
#include <sstream>

#include "cli/command_table.h"
#include "tests/cli/fake_environment.h"

namespace pvc {
namespace {

using testing::HasSubstr;

std::string PageOf(const Command& command) {
  StringWriter out;
  PrintManPage(out, command);
  return out.text();
}

TEST(ManPage, ControlLinesAreOnlyThoseOfKnownMacros) {
  const std::set<std::string> macros = {".TH", ".SH", ".SS", ".PP", ".nf", ".fi", ".TP", ".B"};
  for (const Command* command : CommandTable()) {
    std::istringstream lines(PageOf(*command));
    for (std::string line; std::getline(lines, line);) {
      EXPECT_NE(line.substr(0, 1), "'") << command->name << ": " << line;
      if (line.substr(0, 1) == ".") {
        EXPECT_TRUE(macros.contains(line.substr(0, line.find(' ')))) << line;
      }
    }
  }
}

TEST(ManPage, SaysWhatTheRowOfTheCommandSays) {
  for (const Command* command : CommandTable()) {
    const std::string page = PageOf(*command);
    for (const char* section : {"NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXAMPLES"}) {
      EXPECT_THAT(page, HasSubstr(std::string(".SH \"") + section + "\"")) << command->name;
    }
    for (const OptionSpec& option : command->options) {
      if (option.is_deprecated || option.name.empty()) continue;
      std::string name(option.name);
      for (size_t at = name.find('-'); at != name.npos; at = name.find('-', at + 2)) {
        name.insert(at, "\\");
      }
      EXPECT_THAT(page, HasSubstr("\\-\\-" + name)) << command->name;
    }
  }
}

TEST(ManPage, TextIsPrintedAsItIs) {
  const auto example = std::to_array<Example>({{"pvc x \"a\\b\"", "'quoted' and ~tilde^"}});
  Command command;
  command.name = "x";
  command.summary = "do things";
  command.help = ".not a macro\n'nor this";
  command.examples = example;
  const std::string page = PageOf(command);
  EXPECT_THAT(page, HasSubstr("\n\\&.not a macro\n\\&\\(aqnor this\n"));
  EXPECT_THAT(page,
              HasSubstr(".B \"pvc x \\(dqa\\eb\\(dq\"\n\\&\\(aqquoted\\(aq and \\(titilde\\(ha"));
}

TEST(ManPage, OverviewNamesEveryCommand) {
  StringWriter out;
  PrintManOverview(out);
  for (const Command* command : CommandTable()) {
    std::string name(command->name);
    for (size_t at = name.find('-'); at != name.npos; at = name.find('-', at + 2)) {
      name.insert(at, "\\");
    }
    EXPECT_THAT(out.text(), HasSubstr("pvc\\-" + name + "(1)"));
  }
}

}  // namespace
}  // namespace pvc
