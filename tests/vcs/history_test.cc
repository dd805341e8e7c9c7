#include "vcs/history.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/vcs/history_fixture.h"

namespace pvc {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class HistoryTest : public HistoryFixture {
 protected:
  std::vector<std::string> Messages(const std::vector<CommitId>& from,
                                    const std::vector<CommitId>& without = {},
                                    FollowParents follow = FollowParents::kAll) {
    std::vector<std::string> messages;
    HistoryWalk walk(*repository_, from, without, follow);
    while (const auto step = walk.Next()) messages.push_back(step->commit.message);
    return messages;
  }
};

TEST_F(HistoryTest, NothingIsBeforeNothing) { EXPECT_THAT(Messages({}), IsEmpty()); }

TEST_F(HistoryTest, CrissCrossShowsChildrenBeforeParents) {
  const CommitId root = Add("root", {}, 100);
  const CommitId a = Add("a", {root}, 10);
  const CommitId b = Add("b", {root}, 20);
  const CommitId ab = Add("ab", {a, b}, 1);
  const CommitId ba = Add("ba", {b, a}, 2);
  const CommitId top = Add("top", {ab, ba}, -5);
  Publish();
  EXPECT_THAT(Messages({top}), ElementsAre("top", "ba", "ab", "b", "a", "root"));
  EXPECT_THAT(Messages({a, b, a}), ElementsAre("b", "a", "root"));
}

TEST_F(HistoryTest, WrongClocksDoNotPutParentsFirst) {
  const CommitId root = Add("root", {}, INT64_MAX);
  const CommitId middle = Add("middle", {root}, INT64_MIN);
  const CommitId top = Add("top", {middle}, 0);
  const CommitId other = Add("other", {root}, INT64_MAX);
  Publish();
  EXPECT_THAT(Messages({other, top}), ElementsAre("top", "other", "middle", "root"));
}

TEST_F(HistoryTest, WhatIsLeftOutIsSoWithAllItsAncestors) {
  const CommitId root = Add("root", {});
  const CommitId fork = Add("fork", {root});
  const CommitId main = Add("main", {fork});
  const CommitId try1 = Add("try1", {fork});
  const CommitId try2 = Add("try2", {try1});
  const CommitId merged = Add("merged", {main, try1});
  Publish();
  EXPECT_THAT(Messages({try2}, {main}), ElementsAre("try2", "try1"));
  EXPECT_THAT(Messages({try2}, {merged}), ElementsAre("try2"));
  EXPECT_THAT(Messages({merged}, {try2}), ElementsAre("merged", "main"));
  EXPECT_THAT(Messages({main}, {main}), IsEmpty());
  EXPECT_THAT(Messages({root}, {merged}), IsEmpty());
  EXPECT_THAT(Messages({}, {merged}), IsEmpty());
}

TEST_F(HistoryTest, WhatIsLeftOutByALongWayIsFoundInTime) {
  // "old" is next to a, but a long line away from what leaves it out.
  const CommitId old = Add("old", {});
  CommitId line = old;
  for (int i = 0; i < 50; ++i) line = Add("line", {line}, i);
  const CommitId a = Add("a", {old});
  Publish();
  EXPECT_THAT(Messages({a}, {line}), ElementsAre("a"));
}

TEST_F(HistoryTest, FirstParentsAreTheLineOfABranch) {
  const CommitId root = Add("root", {});
  const CommitId main1 = Add("main1", {root});
  const CommitId side = Add("side", {root});
  const CommitId merged = Add("merged", {main1, side});
  const CommitId tip = Add("tip", {merged});
  Publish();
  EXPECT_THAT(Messages({tip}, {}, FollowParents::kFirst),
              ElementsAre("tip", "merged", "main1", "root"));
  EXPECT_THAT(Messages({tip}, {side}, FollowParents::kFirst),
              ElementsAre("tip", "merged", "main1"));
  EXPECT_THAT(Messages({main1}, {tip}, FollowParents::kFirst), IsEmpty());
  EXPECT_THAT(Messages({side}, {tip}, FollowParents::kFirst), IsEmpty())
      << "what is left out is so by any way";
}

TEST_F(HistoryTest, RandomGraphsShowEveryCommitOnceAfterItsChildren) {
  const uint32_t seed = Seed();
  SCOPED_TRACE("PVC_TEST_SEED=" + std::to_string(seed));
  std::mt19937 random(seed);
  const std::vector<CommitId> commits = AddRandom(random, 400);
  Publish();
  std::set<CommitId> shown;
  HistoryWalk walk(*repository_, commits);
  while (const auto step = walk.Next()) {
    for (const CommitId& parent : step->commit.parents) ASSERT_FALSE(shown.contains(parent));
    ASSERT_TRUE(shown.insert(step->id).second);
  }
  EXPECT_EQ(shown.size(), commits.size());
}

TEST_F(HistoryTest, RandomRangesAgreeWithBruteForce) {
  const uint32_t seed = Seed();
  SCOPED_TRACE("PVC_TEST_SEED=" + std::to_string(seed));
  std::mt19937 random(seed);
  const std::vector<CommitId> commits = AddRandom(random, 150);
  Publish();
  const auto closures = Closures(commits);
  const auto some = [&](size_t at_least) {
    std::vector<CommitId> chosen;
    for (size_t n = at_least + random() % 3; n > 0; --n) {
      chosen.push_back(commits[random() % commits.size()]);
    }
    return chosen;
  };
  for (int round = 0; round < 500; ++round) {
    const std::vector<CommitId> from = some(1);
    const std::vector<CommitId> without = some(0);
    std::set<CommitId> expected;
    for (const CommitId& id : from) expected.insert(closures.at(id).begin(), closures.at(id).end());
    for (const CommitId& id : without) {
      for (const CommitId& ancestor : closures.at(id)) expected.erase(ancestor);
    }
    std::set<CommitId> shown;
    HistoryWalk walk(*repository_, from, without);
    while (const auto step = walk.Next()) {
      for (const CommitId& parent : step->commit.parents) ASSERT_FALSE(shown.contains(parent));
      ASSERT_TRUE(shown.insert(step->id).second);
    }
    ASSERT_EQ(shown, expected);
  }
}

TEST_F(HistoryTest, ChainOfAHundredThousandCommits) {
  const CommitId tip = AddChain(100'000);
  const CommitId side = Add("side", {tip});
  Publish();
  EXPECT_EQ(Messages({tip}).size(), 100'000U);
  EXPECT_EQ(Messages({side}, {tip}).size(), 1U);
}

}  // namespace
}  // namespace pvc
