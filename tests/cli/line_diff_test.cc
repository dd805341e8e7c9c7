#include "cli/line_diff.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace pvc {
namespace {

/// A line each, with a sign in front; "..3" where three lines are left out.
std::string Format(std::string_view before, std::string_view after, size_t context_lines) {
  std::string text;
  for (const DiffLine& line : DiffLines(before, after, context_lines)) {
    if (line.kind == DiffLine::Kind::kElided) {
      text += ".." + std::to_string(line.elided_count) + "|";
      continue;
    }
    text += line.kind == DiffLine::Kind::kKept    ? ' '
            : line.kind == DiffLine::Kind::kAdded ? '+'
                                                  : '-';
    text += std::string(line.text) + "|";
  }
  return text;
}

TEST(DiffLines, EqualTextsGiveNothing) {
  EXPECT_EQ(Format("", "", 3), "");
  EXPECT_EQ(Format("a\nb", "a\nb", 3), "");
  EXPECT_EQ(Format("a\nb\n", "a\nb\n", 0), "");
}

TEST(DiffLines, ChangesStandInTheirContext) {
  EXPECT_EQ(Format("1\n2\n3\n4\n5\n6\n7", "1\n2\n3\nx\n5\n6\n7", 1), " 3|-4|+x| 5|");
  EXPECT_EQ(Format("1\n2\n3", "1\n3", 9), " 1|-2| 3|");
  EXPECT_EQ(Format("1\n2\n3", "1\n3\n4", 0), "-2| 3|+4|");
}

TEST(DiffLines, LinesLeftOutBetweenChangesAreCounted) {
  const std::string before = "a\n1\n2\n3\n4\n5\n6\nb\n7\n8\n9";
  const std::string after = "A\n1\n2\n3\n4\n5\n6\nB\n7\n8\n9";
  EXPECT_EQ(Format(before, after, 0), "-a|+A|..6|-b|+B|");
  EXPECT_EQ(Format(before, after, 1), "-a|+A| 1|..4| 6|-b|+B| 7|");
  EXPECT_EQ(Format(before, after, 2), "-a|+A| 1| 2|..2| 5| 6|-b|+B| 7| 8|");
  EXPECT_EQ(Format(before, after, 3), "-a|+A| 1| 2| 3| 4| 5| 6|-b|+B| 7| 8| 9|");
}

TEST(DiffLines, ASingleLineIsNotLeftOutBetweenChanges) {
  EXPECT_EQ(Format("a\n1\nb", "A\n1\nB", 0), "-a|+A| 1|-b|+B|");
  EXPECT_EQ(Format("a\n1\n2\n3\nb", "A\n1\n2\n3\nB", 1), "-a|+A| 1| 2| 3|-b|+B|");
}

TEST(DiffLines, ALineEndAtTheEndIsADifferenceOnOneSide) {
  EXPECT_EQ(Format("a\n", "a", 1), " a|-|");
  EXPECT_EQ(Format("a", "a\n", 1), " a|+|");
  EXPECT_EQ(Format("a\n", "b\n", 1), "-a|+b|");
  EXPECT_EQ(Format("", "a\n", 1), "+a|");
  EXPECT_EQ(Format("a", "", 1), "-a|");
  EXPECT_EQ(Format("", "\n", 1), "+|");
  EXPECT_EQ(Format("\n", "\n\n", 1), " |+|");
}

TEST(DiffLines, CarriageReturnsAndBytesAreKept) {
  EXPECT_EQ(Format("a\r\nb", "a\nb", 0), "-a\r|+a|");
  EXPECT_EQ(Format("\xff", "\xfe", 0), "-\xff|+\xfe|");
}

TEST(DiffLines, UnlikeLongTextsAreReplacedWhole) {
  std::string before = "first\n";
  std::string after = "first\n";
  for (int i = 0; i < 20'000; ++i) {
    before += "a" + std::to_string(i) + "\nsame\n";
    after += "b" + std::to_string(i) + "\nsame\n";
  }
  const auto lines = DiffLines(before, after, 1);
  EXPECT_EQ(lines.front().text, "first");
  EXPECT_EQ(lines[1].kind, DiffLine::Kind::kRemoved);
  EXPECT_EQ(lines[39'999].kind, DiffLine::Kind::kRemoved);
  EXPECT_EQ(lines.size(), 1U + 2 * 39'999 + 1);
}

TEST(DiffLines, FullContextMakesUpBothTexts) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE(seed);
  std::mt19937 random(seed);
  const auto make = [&] {
    std::string text;
    for (size_t n = random() % 20; n > 0; --n) {
      if (!text.empty()) text += '\n';
      text += static_cast<char>('a' + random() % 3);
    }
    return text;
  };
  for (int round = 0; round < 1000; ++round) {
    const std::string before = make();
    const std::string after = make();
    if (before == after) continue;
    std::string before_lines;
    std::string after_lines;
    for (const DiffLine& line : DiffLines(before, after, 100)) {
      const std::string text = std::string(line.text) + "\n";
      if (line.kind != DiffLine::Kind::kAdded) before_lines += text;
      if (line.kind != DiffLine::Kind::kRemoved) after_lines += text;
    }
    ASSERT_EQ(before_lines, before.empty() ? "" : before + "\n");
    ASSERT_EQ(after_lines, after.empty() ? "" : after + "\n");
  }
}

}  // namespace
}  // namespace pvc
