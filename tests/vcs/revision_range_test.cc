#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/vcs/vcs_fixture.h"
#include "vcs/history.h"
#include "vcs/revision.h"

namespace pvc {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

//   first - second     main, HEAD
//        \ try1 - try2   try
class RevisionRangeTest : public VcsFixture {
 protected:
  RevisionRangeTest() : repository_(Open()) {
    first_ = CommitOn(*repository_, "main", "first");
    try1_ = CommitOn(*repository_, "try", "try1", {{first_}});
    try2_ = CommitOn(*repository_, "try", "try2");
    second_ = CommitOn(*repository_, "main", "second");
  }

  RevisionRange Range(const std::vector<std::string>& words) {
    return ResolveRange(*repository_, words, now_);
  }
  std::optional<RevisionPair> Pair(std::string_view word) {
    return ResolvePair(*repository_, word, now_);
  }
  /// Messages of the commits in a range.
  std::vector<std::string> Shown(const std::vector<std::string>& words) {
    const RevisionRange range = Range(words);
    std::vector<std::string> messages;
    HistoryWalk walk(*repository_, range.from, range.without);
    while (const auto step = walk.Next()) messages.push_back(step->commit.message);
    return messages;
  }

  std::unique_ptr<Repository> repository_;
  Timestamp now_ = SomeSignature().when;
  CommitId first_, second_, try1_, try2_;
};

TEST_F(RevisionRangeTest, NoWordIsHead) {
  EXPECT_THAT(Range({}).from, ElementsAre(second_));
  EXPECT_THAT(Range({}).without, IsEmpty());
}

TEST_F(RevisionRangeTest, WordsMeanWhatTheyMeanToGit) {
  EXPECT_THAT(Shown({"main"}), ElementsAre("second", "first"));
  EXPECT_THAT(Shown({"main..try"}), ElementsAre("try2", "try1"));
  EXPECT_THAT(Shown({"try.."}), ElementsAre("second"));
  EXPECT_THAT(Shown({"..try"}), ElementsAre("try2", "try1"));
  EXPECT_THAT(Shown({"try", "^main"}), ElementsAre("try2", "try1"));
  EXPECT_THAT(Shown({"^main", "try"}), ElementsAre("try2", "try1"));
  EXPECT_THAT(Shown({"main...try"}), UnorderedElementsAre("try2", "try1", "second"));
  EXPECT_THAT(Shown({"try..."}), UnorderedElementsAre("try2", "try1", "second"));
  EXPECT_THAT(Shown({"main", "try"}), UnorderedElementsAre("try2", "second", "try1", "first"));
  EXPECT_THAT(Shown({"try~1..try", "main"}), ElementsAre("try2", "second"));
  EXPECT_THAT(Shown({"try..try"}), IsEmpty());
  EXPECT_THAT(Shown({"^main"}), IsEmpty());
  EXPECT_THAT(Shown({".."}), IsEmpty());
  EXPECT_THAT(Shown({"main@{1}..main"}), ElementsAre("second"));
  EXPECT_THAT(Shown({":/try1"}), ElementsAre("try1", "first"));
  EXPECT_THAT(Shown({"main..:/try1"}), ElementsAre("try1"));
}

TEST_F(RevisionRangeTest, OfUnrelatedHistoriesThreeDotsAreBoth) {
  CommitOn(*repository_, "alone", "alone", {std::vector<CommitId>{}});
  EXPECT_THAT(Shown({"alone...main"}), UnorderedElementsAre("alone", "second", "first"));
}

TEST_F(RevisionRangeTest, DotsInTextAreNoRange) {
  CommitOn(*repository_, "main", "wait..what");
  EXPECT_EQ(Shown({":/wait..what"}).front(), "wait..what");
  EXPECT_EQ(Shown({"HEAD^{/wait..what}"}).front(), "wait..what");
  EXPECT_EQ(Pair(":/wait..what"), std::nullopt);
}

TEST_F(RevisionRangeTest, WhatIsWrongWithAnEndIsSaid) {
  for (const char* word : {"main..nope", "nope..main", "nope...main", "^nope"}) {
    const Error error = ThrownError([&] { Range({word}); });
    EXPECT_EQ(error.kind(), ErrorKind::kNotFound) << word;
    EXPECT_EQ(error.message(), "no branch, tag or commit 'nope'");
  }
  for (const char* word : {"a..b..c", "^main..try", "....", "", "^", "^^main"}) {
    EXPECT_TRUE(ThrownKind([&] { Range({word}); }).has_value()) << word;
  }
}

TEST_F(RevisionRangeTest, PairsOfTwoDotsAreTheEnds) {
  const auto pair = Pair("..try~1");
  ASSERT_TRUE(pair);
  EXPECT_EQ(pair->before, second_);
  EXPECT_EQ(pair->before_name, "HEAD");
  EXPECT_EQ(pair->after, try1_);
  EXPECT_EQ(pair->after_name, "try~1");
  EXPECT_EQ(Pair("main"), std::nullopt);
}

TEST_F(RevisionRangeTest, PairsOfThreeDotsBeginAtTheMergeBase) {
  const auto pair = Pair("main...try");
  ASSERT_TRUE(pair);
  EXPECT_EQ(pair->before, first_);
  EXPECT_EQ(pair->before_name, first_.Short());
  EXPECT_EQ(pair->after, try2_);
}

TEST_F(RevisionRangeTest, PairsWithoutAMergeBaseAreNotFound) {
  CommitOn(*repository_, "alone", "alone", {std::vector<CommitId>{}});
  const Error error = ThrownError([&] { Pair("alone...main"); });
  EXPECT_EQ(error.kind(), ErrorKind::kNotFound);
  EXPECT_EQ(error.message(), "'alone' and 'main' have no commit in common");
}

TEST_F(RevisionRangeTest, PairsWithSeveralMergeBasesListThem) {
  CommitOn(*repository_, "ab", "ab", {{second_, try2_}});
  CommitOn(*repository_, "ba", "ba", {{try2_, second_}});
  const Error error = ThrownError([&] { Pair("ab...ba"); });
  EXPECT_EQ(error.kind(), ErrorKind::kUnsupported);
  ASSERT_EQ(error.hints().size(), 2U);
  EXPECT_THAT(error.hints()[0] + error.hints()[1], HasSubstr("pvc diff " + try2_.Short()));
}

}  // namespace
}  // namespace pvc
