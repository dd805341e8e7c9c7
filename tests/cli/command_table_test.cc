#include "cli/command_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "base/error.h"
#include "cli/help_text.h"
#include "tests/cli/fake_environment.h"

namespace pvc {
namespace {

using testing::HasSubstr;

std::string HelpOf(const Command& command) {
  StringWriter writer;
  Painter out(writer, false);
  PrintCommandHelp(out, command);
  return writer.text();
}

TEST(CommandTable, NamesAreUnique) {
  std::set<std::string_view> names;
  for (const Command* command : CommandTable()) {
    EXPECT_TRUE(names.insert(command->name).second) << command->name;
  }
}

TEST(CommandTable, EveryOptionIsInItsCommandsHelp) {
  for (const Command* command : CommandTable()) {
    const std::string help = HelpOf(*command);
    for (const OptionSpec& option : command->options) {
      if (option.is_deprecated) continue;
      EXPECT_THAT(help, HasSubstr("--" + std::string(option.name))) << command->name;
      EXPECT_FALSE(option.help.empty()) << command->name << " " << option.name;
    }
  }
}

TEST(CommandTable, HelpBeginsWithExamplesOfTheCommandItself) {
  for (const Command* command : CommandTable()) {
    ASSERT_FALSE(command->examples.empty()) << command->name;
    const std::string prefix = "pvc " + std::string(command->name);
    for (const Example& example : command->examples) {
      EXPECT_EQ(example.command.substr(0, prefix.size()), prefix);
    }
    const std::string help = HelpOf(*command);
    EXPECT_LT(help.find("examples"), help.find("usage"));
  }
}

TEST(CommandTable, ExamplesParse) {
  for (const Command* command : CommandTable()) {
    for (const Example& example : command->examples) {
      SCOPED_TRACE(example.command);
      std::vector<std::string> words;
      std::string word;
      bool is_quoted = false;
      for (const char c : std::string(example.command) + " ") {
        if (c == '"') {
          is_quoted = !is_quoted;
        } else if (c == ' ' && !is_quoted) {
          if (!word.empty()) words.push_back(word);
          word.clear();
        } else {
          word += c;
        }
      }
      const auto pipe = std::find(words.begin(), words.end(), "|");
      EXPECT_NO_THROW(ParseArguments(*command, {words.begin() + 2, pipe}));
    }
  }
}

TEST(CommandTable, HelpFitsEightyColumns) {
  for (const Command* command : CommandTable()) {
    std::string help = HelpOf(*command);
    while (!help.empty()) {
      const size_t end = help.find('\n');
      EXPECT_LE(end, 80U) << command->name << ": " << help.substr(0, end);
      help.erase(0, end + 1);
    }
  }
}

TEST(CommandTable, UnknownCommandSuggestsTheNearest) {
  try {
    RequireCommand("exprot");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kUsage);
    EXPECT_EQ(error.hints().front(), "did you mean 'pvc export'?");
  }
}

}  // namespace
}  // namespace pvc
