#include "cli/word_diff.h"

#include <gtest/gtest.h>

#include <random>

namespace pvc {
namespace {

std::string Format(std::string_view before, std::string_view after) {
  std::string text;
  for (const WordDiffPart& part : DiffWords(before, after)) {
    switch (part.kind) {
      case WordDiffPart::Kind::kEqual:
        text += part.text;
        break;
      case WordDiffPart::Kind::kRemoved:
        text += "[-" + std::string(part.text) + "-]";
        break;
      case WordDiffPart::Kind::kAdded:
        text += "{+" + std::string(part.text) + "+}";
        break;
    }
  }
  return text;
}

TEST(DiffWords, WholeWordsAreReplaced) {
  EXPECT_EQ(Format("dolor sit amet", "dolor amet amet"), "dolor [-sit-]{+amet+} amet");
}

TEST(DiffWords, EqualTextsAreOnePart) { EXPECT_EQ(DiffWords("a b", "a b").size(), 1U); }

TEST(DiffWords, EmptyTextsGiveNoParts) { EXPECT_TRUE(DiffWords("", "").empty()); }

TEST(DiffWords, CharactersOfSeveralBytesStayWhole) {
  EXPECT_EQ(Format("grün", "grän"), "[-grün-]{+grän+}");
}

TEST(DiffWords, PartsMakeUpBothTexts) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE(seed);
  std::mt19937 random(seed);
  const auto make_text = [&](size_t words) {
    std::string text;
    for (size_t i = 0; i < words; ++i) {
      text += static_cast<char>('a' + random() % 3);
      if (random() % 2 == 0) text += ' ';
    }
    return text;
  };
  for (int round = 0; round < 300; ++round) {
    const std::string before = make_text(random() % 40);
    const std::string after = make_text(random() % 40);
    std::string before_parts;
    std::string after_parts;
    for (const WordDiffPart& part : DiffWords(before, after)) {
      if (part.kind != WordDiffPart::Kind::kAdded) before_parts += part.text;
      if (part.kind != WordDiffPart::Kind::kRemoved) after_parts += part.text;
    }
    ASSERT_EQ(before_parts, before);
    ASSERT_EQ(after_parts, after);
  }
}

TEST(DiffWords, UnlikeLongTextsAreReplacedWhole) {
  std::string before;
  std::string after;
  for (int i = 0; i < 2000; ++i) {
    before += "a" + std::to_string(i) + " ";
    after += "b" + std::to_string(i) + " ";
  }
  const std::vector<WordDiffPart> parts = DiffWords(before, after);
  EXPECT_LE(parts.size(), 3U);
}

}  // namespace
}  // namespace pvc
