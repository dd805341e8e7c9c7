#include "cli/aliases.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"

namespace pvc {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string SplitError(std::string_view value) {
  try {
    SplitAlias("alias.x", value);
  } catch (const Error& error) {
    return error.message();
  }
  return "";
}

Config Aliases(std::initializer_list<std::pair<std::string, std::string>> aliases) {
  Config config;
  for (const auto& [name, value] : aliases) config.Set("alias." + name, value);
  return config;
}

TEST(SplitAlias, WordsAreThoseOfAShell) {
  EXPECT_THAT(SplitAlias("a", "log  -n\t1"), ElementsAre("log", "-n", "1"));
  EXPECT_THAT(SplitAlias("a", "diff -- 'a b'\"c 'd'\" '' e\\ f"),
              ElementsAre("diff", "--", "a bc 'd'", "", "e f"));
  EXPECT_THAT(SplitAlias("a", "log '\\x' \"\\\"\\\\\\n\""), ElementsAre("log", "\\x", "\"\\\\n"));
}

TEST(SplitAlias, NothingIsSubstituted) {
  EXPECT_THAT(SplitAlias("a", "log $HOME `id` $(id) * ; rm"),
              ElementsAre("log", "$HOME", "`id`", "$(id)", "*", ";", "rm"));
}

TEST(SplitAlias, WhatIsNoCommandOfPvcIsRefusedByName) {
  EXPECT_THAT(SplitError("!rm -rf /"), HasSubstr("'alias.x': an alias that begins with '!'"));
  EXPECT_THAT(SplitError("-C /elsewhere log"), HasSubstr("not with the option '-C'"));
  EXPECT_THAT(SplitError("'-c' color.ui=always log"), HasSubstr("not with the option '-c'"));
  EXPECT_THAT(SplitError(""), HasSubstr("an alias for nothing"));
  EXPECT_THAT(SplitError("'' log"), HasSubstr("an alias for nothing"));
  EXPECT_THAT(SplitError("log 'x"), HasSubstr("a quote that is not closed"));
  EXPECT_THAT(SplitError("log x\\"), HasSubstr("a backslash at the end"));
}

TEST(SplitAlias, OptionsOfTheCommandAreItsOwn) {
  EXPECT_THAT(SplitAlias("alias.sc", "switch -c"), ElementsAre("switch", "-c"));
}

TEST(ExpandAliases, ArgumentsFollowTheWordsOfTheAlias) {
  EXPECT_THAT(ExpandAliases(Aliases({{"last", "l -n 1"}, {"l", "log"}}), {"last", "--oneline"}),
              ElementsAre("log", "-n", "1", "--oneline"));
  EXPECT_THAT(ExpandAliases({}, {"last"}), ElementsAre("last"));
}

TEST(ExpandAliases, CommandsAreNeverReplaced) {
  EXPECT_THAT(ExpandAliases(Aliases({{"log", "fsck"}}), {"log"}), ElementsAre("log"));
}

TEST(ExpandAliases, LoopIsNamed) {
  try {
    ExpandAliases(Aliases({{"a", "b"}, {"b", "a x"}}), {"a"});
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_THAT(error.message(), HasSubstr("a -> b -> a"));
  }
}

TEST(ExpandAliases, LongChainsEnd) {
  Config config;
  for (int i = 0; i < 1000; ++i) {
    config.Set("alias.a" + std::to_string(i), "a" + std::to_string(i + 1));
  }
  EXPECT_THROW(ExpandAliases(config, {"a0"}), Error);
}

TEST(ExpandAliases, DottedWordsNameNoAlias) {
  Config config;
  config.Set("alias.x.y", "log");
  EXPECT_THAT(ExpandAliases(config, {"x.y"}), ElementsAre("x.y"));
}

}  // namespace
}  // namespace pvc
