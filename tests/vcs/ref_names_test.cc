#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "vcs/repository.h"
#include "vcs/revision.h"

namespace pvc {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(RefNames, OrdinaryNamesHaveNoProblem) {
  for (const char* name : {"main", "feature/x-1", "v1.0", "a@b", "Grüße", "日本", "a_b+c=d,e",
                           "{x}", "x.lockers", "HEAD2", "heads/HEAD"}) {
    EXPECT_EQ(RefNameProblem(name), std::nullopt) << name;
  }
  EXPECT_EQ(RefNameProblem(std::string(kMaxRefNameBytes, 'x')), std::nullopt);
}

TEST(RefNames, HostileNamesHaveAProblem) {
  for (const std::string& name :
       {std::string(),          std::string("../x"), std::string("a..b"),   std::string("-rf"),
        std::string("a\0b", 3), std::string("a b"),  std::string("a\nb"),   std::string("\x1b[31m"),
        std::string("a\x7f"),   std::string("a~1"),  std::string("a^"),     std::string("a:b"),
        std::string("a?"),      std::string("a*"),   std::string("a[b"),    std::string("a\\b"),
        std::string("/a"),      std::string("a/"),   std::string("a//b"),   std::string("a."),
        std::string(".a"),      std::string("a/.b"), std::string("a.lock"), std::string("a.lock/b"),
        std::string("a@{b"),    std::string("@"),    std::string("HEAD"),   std::string(251, 'x'),
        std::string(65536, 'x')}) {
    EXPECT_TRUE(RefNameProblem(name).has_value()) << name.substr(0, 100);
  }
}

TEST(RefNames, TextThatIsNotWhatItShowsHasAProblem) {
  for (const char* name : {"a\u202eb", "a\u2066b", "a\u200bb", "a\u061cb", "a\ufeffb", "a\u0085b",
                           "a\u2028b", "\U000e0041"}) {
    EXPECT_EQ(RefNameProblem(name), "it holds an invisible character") << name;
  }
}

TEST(RefNames, InvalidUtf8HasAProblem) {
  for (const char* name :
       {"\x80", "\xc0\xaf", "\xc3", "\xe2\x82", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xff",
        "\xf0\x80\x80\xaf", "a\xc3(", "\xe0\x80\xaf"}) {
    EXPECT_EQ(RefNameProblem(name), "it is not valid UTF-8");
  }
}

TEST(RefNames, FullNamesHaveAKindAndAName) {
  EXPECT_EQ(FullRefNameProblem("refs/heads/a/b"), std::nullopt);
  EXPECT_EQ(FullRefNameProblem("refs/heads/" + std::string(kMaxRefNameBytes, 'x')), std::nullopt);
  for (const char* name : {"", "main", "refs/", "refs/x", "refs//x", "refs/heads/", "refs/heads/-x",
                           "refs/../x", "refs/heads//x"}) {
    EXPECT_TRUE(FullRefNameProblem(name).has_value()) << name;
  }
}

TEST(NearestNames, FindsMistypedNamesNearestFirst) {
  const std::vector<std::string> names = {"main", "maint", "try", "release", "Main"};
  EXPECT_THAT(NearestNames("mian", names), ElementsAre("main"));
  EXPECT_THAT(NearestNames("MAIN", names), ElementsAre("Main", "main"));
  EXPECT_THAT(NearestNames("maim", names), ElementsAre("main"));
  EXPECT_THAT(NearestNames("relaese", names), ElementsAre("release"));
  EXPECT_THAT(NearestNames("rel", names), ElementsAre("release"));
}

TEST(NearestNames, NothingIsNearWhatResemblesNothing) {
  EXPECT_THAT(NearestNames("zebra", {"main", "try"}), IsEmpty());
  EXPECT_THAT(NearestNames("", {"main"}), IsEmpty());
  EXPECT_THAT(NearestNames(std::string(100'000, 'a'), {std::string(99'999, 'a')}), IsEmpty());
}

TEST(NearestNames, GivesAtMostThree) {
  EXPECT_EQ(NearestNames("aaaa", {"aaab", "aaac", "aaad", "aaae"}).size(), 3U);
}

}  // namespace
}  // namespace pvc
