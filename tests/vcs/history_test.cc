#include "vcs/history.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <set>

#include "tests/vcs/vcs_fixture.h"

namespace pvc {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class HistoryTest : public VcsFixture {
 protected:
  HistoryTest() : repository_(Open()), batch_(repository_->store().BeginWrite(OneThread())) {}

  CommitId Add(const std::string& message, const std::vector<CommitId>& parents,
               int64_t unix_us = 0) {
    return WriteTestCommit(*batch_, *batch_, parents, message, unix_us);
  }
  void Publish() { repository_->Publish(*batch_, {}, SomeSignature(), "test"); }

  std::vector<std::string> Messages(const std::vector<CommitId>& from) {
    std::vector<std::string> messages;
    HistoryWalk walk(*repository_, from);
    while (const auto step = walk.Next()) messages.push_back(step->commit.message);
    return messages;
  }

  std::unique_ptr<Repository> repository_;
  std::unique_ptr<WriteBatch> batch_;
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

TEST_F(HistoryTest, RandomGraphsShowEveryCommitOnceAfterItsChildren) {
  const uint32_t seed = std::random_device()();
  SCOPED_TRACE(seed);
  std::mt19937 random(seed);
  std::vector<CommitId> commits;
  for (int i = 0; i < 400; ++i) {
    std::set<CommitId> parents;
    for (uint32_t n = commits.empty() ? 0 : random() % 4; n > 0; --n) {
      parents.insert(commits[commits.size() - 1 - random() % std::min<size_t>(commits.size(), 20)]);
    }
    commits.push_back(Add(std::to_string(i), {parents.begin(), parents.end()}, random() % 5));
  }
  Publish();
  std::set<CommitId> shown;
  HistoryWalk walk(*repository_, commits);
  while (const auto step = walk.Next()) {
    for (const CommitId& parent : step->commit.parents) ASSERT_FALSE(shown.contains(parent));
    ASSERT_TRUE(shown.insert(step->id).second);
  }
  EXPECT_EQ(shown.size(), commits.size());
}

TEST_F(HistoryTest, ChainOfTwentyThousandCommits) {
  Commit commit;
  commit.snapshot = WriteEmptySnapshot(*batch_, 1);
  commit.author = commit.committer = SomeSignature();
  CommitId tip = WriteCommit(*batch_, commit);
  for (int i = 1; i < 20'000; ++i) {
    commit.parents = {tip};
    ++commit.generation;
    tip = WriteCommit(*batch_, commit);
  }
  Publish();
  EXPECT_EQ(Messages({tip}).size(), 20'000U);
}

}  // namespace
}  // namespace pvc
