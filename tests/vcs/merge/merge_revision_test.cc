#include "vcs/merge/merge_revision.h"

#include "tests/vcs/merge/merge_fixture.h"
#include "vcs/fsck.h"

namespace pvc {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kBase =
    "CREATE TABLE t(id INTEGER PRIMARY KEY, v, w); INSERT INTO t VALUES(1, 'a', 0), (2, 'b', 0)";

class MergeRevisionTest : public MergeFixture {};

TEST_F(MergeRevisionTest, ADescendantIsFastForwardedTo) {
  Begin(kBase);
  SwitchToNew("try");
  Run("UPDATE t SET v = 'A' WHERE id = 1");
  const CommitId tip = Commit("theirs").commit;
  SwitchTo("main");
  EXPECT_EQ(Merge().outcome, MergeResult::Outcome::kFastForward);
  EXPECT_EQ(*repository_->HeadCommit(), tip);
  EXPECT_EQ(Text("SELECT v FROM t WHERE id = 1"), "A");
  EXPECT_EQ(Merge().outcome, MergeResult::Outcome::kUpToDate);
}

TEST_F(MergeRevisionTest, FastForwardOnlyRefusesBranchesThatParted) {
  BeginBranches(kBase, "UPDATE t SET v = 'x' WHERE id = 1", "UPDATE t SET v = 'y' WHERE id = 2");
  MergeRequest request = Request();
  request.fast_forward = FastForward::kOnly;
  const Error error = ThrownError([&] { MergeRevision(*repository_, request, {}); });
  EXPECT_EQ(error.kind(), ErrorKind::kInvalid);
  EXPECT_THAT(error.hints(), Contains(HasSubstr("pvc merge try")));
}

TEST_F(MergeRevisionTest, UncommittedChangesAreRefused) {
  BeginBranches(kBase, "UPDATE t SET v = 'x' WHERE id = 1", "UPDATE t SET v = 'y' WHERE id = 2");
  Run("INSERT INTO t VALUES(9, 'mine', 0)");
  const OperationId before = repository_->operation_id();
  EXPECT_EQ(ThrownKind([&] { Merge(); }), ErrorKind::kInvalid);
  EXPECT_EQ(repository_->operation_id(), before);
  EXPECT_EQ(Text("SELECT count(*) FROM t"), "3");
}

TEST_F(MergeRevisionTest, ADryRunChangesNothingAndListsConflicts) {
  BeginBranches(kBase, "UPDATE t SET v = 'x' WHERE id = 1", "UPDATE t SET v = 'y' WHERE id = 1");
  const OperationId before = repository_->operation_id();
  MergeRequest request = Request();
  request.is_dry_run = true;
  const MergeResult result = MergeRevision(*repository_, request, {});
  EXPECT_EQ(result.outcome, MergeResult::Outcome::kWouldConflict);
  EXPECT_THAT(Lines(*result.conflicts.nodes, result.conflicts.encoding, result.conflicts.conflicts),
              ElementsAre("t:1 v"));
  EXPECT_EQ(repository_->operation_id(), before);
  EXPECT_TRUE(IsClean());
}

TEST_F(MergeRevisionTest, IntoAnotherBranchLeavesTheWorkingDatabaseAlone) {
  BeginBranches(kBase, "UPDATE t SET v = 'x' WHERE id = 1", "UPDATE t SET v = 'y' WHERE id = 2");
  MergeRequest request = Request("main");
  request.into = "try";
  EXPECT_EQ(MergeRevision(*repository_, request, {}).outcome, MergeResult::Outcome::kMerged);
  EXPECT_EQ(Text("SELECT group_concat(v) FROM t"), "x,b");
  SwitchTo("try");
  EXPECT_EQ(Text("SELECT group_concat(v) FROM t"), "x,y");
  EXPECT_EQ(HeadCommitObject().message, "Merge branch 'main' into try");
}

TEST_F(MergeRevisionTest, SquashAndNoCommitLeaveTheMergeToBeCommitted) {
  for (const bool is_squash : {false, true}) {
    SCOPED_TRACE(is_squash);
    if (is_squash) {
      Abort();
    } else {
      BeginBranches(kBase, "UPDATE t SET v = 'x' WHERE id = 1",
                    "UPDATE t SET v = 'y' WHERE id = 2");
    }
    MergeRequest request = Request();
    (is_squash ? request.is_squash : request.no_commit) = true;
    EXPECT_EQ(MergeRevision(*repository_, request, {}).outcome, MergeResult::Outcome::kReady);
    EXPECT_EQ(Text("SELECT group_concat(v) FROM t"), "x,y");
  }
  Continue();
  EXPECT_EQ(HeadCommitObject().parents.size(), 1U);
}

TEST_F(MergeRevisionTest, ConflictsAreResolvedContinuedAndUndone) {
  EXPECT_THAT(
      MergeWithConflicts(kBase, "UPDATE t SET v = 'x', w = 1; INSERT INTO t VALUES(5, 'o', 0)",
                         "UPDATE t SET v = 'y', w = 2; INSERT INTO t VALUES(6, 'n', 0)"),
      ElementsAre("t:1 v w", "t:2 v w"));
  EXPECT_EQ(ThrownKind([&] { Continue(); }), ErrorKind::kInvalid);
  Resolve({"t:1:v"}, Resolution::kTheirs);
  EXPECT_THAT(Open(), ElementsAre("t:1 w", "t:2 v w"));
  EXPECT_EQ(Text("SELECT v || w FROM t WHERE id = 1"), "y1");
  Undo();
  EXPECT_THAT(Open(), ElementsAre("t:1 v w", "t:2 v w"));
  EXPECT_EQ(Text("SELECT v || w FROM t WHERE id = 1"), "x1");
  Resolve({"t:1"}, Resolution::kTheirs);
  Resolve({"t:2"}, Resolution::kSet, {{"v", "both"}, {"W", "7"}});
  EXPECT_THAT(Open(), IsEmpty());
  Continue();
  EXPECT_EQ(Text("SELECT group_concat(v || w, ' ') FROM t"), "y2 both7 o0 n0");
  EXPECT_EQ(HeadCommitObject().parents.size(), 2U);
  EXPECT_TRUE(repository_->state().pending.empty());
  EXPECT_TRUE(IsClean());
}

TEST_F(MergeRevisionTest, AbortGivesBackWhatWasThere) {
  MergeWithConflicts(kBase, "UPDATE t SET v = 'x'", "UPDATE t SET v = 'y', w = 5");
  EXPECT_EQ(Text("SELECT group_concat(v || w) FROM t"), "x5,x5");
  Abort();
  EXPECT_EQ(Text("SELECT group_concat(v || w) FROM t"), "x0,x0");
  EXPECT_TRUE(repository_->state().pending.empty());
  EXPECT_TRUE(IsClean());
  EXPECT_EQ(ThrownKind([&] { Abort(); }), ErrorKind::kNotFound);
}

TEST_F(MergeRevisionTest, AllResolutionsOfADeletedRow) {
  MergeWithConflicts(kBase, "DELETE FROM t WHERE id = 1; UPDATE t SET v = 'x' WHERE id = 2",
                     "UPDATE t SET v = 'y' WHERE id = 1; DELETE FROM t WHERE id = 2");
  Resolve({"t:1"}, Resolution::kTheirs);
  EXPECT_EQ(Text("SELECT group_concat(id || v) FROM t"), "1y,2x");
  Resolve({"t:2"}, Resolution::kBase);
  EXPECT_EQ(Text("SELECT group_concat(id || v) FROM t"), "1y,2b");
  Undo();
  Resolve({"t:2"}, Resolution::kDelete);
  EXPECT_EQ(Text("SELECT group_concat(id || v) FROM t"), "1y");
  EXPECT_THAT(Open(), IsEmpty());
}

TEST_F(MergeRevisionTest, WorkingTakesWhatSomebodyWroteMeanwhile) {
  MergeWithConflicts(kBase, "UPDATE t SET v = 'x' WHERE id = 1",
                     "UPDATE t SET v = 'y' WHERE id = 1");
  Run("UPDATE t SET v = 'by hand' WHERE id = 1");
  Resolve({}, Resolution::kWorking);
  Continue();
  EXPECT_EQ(Text("SELECT v FROM t WHERE id = 1"), "by hand");
}

TEST_F(MergeRevisionTest, RenumberedRowsTakeTheirReferencesAlong) {
  constexpr const char* kLinked =
      "CREATE TABLE p(id INTEGER PRIMARY KEY AUTOINCREMENT, name);"
      "CREATE TABLE c(id INTEGER PRIMARY KEY, p REFERENCES p(id));"
      "CREATE TABLE k(p REFERENCES p(id), note);"
      "INSERT INTO p VALUES(1, 'one'); INSERT INTO c VALUES(1, 1); INSERT INTO k VALUES(1, 'k')";
  EXPECT_THAT(
      MergeWithConflicts(
          kLinked,
          "INSERT INTO p VALUES(2, 'ours'); INSERT INTO c VALUES(10, 2); INSERT INTO k VALUES(2, "
          "'o')",
          "INSERT INTO p VALUES(2, 'theirs'), (3, 'more'); INSERT INTO c VALUES(20, 2), (21, 3);"
          "INSERT INTO k VALUES(2, 't'); UPDATE c SET p = 2 WHERE id = 1"),
      ElementsAre("p:2 name"));
  const ResolveResult result = Resolve({"p"}, Resolution::kRenumberTheirs);
  EXPECT_EQ(result.settled_rows, 1U);
  EXPECT_EQ(result.renumbered_references, 3U);
  EXPECT_THAT(Open(), IsEmpty());
  EXPECT_EQ(Text("SELECT group_concat(id || name, ' ') FROM p"), "1one 2ours 3more 4theirs");
  EXPECT_EQ(Text("SELECT group_concat(id || '>' || p, ' ') FROM c"), "1>4 10>2 20>4 21>3");
  EXPECT_EQ(Text("SELECT group_concat(p || note, ' ') FROM (SELECT * FROM k ORDER BY note)"),
            "1k 2o 4t");
  EXPECT_EQ(Text("SELECT seq FROM sqlite_sequence"), "4");
  Continue();
  EXPECT_EQ(Text("SELECT count(*) FROM pragma_foreign_key_check"), "0");
}

TEST_F(MergeRevisionTest, FavouredSideSettlesEveryConflict) {
  for (const FavoredSide side : {FavoredSide::kOurs, FavoredSide::kTheirs}) {
    if (side == FavoredSide::kOurs) {
      BeginBranches(kBase, "UPDATE t SET v = 'x'; DELETE FROM t WHERE id = 2",
                    "UPDATE t SET v = 'y', w = 1");
    } else {
      Undo();
    }
    MergeRequest request = Request();
    request.favor = side;
    EXPECT_EQ(MergeRevision(*repository_, request, {}).outcome, MergeResult::Outcome::kMerged);
    EXPECT_EQ(Text("SELECT group_concat(id || v || w) FROM t"),
              side == FavoredSide::kOurs ? "1x1" : "1y1,2y1");
  }
}

TEST_F(MergeRevisionTest, CrissCrossConflictsOnlyWhereTheSidesDiffer) {
  BeginBranches(kBase, "UPDATE t SET v = 'x' WHERE id = 1", "UPDATE t SET v = 'y' WHERE id = 1");
  // Both merge the other and settle it differently in row 1, and alike in what follows.
  const CommitId main = *repository_->HeadCommit();
  Merge();
  Resolve({}, Resolution::kOurs);
  Continue();
  SwitchTo("try");
  MergeRequest request = Request("main");
  request.theirs = main;
  EXPECT_EQ(MergeRevision(*repository_, request, {}).outcome, MergeResult::Outcome::kConflicts);
  Resolve({}, Resolution::kOurs);
  Run("UPDATE t SET w = 3 WHERE id = 2");
  Continue();
  SwitchTo("main");
  EXPECT_EQ(Merge().outcome, MergeResult::Outcome::kConflicts);
  EXPECT_THAT(Open(), ElementsAre("t:1 v"));
  EXPECT_EQ(Text("SELECT group_concat(v || w) FROM t"), "x0,b3");
}

TEST_F(MergeRevisionTest, OnADetachedHeadItsCommitIsStoredWhateverElseIs) {
  Begin(kBase);
  const CommitId start = *repository_->HeadCommit();
  SwitchToNew("try");
  Run("UPDATE t SET v = 'A' WHERE id = 1");
  Commit("theirs");
  SwitchTarget target;
  target.name = "start";
  target.head.detached = start;
  target.commit = start;
  SwitchHead(*repository_, target, Act("switch --detach start"), {});
  MergeRequest request = Request();
  request.fast_forward = FastForward::kNever;  // the snapshot is theirs', which is stored
  EXPECT_EQ(MergeRevision(*repository_, request, {}).outcome, MergeResult::Outcome::kMerged);
  EXPECT_EQ(HeadCommitObject().parents.size(), 2U);
  class Sink final : public FsckSink {
    void OnFinding(const std::string& text) override { ADD_FAILURE() << text; }
    void OnNote(const std::string&) override {}
  } sink;
  EXPECT_TRUE(CheckRepository(*repository_, sink).IsSound());
}

TEST_F(MergeRevisionTest, ResolvingByARowThatBreaksACheckIsRefused) {
  EXPECT_THAT(MergeWithConflicts("CREATE TABLE t(id INTEGER PRIMARY KEY, a, b, CHECK(a < b));"
                                 "INSERT INTO t VALUES(1, 1, 9)",
                                 "UPDATE t SET a = 5", "UPDATE t SET b = 3"),
              ElementsAre("t:1 CHECK(a < b)"));
  const Error error = ThrownError([&] { Resolve({"t:1"}, Resolution::kSet, {{"b", "2"}}); });
  EXPECT_EQ(error.kind(), ErrorKind::kInvalid);
  EXPECT_THAT(error.message(), HasSubstr("CHECK constraint failed"));
  EXPECT_EQ(Text("SELECT a || b FROM t"), "59");
  Resolve({"t:1"}, Resolution::kTheirs);
  EXPECT_EQ(Text("SELECT a || b FROM t"), "13");
}

TEST_F(MergeRevisionTest, UnrelatedHistoriesAreRefused) {
  Begin(kBase);
  const auto batch = repository_->store().BeginWrite({});
  pvc::Commit commit;
  commit.snapshot = repository_->GetCommit(*repository_->HeadCommit()).snapshot;
  commit.author = commit.committer = SomeSignature();
  commit.message = "other";
  const CommitId other = WriteCommit(*batch, commit);
  StateChange change;
  change.refs.push_back({"refs/heads/other", ObjectId{}, other.id});
  repository_->Publish(*batch, change, SomeSignature(), "test");
  EXPECT_EQ(ThrownKind([&] { Merge("other"); }), ErrorKind::kInvalid);
}

}  // namespace
}  // namespace pvc
