#include "vcs/ignored_tables.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/vcs/vcs_fixture.h"

namespace pvc {
namespace {

using ::testing::HasSubstr;

/// Rules "GLOB=VALUE".
IgnoredTables Ignoring(std::initializer_list<std::pair<std::string, std::string>> rules) {
  Config config;
  for (const auto& [glob, value] : rules) config.Set("table." + glob + ".ignore", value);
  return IgnoredTables(config);
}

bool Matches(const std::string& glob, std::string_view table) {
  return Ignoring({{glob, "true"}}).Matches(table);
}

TEST(IgnoredTables, NothingIsIgnoredWithoutRules) {
  EXPECT_TRUE(IgnoredTables().empty());
  EXPECT_FALSE(IgnoredTables().Matches("users"));
  Config config;
  config.Set("table.ignore", "true");  // no glob
  config.Set("table.users.other", "true");
  EXPECT_TRUE(IgnoredTables(config).empty());
}

TEST(IgnoredTables, StarStandsForAnyCharacters) {
  EXPECT_TRUE(Matches("cache_*", "cache_"));
  EXPECT_TRUE(Matches("cache_*", "cache_pages"));
  EXPECT_FALSE(Matches("cache_*", "cache"));
  EXPECT_FALSE(Matches("cache_*", "my_cache_pages"));
  EXPECT_TRUE(Matches("*a*b", "xaabab"));
  EXPECT_FALSE(Matches("*a*b", "xaaba"));
  EXPECT_TRUE(Matches("*", ""));
  EXPECT_TRUE(Matches("*.*", "a.b.c"));
}

TEST(IgnoredTables, QuestionMarkStandsForOneCharacterOfAnyLength) {
  EXPECT_TRUE(Matches("t?", "t1"));
  EXPECT_TRUE(Matches("t?", "t\xc3\xa9"));
  EXPECT_TRUE(Matches("t?", "t\xff"));
  EXPECT_FALSE(Matches("t?", "t"));
  EXPECT_FALSE(Matches("t?", "t12"));
}

TEST(IgnoredTables, SetsStandForOneOfTheirCharacters) {
  EXPECT_TRUE(Matches("t[a-cx]", "tb"));
  EXPECT_TRUE(Matches("t[a-cx]", "tX"));
  EXPECT_FALSE(Matches("t[a-cx]", "td"));
  EXPECT_TRUE(Matches("t[!a-c]", "td"));
  EXPECT_FALSE(Matches("t[!a-c]", "tb"));
  EXPECT_TRUE(Matches("t[]a]", "t]"));
  EXPECT_TRUE(Matches("t[a-]", "t-"));
  EXPECT_TRUE(Matches("t[\xc3\xa0-\xc3\xaf]", "t\xc3\xa9"));
  EXPECT_FALSE(Matches("t[\xc3\xa0-\xc3\xaf]", "t\xc3\xb9"));
}

TEST(IgnoredTables, SetThatNothingClosesIsABracket) {
  EXPECT_TRUE(Matches("t[a", "t[a"));
  EXPECT_FALSE(Matches("t[a", "ta"));
  EXPECT_TRUE(Matches("t[!]", "t[!]"));
}

TEST(IgnoredTables, BackslashTakesTheMeaningOfTheNextCharacter) {
  EXPECT_TRUE(Matches("a\\*", "a*"));
  EXPECT_FALSE(Matches("a\\*", "ab"));
  EXPECT_TRUE(Matches("a\\\\", "a\\"));
  EXPECT_TRUE(Matches("a\\", "a\\"));
  EXPECT_TRUE(Matches("[\\]]", "]"));
}

TEST(IgnoredTables, AsciiLettersCompareWithoutCase) {
  EXPECT_TRUE(Matches("Cache_*", "cACHE_x"));
  EXPECT_FALSE(Matches("\xc3\x89", "\xc3\xa9"));
}

TEST(IgnoredTables, LongestGlobDecides) {
  const IgnoredTables ignored =
      Ignoring({{"*", "true"}, {"users*", "false"}, {"users_tmp", "yes"}});
  EXPECT_TRUE(ignored.Matches("orders"));
  EXPECT_FALSE(ignored.Matches("users_old"));
  EXPECT_TRUE(ignored.Matches("users_tmp"));
}

TEST(IgnoredTables, AmongEquallyLongGlobsTheTableIsKept) {
  EXPECT_FALSE(Ignoring({{"a*", "true"}, {"*b", "false"}}).Matches("ab"));
  EXPECT_FALSE(Ignoring({{"a*", "false"}, {"*b", "true"}}).Matches("ab"));
}

TEST(IgnoredTables, ValueThatIsNoTruthValueIsRefusedByName) {
  const Error error = ThrownError([] { Ignoring({{"a.b", "maybe"}}); });
  EXPECT_EQ(error.kind(), ErrorKind::kInvalid);
  EXPECT_THAT(error.message(), HasSubstr("'table.a.b.ignore' is 'maybe'"));
}

TEST(IgnoredTables, ManyStarsOnALongNameAreAnsweredAtOnce) {
  std::string glob;
  for (int i = 0; i < 200; ++i) glob += "*a";
  EXPECT_FALSE(Matches(glob + "b", std::string(1000, 'a')));
}

}  // namespace
}  // namespace pvc
