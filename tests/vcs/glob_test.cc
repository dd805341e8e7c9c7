#include "vcs/glob.h"

#include <gtest/gtest.h>

namespace pvc {
namespace {

TEST(MatchesGlob, FollowsTheTable) {
  struct Case {
    const char* pattern;
    const char* name;
    bool matches;
  };
  for (const Case& expected : {Case{"main", "main", true},
                               {"main", "mains", false},
                               {"main", "Main", false},
                               {"*", "", true},
                               {"", "", true},
                               {"", "a", false},
                               {"v?", "v1", true},
                               {"v?", "v", false},
                               {"feature/*", "feature/a/b", true},
                               {"*a*b", "xaxab", true},
                               {"*a*b", "xaxa", false},
                               {"a*", "a", true},
                               {"**x", "x", true},
                               {"[a-c]1", "b1", true},
                               {"[a-c]1", "d1", false},
                               {"[!a-c]1", "d1", true},
                               {"[]]", "]", true},
                               {"[a", "[a", true},
                               {"\\*", "*", true},
                               {"\\*", "a", false},
                               {"a\\", "a\\", true}}) {
    EXPECT_EQ(MatchesGlob(expected.pattern, expected.name), expected.matches)
        << expected.pattern << " " << expected.name;
  }
}

TEST(MatchesGlob, ManyStarsCostLittle) {
  std::string pattern;
  for (int i = 0; i < 1000; ++i) pattern += "*a";
  EXPECT_FALSE(MatchesGlob(pattern + "b", std::string(20'000, 'a')));
}

TEST(MatchesAnyGlob, NoPatternMatchesAll) {
  EXPECT_TRUE(MatchesAnyGlob({}, "main"));
  EXPECT_TRUE(MatchesAnyGlob({"x", "m*"}, "main"));
  EXPECT_FALSE(MatchesAnyGlob({"x", "y*"}, "main"));
}

}  // namespace
}  // namespace pvc
