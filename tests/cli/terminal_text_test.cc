#include "cli/terminal_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/fake_environment.h"

namespace pvc {
namespace {

TEST(EscapeText, PlainTextStaysAsItIs) { EXPECT_EQ(EscapeText("grün 中文 'a'"), "grün 中文 'a'"); }

TEST(EscapeText, ControlCharactersAreSpelledOut) {
  EXPECT_EQ(EscapeText("a\nb\tc\rd"), "a\\nb\\tc\\rd");
  EXPECT_EQ(EscapeText("\x1b[31m"), "\\x1b[31m");
  EXPECT_EQ(EscapeText(std::string_view("\0\x7f", 2)), "\\x00\\x7f");
  EXPECT_EQ(EscapeText("\xc2\x9b"), "\\u009b");
}

TEST(EscapeText, CharactersThatReorderOrHideTextAreSpelledOut) {
  EXPECT_EQ(EscapeText("\u202e\u2066"), "\\u202e\\u2066");
  EXPECT_EQ(EscapeText("a\u200bb\ufeff"), "a\\u200bb\\ufeff");
  EXPECT_EQ(EscapeText("\U000e0041"), "\\U000e0041");
}

TEST(EscapeText, InvalidUtf8IsShownByteByByte) {
  EXPECT_EQ(EscapeText("\xff"), "\\xff");
  EXPECT_EQ(EscapeText("\xc0\x80"), "\\xc0\\x80");           // overlong
  EXPECT_EQ(EscapeText("\xed\xa0\x80"), "\\xed\\xa0\\x80");  // surrogate
  EXPECT_EQ(EscapeText("\xe4\xb8"), "\\xe4\\xb8");           // cut
}

TEST(EscapeText, LineEndAndItsSpellingDiffer) {
  EXPECT_NE(EscapeText("a\nb"), EscapeText("a\\nb"));
}

TEST(EscapeName, BackslashesStaySingle) { EXPECT_EQ(EscapeName("a\\b\n"), "a\\b\\n"); }

TEST(EscapeLines, LineEndsStay) { EXPECT_EQ(EscapeLines("a\n\x1b\tb"), "a\n\\x1b\tb"); }

TEST(DisplayWidth, WideAndCombiningCharactersCount) {
  EXPECT_EQ(DisplayWidth("abc"), 3U);
  EXPECT_EQ(DisplayWidth("中文"), 4U);
  EXPECT_EQ(DisplayWidth("e\u0301"), 1U);
  EXPECT_EQ(DisplayWidth("\U0001f600"), 2U);
}

TEST(Ellipsize, CutsBetweenCharacters) {
  EXPECT_EQ(Ellipsize("abcdef", 6), "abcdef");
  EXPECT_EQ(Ellipsize("abcdefg", 6), "abc...");
  EXPECT_EQ(Ellipsize("中文字体", 6), "中...");
}

TEST(Painter, WritesNoSequencesWithoutColour) {
  StringWriter writer;
  Painter(writer, false).Put(Label::kAdded, "x");
  EXPECT_EQ(writer.text(), "x");
}

TEST(Painter, EveryLabelEndsItsColour) {
  for (int label = 0; label <= static_cast<int>(Label::kHint); ++label) {
    SCOPED_TRACE(label);
    StringWriter writer;
    Painter(writer, true).Put(static_cast<Label>(label), "x");
    EXPECT_TRUE(writer.text() == "x" || writer.text().ends_with("x\x1b[m")) << writer.text();
  }
}

}  // namespace
}  // namespace pvc
