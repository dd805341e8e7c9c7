#include "vcs/log_walk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <random>
#include <set>

#include "tests/vcs/vcs_fixture.h"
#include "vcs/commit_filter.h"

namespace pvc {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class LogWalkTest : public VcsFixture {
 protected:
  LogWalkTest() : repository_(Open()), batch_(repository_->store().BeginWrite(OneThread())) {}

  CommitId Add(const std::string& message, const std::vector<CommitId>& parents,
               int64_t unix_us = 0) {
    return WriteTestCommit(*batch_, *batch_, parents, message, unix_us);
  }
  void Publish() { repository_->Publish(*batch_, {}, SomeSignature(), "test"); }

  std::vector<std::string> Messages(const LogOptions& options) {
    std::vector<std::string> messages;
    LogWalk walk(*repository_, options);
    while (const auto step = walk.Next()) messages.push_back(step->commit.message);
    return messages;
  }

  std::unique_ptr<Repository> repository_;
  std::unique_ptr<WriteBatch> batch_;
};

LogOptions From(const std::vector<CommitId>& from, LogOrder order = LogOrder::kDate) {
  LogOptions options;
  options.from = from;
  options.order = order;
  return options;
}

TEST_F(LogWalkTest, NothingIsBeforeNothing) { EXPECT_THAT(Messages({}), IsEmpty()); }

TEST_F(LogWalkTest, NewestComesFirstWhateverItsGeneration) {
  const CommitId root = Add("root", {}, 1);
  const CommitId a = Add("a", {root}, 2);
  const CommitId b = Add("b", {a}, 3);
  const CommitId late = Add("late", {root}, 9);
  Publish();
  EXPECT_THAT(Messages(From({b, late})), ElementsAre("late", "b", "a", "root"));
}

TEST_F(LogWalkTest, WrongClocksDoNotPutParentsFirst) {
  const CommitId root = Add("root", {}, INT64_MAX);
  const CommitId middle = Add("middle", {root}, INT64_MIN);
  const CommitId top = Add("top", {middle}, 0);
  Publish();
  EXPECT_THAT(Messages(From({root, top})), ElementsAre("top", "middle", "root"));
}

TEST_F(LogWalkTest, LinesKeepTogetherForGraphs) {
  const CommitId root = Add("root", {}, 1);
  const CommitId a1 = Add("a1", {root}, 2);
  const CommitId b1 = Add("b1", {root}, 3);
  const CommitId a2 = Add("a2", {a1}, 4);
  const CommitId b2 = Add("b2", {b1}, 5);
  const CommitId top = Add("top", {a2, b2}, 6);
  Publish();
  EXPECT_THAT(Messages(From({top}, LogOrder::kLines)),
              ElementsAre("top", "b2", "b1", "a2", "a1", "root"));
  EXPECT_THAT(Messages(From({top})), ElementsAre("top", "b2", "a2", "b1", "a1", "root"));
}

TEST_F(LogWalkTest, FirstParentsLeaveOutWhatWasMerged) {
  const CommitId root = Add("root", {}, 1);
  const CommitId side = Add("side", {root}, 2);
  const CommitId main = Add("main", {root}, 3);
  const CommitId top = Add("top", {main, side}, 4);
  Publish();
  LogOptions options = From({top});
  options.follow = FollowParents::kFirst;
  EXPECT_THAT(Messages(options), ElementsAre("top", "main", "root"));
}

TEST_F(LogWalkTest, StepNamesNoParentThatIsLeftOut) {
  const CommitId root = Add("root", {}, 1);
  const CommitId side = Add("side", {root}, 2);
  const CommitId top = Add("top", {root, side}, 3);
  Publish();
  LogOptions options = From({top});
  options.without = {root};
  LogWalk walk(*repository_, options);
  EXPECT_THAT(walk.Next()->parents, ElementsAre(side));
  EXPECT_THAT(walk.Next()->parents, IsEmpty());
  EXPECT_FALSE(walk.Next());
}

TEST_F(LogWalkTest, RandomGraphsShowWhatIsReachableAfterItsChildren) {
  const char* given = std::getenv("PVC_TEST_SEED");
  const auto seed = given != nullptr ? static_cast<uint32_t>(std::strtoul(given, nullptr, 10))
                                     : std::random_device()();
  SCOPED_TRACE("PVC_TEST_SEED=" + std::to_string(seed));
  std::mt19937 random(seed);
  std::vector<CommitId> commits;
  std::map<CommitId, std::set<CommitId>> ancestors;  // itself included
  for (int i = 0; i < 150; ++i) {
    std::set<CommitId> parents;
    for (auto n = commits.empty() ? 0 : random() % 4; n > 0; --n) {
      parents.insert(commits[commits.size() - 1 - random() % std::min<size_t>(commits.size(), 20)]);
    }
    const CommitId id = Add(std::to_string(i), {parents.begin(), parents.end()}, random() % 50);
    ancestors[id].insert(id);
    for (const CommitId& parent : parents) ancestors[id].merge(std::set(ancestors[parent]));
    commits.push_back(id);
  }
  Publish();
  for (int round = 0; round < 40; ++round) {
    LogOptions options;
    options.order = round % 2 == 0 ? LogOrder::kDate : LogOrder::kLines;
    std::set<CommitId> expected;
    for (auto n = 1 + random() % 4; n > 0; --n) {
      options.from.push_back(commits[random() % commits.size()]);
      expected.merge(std::set(ancestors[options.from.back()]));
    }
    for (auto n = random() % 3; n > 0; --n) {
      options.without.push_back(commits[random() % commits.size()]);
      for (const CommitId& id : ancestors[options.without.back()]) expected.erase(id);
    }
    std::set<CommitId> shown;
    LogWalk walk(*repository_, options);
    while (const auto step = walk.Next()) {
      for (const CommitId& parent : step->commit.parents) ASSERT_FALSE(shown.contains(parent));
      for (const CommitId& parent : step->parents) ASSERT_TRUE(expected.contains(parent));
      ASSERT_TRUE(shown.insert(step->id).second);
    }
    ASSERT_EQ(shown, expected);
  }
}

TEST_F(LogWalkTest, ReadsNoFartherThanItShows) {
  Commit commit;
  commit.snapshot = WriteEmptySnapshot(*batch_, 1);
  commit.author = commit.committer = SomeSignature();
  // Its parent is nowhere: to read it fails.
  commit.parents = {{SomeId("missing")}};
  commit.generation = 2;
  CommitId tip = WriteCommit(*batch_, commit);
  for (int i = 0; i < 3; ++i) {
    commit.parents = {tip};
    ++commit.generation;
    tip = WriteCommit(*batch_, commit);
  }
  Publish();
  LogWalk walk(*repository_, From({tip}));
  EXPECT_TRUE(walk.Next());
  EXPECT_TRUE(walk.Next());
}

TEST(CommitFilter, TextsAndDatesAreAllAskedFor) {
  Commit commit;
  commit.author = {"Ann", "ann@x.org", {5'000'000, 0}};
  commit.committer = {"Bob", "bob@x.org", {7'000'000, 0}};
  commit.message = "Raise prices\n\nby 3 %";
  CommitFilter filter;
  EXPECT_TRUE(filter.Matches(commit));
  filter.author = "Ann <ann@";
  filter.message = "3 %";
  filter.since = filter.until = Timestamp{7'000'000, 0};
  EXPECT_TRUE(filter.Matches(commit));
  filter.since = Timestamp{7'000'001, 0};
  EXPECT_FALSE(filter.Matches(commit));
  filter.since.reset();
  filter.message = "raise";
  EXPECT_FALSE(filter.Matches(commit));
  filter.ignore_case = true;
  EXPECT_TRUE(filter.Matches(commit));
  filter.no_merges = true;
  EXPECT_TRUE(filter.Matches(commit));
  commit.parents.resize(2);
  EXPECT_FALSE(filter.Matches(commit));
}

}  // namespace
}  // namespace pvc
