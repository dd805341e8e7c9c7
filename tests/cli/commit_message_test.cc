#include "cli/commit_message.h"

#include <gtest/gtest.h>

namespace pvc {
namespace {

TEST(CleanMessage, BlankLinesAreSqueezedAndTrailingBlanksCut) {
  EXPECT_EQ(CleanMessage("\n \n a  \n\n\t\n\nb\t\r\nc\n\n", CommentLines::kKeep), " a\n\nb\nc");
}

TEST(CleanMessage, CommentsAreKeptUnlessTheyAreToGo) {
  constexpr std::string_view kText = "a\n# b\n #c\n\n#\n\nd\n";
  EXPECT_EQ(CleanMessage(kText, CommentLines::kKeep), "a\n# b\n #c\n\n#\n\nd");
  EXPECT_EQ(CleanMessage(kText, CommentLines::kRemove), "a\n #c\n\nd");
}

TEST(CleanMessage, NothingButBlanksAndCommentsIsEmpty) {
  EXPECT_EQ(CleanMessage("", CommentLines::kKeep), "");
  EXPECT_EQ(CleanMessage(" \n\t\n", CommentLines::kKeep), "");
  EXPECT_EQ(CleanMessage("# a\n\n#b", CommentLines::kRemove), "");
}

TEST(JoinParagraphs, EachPartIsAParagraph) {
  EXPECT_EQ(JoinParagraphs({"a"}), "a");
  EXPECT_EQ(JoinParagraphs({"a", "b"}), "a\n\nb");
}

TEST(CommentOut, WhatIsCommentedOutIsLeftOutAgain) {
  const std::string text = CommentOut("one\n\ntwo\n");
  EXPECT_EQ(text, "# one\n#\n# two\n");
  EXPECT_EQ(CleanMessage(text, CommentLines::kRemove), "");
}

}  // namespace
}  // namespace pvc
