#include "vcs/merge/sequence.h"

#include "tests/vcs/merge/merge_fixture.h"

namespace pvc {
namespace {

using testing::ElementsAre;

class SequenceTest : public MergeFixture {
 protected:
  static constexpr const char* kBase =
      "CREATE TABLE t(id INTEGER PRIMARY KEY, v); INSERT INTO t VALUES(1, 'a'), (2, 'b'), (3, 'c')";

  SequenceResult Pick(const std::vector<CommitId>& commits, uint32_t mainline = 0) {
    SequenceRequest request;
    request.actor = Act("cherry-pick");
    request.commits = commits;
    request.mainline = mainline;
    return RunSequence(*repository_, request, {});
  }

  std::string Rows() { return Text("SELECT group_concat(id || v, ' ') FROM t"); }
};

TEST_F(SequenceTest, MergeCommitsBehindAStopAreComparedWithTheParentAskedFor) {
  Begin(kBase);
  SwitchToNew("side");
  Run("UPDATE t SET v = 'side' WHERE id = 3");
  Commit("side");
  SwitchTo("main");
  SwitchToNew("try");
  Run("UPDATE t SET v = 'try' WHERE id = 1");
  const CommitId first = Commit("first").commit;
  MergeRequest merge = Request("side");
  const CommitId second = *MergeRevision(*repository_, merge, {}).commit;
  SwitchTo("main");
  Run("UPDATE t SET v = 'main' WHERE id = 1");
  Commit("ours");
  EXPECT_EQ(Pick({first, second}, 1).outcome, SequenceResult::Outcome::kConflicts);
  Resolve({}, Resolution::kOurs);
  Run("UPDATE t SET v = 'more' WHERE id = 2");
  const SequenceResult done = Continue(PendingKind::kCherryPick);
  EXPECT_EQ(done.outcome, SequenceResult::Outcome::kDone);
  EXPECT_EQ(done.made.size(), 2U);
  EXPECT_EQ(Rows(), "1main 2more 3side");
  EXPECT_EQ(HeadCommitObject().parents.size(), 1U);
}

TEST_F(SequenceTest, AMergeCommitIsRefusedWithoutAParentToCompareItWith) {
  Begin(kBase);
  SwitchToNew("try");
  Run("UPDATE t SET v = 'try' WHERE id = 1");
  Commit("theirs");
  SwitchTo("main");
  Run("UPDATE t SET v = 'main' WHERE id = 2");
  Commit("ours");
  const CommitId merge = *Merge().commit;
  EXPECT_EQ(ThrownKind([&] { Pick({merge}); }), ErrorKind::kInvalid);
  EXPECT_EQ(ThrownKind([&] { Pick({merge}, 3); }), ErrorKind::kInvalid);
  EXPECT_EQ(Rows(), "1try 2main 3c");
}

TEST_F(SequenceTest, CommitsThatBringNothingNewAreDropped) {
  Begin(kBase);
  SwitchToNew("try");
  Run("UPDATE t SET v = 'same' WHERE id = 1");
  const CommitId theirs = Commit("theirs").commit;
  SwitchTo("main");
  Run("UPDATE t SET v = 'same' WHERE id = 1");
  Commit("ours");
  const SequenceResult result = Pick({theirs});
  EXPECT_THAT(result.dropped, ElementsAre(theirs));
  EXPECT_TRUE(result.made.empty());
}

}  // namespace
}  // namespace pvc
