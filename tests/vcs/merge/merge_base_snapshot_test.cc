#include "vcs/merge/merge_base_snapshot.h"

#include "tests/vcs/merge/merge_fixture.h"

namespace pvc {
namespace {

using testing::ElementsAre;

/// Two branches that merge each other's first commit, and so have two merge bases.
class CrissCrossTest : public MergeFixture {
 protected:
  /// Each side's first commit, and what its merge of the other's holds.
  void Cross(const std::string& base, const std::string& ours, const std::string& theirs,
             const std::string& our_outcome, const std::string& their_outcome) {
    BeginBranches(base, ours, theirs);
    const CommitId main = *repository_->HeadCommit();
    MergeAs(CommitId{*repository_->FindRef("refs/heads/try")}, our_outcome);
    SwitchTo("try");
    MergeAs(main, their_outcome);
    SwitchTo("main");
  }

 private:
  void MergeAs(const CommitId& commit, const std::string& outcome) {
    MergeRequest request = Request();
    request.theirs = commit;
    if (MergeRevision(*repository_, request, {}).outcome == MergeResult::Outcome::kConflicts) {
      Run(outcome);
      Resolve({}, Resolution::kWorking);
      Continue();
    } else if (!outcome.empty()) {
      Run(outcome);
      Commit("more");
    }
  }
};

constexpr const char* kBase =
    "CREATE TABLE t(id INTEGER PRIMARY KEY, v, w); INSERT INTO t VALUES(1, 'a', 0), (2, 'b', 0)";

TEST_F(CrissCrossTest, EqualOutcomesAgree) {
  Cross(kBase, "UPDATE t SET v = 'x' WHERE id = 1", "UPDATE t SET v = 'y' WHERE id = 1",
        "UPDATE t SET v = 'z' WHERE id = 1", "UPDATE t SET v = 'z' WHERE id = 1");
  EXPECT_EQ(Merge().outcome, MergeResult::Outcome::kMerged);
  EXPECT_EQ(Text("SELECT group_concat(v) FROM t"), "z,b");
}

TEST_F(CrissCrossTest, DifferentOutcomesConflict) {
  Cross(kBase, "UPDATE t SET v = 'x' WHERE id = 1", "UPDATE t SET v = 'y' WHERE id = 1",
        "UPDATE t SET v = 'x' WHERE id = 1", "UPDATE t SET v = 'y' WHERE id = 1");
  EXPECT_EQ(Merge().outcome, MergeResult::Outcome::kConflicts);
  EXPECT_THAT(Open(), ElementsAre("t:1 v"));
}

TEST_F(CrissCrossTest, ARowThatOneOutcomeRemovedAndTheOtherKeptIsInConflict) {
  Cross(kBase, "DELETE FROM t WHERE id = 1", "UPDATE t SET v = 'y' WHERE id = 1",
        "DELETE FROM t WHERE id = 1", "INSERT OR REPLACE INTO t VALUES(1, 'y', 0)");
  EXPECT_EQ(Merge().outcome, MergeResult::Outcome::kConflicts);
  EXPECT_THAT(Open(), ElementsAre("t:1"));
}

TEST_F(CrissCrossTest, ChangesOfBothBasesAreKept) {
  Cross(kBase, "UPDATE t SET v = 'x' WHERE id = 1", "UPDATE t SET w = 5 WHERE id = 1",
        "UPDATE t SET v = 'X' WHERE id = 2", "UPDATE t SET w = 7 WHERE id = 2");
  EXPECT_EQ(Merge().outcome, MergeResult::Outcome::kMerged);
  EXPECT_EQ(Text("SELECT group_concat(v || w) FROM t"), "x5,X7");
}

class CrissCrossWithoutKeyTest : public CrissCrossTest,
                                 public testing::WithParamInterface<const char*> {};

TEST_P(CrissCrossWithoutKeyTest, RowsInConflictAreRefusedWithTheWayOut) {
  Cross("CREATE TABLE t" + std::string(GetParam()) + "; INSERT INTO t VALUES(NULL, 0)",
        "UPDATE t SET w = 1", "UPDATE t SET w = 2", "UPDATE t SET w = 1", "UPDATE t SET w = 2");
  const Error error = ThrownError([&] { Merge(); });
  EXPECT_EQ(error.kind(), ErrorKind::kUnsupported);
  EXPECT_THAT(error.message(), testing::HasSubstr("rows of table 't' that have no key"));
  EXPECT_THAT(error.hints(), testing::Contains(testing::HasSubstr("pvc cherry-pick")));
}

INSTANTIATE_TEST_SUITE_P(Tables, CrissCrossWithoutKeyTest,
                         testing::Values("(v, w)", "(v, w, PRIMARY KEY(v))"));

}  // namespace
}  // namespace pvc
