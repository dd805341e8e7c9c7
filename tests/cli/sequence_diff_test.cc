#include "cli/sequence_diff.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>

namespace pvc {
namespace {

using Step = SequenceStep;

/// A step a letter: k, r, a.
std::string Steps(std::string_view before, std::string_view after, size_t max_changes = 100) {
  const auto letters = [](std::string_view text) {
    std::vector<std::string_view> elements;
    for (size_t i = 0; i < text.size(); ++i) elements.push_back(text.substr(i, 1));
    return elements;
  };
  std::string steps;
  for (const Step step : DiffSequences(letters(before), letters(after), max_changes)) {
    steps += step == Step::kKept ? 'k' : step == Step::kRemoved ? 'r' : 'a';
  }
  return steps;
}

TEST(DiffSequences, OneSideEmpty) {
  EXPECT_EQ(Steps("", ""), "");
  EXPECT_EQ(Steps("ab", ""), "rr");
  EXPECT_EQ(Steps("", "ab"), "aa");
}

TEST(DiffSequences, ChangesAreFound) {
  EXPECT_EQ(Steps("abc", "abc"), "kkk");
  EXPECT_EQ(Steps("abcd", "axcyd"), "krakak");
  EXPECT_EQ(Steps("aa", "a"), "kr");
  EXPECT_EQ(Steps("a", "aa"), "ka");
}

TEST(DiffSequences, RemovalsComeBeforeAdditions) { EXPECT_EQ(Steps("abcd", "axyd"), "krraak"); }

TEST(DiffSequences, BeyondTheLimitTheMiddleIsReplaced) {
  EXPECT_EQ(Steps("xa1b2c3y", "xa4b5c6y", 6), "kkrakrakrak");
  EXPECT_EQ(Steps("xa1b2c3y", "xa4b5c6y", 5), "kkrrrrraaaaak");
  EXPECT_EQ(Steps("xay", "xby", 0), "krak");
  EXPECT_EQ(Steps("xy", "xy", 0), "kk");
}

size_t LongestCommon(std::string_view a, std::string_view b) {
  std::vector<std::vector<size_t>> lengths(a.size() + 1, std::vector<size_t>(b.size() + 1));
  for (size_t i = a.size(); i-- > 0;) {
    for (size_t j = b.size(); j-- > 0;) {
      lengths[i][j] =
          a[i] == b[j] ? lengths[i + 1][j + 1] + 1 : std::max(lengths[i + 1][j], lengths[i][j + 1]);
    }
  }
  return lengths[0][0];
}

TEST(DiffSequences, StepsAreRightAndFewestAtRandom) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE(seed);
  std::mt19937 random(seed);
  const auto make = [&] {
    std::string text;
    for (size_t n = random() % 30; n > 0; --n) text += static_cast<char>('a' + random() % 4);
    return text;
  };
  for (int round = 0; round < 3000; ++round) {
    const std::string before = make();
    const std::string after = make();
    const size_t max_changes = random() % 60;
    SCOPED_TRACE(before + " " + after + " " + std::to_string(max_changes));
    const std::string steps = Steps(before, after, max_changes);
    size_t x = 0;
    size_t y = 0;
    for (const char step : steps) {
      if (step == 'k') {
        ASSERT_EQ(before.at(x++), after.at(y++));
      } else {
        ++(step == 'r' ? x : y);
      }
    }
    ASSERT_EQ(x, before.size());
    ASSERT_EQ(y, after.size());
    ASSERT_EQ(steps.find("ar"), std::string::npos);
    const auto kept = static_cast<size_t>(std::count(steps.begin(), steps.end(), 'k'));
    const size_t common = LongestCommon(before, after);
    if (before.size() + after.size() - 2 * common <= max_changes) {
      ASSERT_EQ(kept, common);
    }
  }
}

TEST(DiffSequences, UnlikeLongSequencesEndInReasonableTime) {
  // Two letters only: all diagonals are followed far, to no end.
  std::mt19937 random(7);
  std::vector<std::string_view> before;
  std::vector<std::string_view> after;
  for (int i = 0; i < 300'000; ++i) {
    before.push_back(random() % 2 == 0 ? "a" : "b");
    after.push_back(random() % 2 == 0 ? "a" : "b");
  }
  const auto steps = DiffSequences(before, after, 1'000'000);
  EXPECT_GT(std::count(steps.begin(), steps.end(), Step::kRemoved), 299'000);
}

}  // namespace
}  // namespace pvc
