#include "vcs/merge_base.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/vcs/history_fixture.h"

namespace pvc {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

class MergeBaseTest : public HistoryFixture {
 protected:
  std::vector<CommitId> Bases(const CommitId& a, const CommitId& b) {
    return MergeBases(*repository_, a, b);
  }
};

TEST_F(MergeBaseTest, OfACommitAndItselfIsTheCommit) {
  const CommitId root = Add("root", {});
  Publish();
  EXPECT_THAT(Bases(root, root), ElementsAre(root));
}

TEST_F(MergeBaseTest, OfACommitAndItsAncestorIsTheAncestor) {
  const CommitId root = Add("root", {});
  const CommitId middle = Add("middle", {root});
  const CommitId tip = Add("tip", {middle});
  Publish();
  EXPECT_THAT(Bases(tip, root), ElementsAre(root));
  EXPECT_THAT(Bases(root, tip), ElementsAre(root));
}

TEST_F(MergeBaseTest, OfAForkIsWhereItForked) {
  const CommitId root = Add("root", {});
  const CommitId fork = Add("fork", {root});
  const CommitId a = Add("a", {Add("a0", {fork})});
  const CommitId b = Add("b", {fork});
  Publish();
  EXPECT_THAT(Bases(a, b), ElementsAre(fork));
}

TEST_F(MergeBaseTest, MergingMovesIt) {
  const CommitId root = Add("root", {});
  const CommitId a = Add("a", {root});
  const CommitId b = Add("b", {root});
  const CommitId merged = Add("merged", {a, b});
  const CommitId b2 = Add("b2", {b});
  Publish();
  EXPECT_THAT(Bases(merged, b2), ElementsAre(b));
}

TEST_F(MergeBaseTest, OfUnrelatedHistoriesThereIsNone) {
  const CommitId a = Add("a", {Add("root a", {})});
  const CommitId b = Add("b", {});
  Publish();
  EXPECT_THAT(Bases(a, b), IsEmpty());
  EXPECT_FALSE(IsAncestor(*repository_, b, a));
}

TEST_F(MergeBaseTest, OfACrissCrossThereAreTwo) {
  const CommitId root = Add("root", {});
  const CommitId a = Add("a", {root});
  const CommitId b = Add("b", {root});
  const CommitId ab = Add("ab", {a, b});
  const CommitId ba = Add("ba", {b, a});
  Publish();
  EXPECT_THAT(Bases(ab, ba), UnorderedElementsAre(a, b));
  const std::vector<CommitId> bases = Bases(ba, ab);
  EXPECT_TRUE(std::is_sorted(bases.begin(), bases.end()));
}

TEST_F(MergeBaseTest, ACommonAncestorBelowAnotherByALongWayIsNoBase) {
  // "old" is a parent of a, and reached from "young" only through a long line.
  const CommitId old = Add("old", {});
  CommitId young = old;
  for (int i = 0; i < 20; ++i) young = Add("line " + std::to_string(i), {young});
  const CommitId a = Add("a", {old, young});
  const CommitId b = Add("b", {young, old});
  Publish();
  EXPECT_THAT(Bases(a, b), ElementsAre(young));
}

TEST_F(MergeBaseTest, RandomHistoriesAgreeWithBruteForce) {
  const uint32_t seed = Seed();
  SCOPED_TRACE("PVC_TEST_SEED=" + std::to_string(seed));
  std::mt19937 random(seed);
  const std::vector<CommitId> commits = AddRandom(random, 150);
  Publish();
  const auto closures = Closures(commits);
  for (int round = 0; round < 1500; ++round) {
    const CommitId a = commits[random() % commits.size()];
    const CommitId b = commits[random() % commits.size()];
    std::set<CommitId> common;
    std::set_intersection(closures.at(a).begin(), closures.at(a).end(), closures.at(b).begin(),
                          closures.at(b).end(), std::inserter(common, common.end()));
    std::vector<CommitId> best;
    for (const CommitId& id : common) {
      const bool is_best = std::none_of(common.begin(), common.end(), [&](const CommitId& other) {
        return other != id && closures.at(other).contains(id);
      });
      if (is_best) best.push_back(id);
    }
    ASSERT_EQ(Bases(a, b), best);
    ASSERT_EQ(IsAncestor(*repository_, a, b), closures.at(b).contains(a));
  }
}

TEST_F(MergeBaseTest, LongChainsAreNotWalkedRecursively) {
  const CommitId tip = AddChain(100'000);
  const CommitId a = Add("a", {tip});
  const CommitId other = Add("other", {});
  Publish();
  EXPECT_THAT(Bases(a, other), IsEmpty());
  EXPECT_FALSE(IsAncestor(*repository_, other, a));
  EXPECT_THAT(Bases(a, tip), ElementsAre(tip));
}

TEST_F(MergeBaseTest, GenerationsThatDoNotFallAreCorruptAndEndTheWalk) {
  Commit commit;
  commit.snapshot = WriteEmptySnapshot(*batch_, 1);
  commit.author = commit.committer = SomeSignature();
  commit.generation = 5;
  commit.parents = {Add("root", {})};
  const CommitId parent = WriteCommit(*batch_, commit);
  commit.parents = {parent};
  const CommitId child = WriteCommit(*batch_, commit);
  Publish();
  EXPECT_EQ(ThrownKind([&] { Bases(child, parent); }), ErrorKind::kCorrupt);
}

}  // namespace
}  // namespace pvc
