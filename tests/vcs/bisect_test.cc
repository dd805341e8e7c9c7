#include "vcs/bisect.h"

#include <gmock/gmock.h>

#include "tests/vcs/working_fixture.h"
#include "vcs/bisect_refs.h"
#include "vcs/pending_kind.h"

namespace pvc {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

/// main has commits 0 to 8; each adds a row of its number.
class BisectTest : public WorkingFixture {
 protected:
  BisectTest() {
    line_.push_back(Begin("CREATE TABLE t(id INTEGER PRIMARY KEY)"));
    for (int i = 1; i <= 8; ++i) line_.push_back(AddRow(i));
  }

  CommitId AddRow(int number) {
    Run("INSERT INTO t VALUES(" + std::to_string(number) + ")");
    return Commit("row " + std::to_string(number)).commit;
  }
  std::string LastRow() { return Text("SELECT max(id) FROM t"); }

  BisectStep Start(const std::optional<CommitId>& bad = {},
                   const std::vector<CommitId>& good = {}) {
    return StartBisect(*repository_, bad, good, Act("bisect start"), {});
  }
  BisectStep Mark(BisectVerdict verdict, std::vector<CommitId> commits = {}) {
    if (commits.empty()) commits.push_back(*repository_->HeadCommit());
    return MarkBisect(*repository_, verdict, commits, Act("bisect mark"), {});
  }
  BisectStep Bad(const std::vector<CommitId>& ids = {}) { return Mark(BisectVerdict::kBad, ids); }
  BisectStep Good(const std::vector<CommitId>& ids = {}) { return Mark(BisectVerdict::kGood, ids); }
  BisectStep Skip(const std::vector<CommitId>& ids = {}) { return Mark(BisectVerdict::kSkip, ids); }
  void Reset() { ResetBisect(*repository_, {}, Act("bisect reset"), {}); }

  std::vector<std::string> BisectRefs() {
    std::vector<std::string> names;
    for (const Ref& ref : repository_->ListRefs(kBisectPrefix)) {
      EXPECT_TRUE(ref.name.find('-') == std::string::npos || ref.name.ends_with(ref.target.Hex()));
      names.push_back(ref.name.substr(kBisectPrefix.size()));
    }
    return names;
  }

  std::vector<CommitId> line_;
};

TEST_F(BisectTest, FindsTheFirstBadCommitWithTheDatabaseAtEachStep) {
  BisectStep step = Start(line_[8], {line_[0]});
  int tests = 0;
  for (; step.stage == BisectStage::kTest; ++tests) {
    EXPECT_EQ(repository_->state().head, (Head{"", step.commit}));
    EXPECT_TRUE(IsClean());
    step = std::stoi(LastRow()) >= 6 ? Bad() : Good();
  }
  EXPECT_EQ(step.stage, BisectStage::kFound);
  EXPECT_EQ(step.commit, line_[6]);
  EXPECT_EQ(tests, 3);
}

TEST_F(BisectTest, SaysWhatIsMissing) {
  EXPECT_EQ(Start().stage, BisectStage::kNeedsBoth);
  EXPECT_EQ(Good({line_[0], line_[1]}).stage, BisectStage::kNeedsBad);
  EXPECT_EQ(repository_->state().head.branch, "main");
  const BisectStep step = Bad();
  EXPECT_EQ(step.stage, BisectStage::kTest);
  EXPECT_EQ(step.good_count, 2U);
  EXPECT_EQ(step.left_count, 2U);
  EXPECT_EQ(step.step_count, 2U);
  EXPECT_EQ(Start(line_[8]).stage, BisectStage::kNeedsGood);
}

TEST_F(BisectTest, KeepsWhatItNamesInRefs) {
  Start(line_[8], {line_[0]});
  Skip();
  EXPECT_THAT(BisectRefs(), ElementsAre("bad", StartsWith("good-"), StartsWith("skip-")));
  EXPECT_EQ(repository_->FindRef("refs/bisect/bad"), line_[8].id);
  const CommitId tested = repository_->state().head.detached;
  Bad();
  EXPECT_EQ(repository_->FindRef("refs/bisect/bad"), tested.id);
  Reset();
  EXPECT_THAT(BisectRefs(), IsEmpty());
  EXPECT_TRUE(repository_->state().pending.empty());
}

TEST_F(BisectTest, ResetGoesBackToTheBranch) {
  Start(line_[8], {line_[0]});
  EXPECT_EQ(LastRow(), "4");
  Reset();
  EXPECT_EQ(repository_->state().head.branch, "main");
  EXPECT_EQ(LastRow(), "8");
}

TEST_F(BisectTest, ResetGoesBackToADetachedHead) {
  SwitchTarget target;
  target.head.detached = line_[7];
  target.commit = line_[7];
  SwitchHead(*repository_, target, Act("switch"), {});
  Start(line_[8], {line_[0]});
  EXPECT_EQ(repository_->FindRef("refs/bisect/start"), line_[7].id);
  Reset();
  EXPECT_EQ(repository_->state().head, (Head{"", line_[7]}));
  EXPECT_EQ(LastRow(), "7");
}

TEST_F(BisectTest, ResetToABranchThatIsGoneIsRefused) {
  SwitchToNew("work");
  Start(line_[8], {line_[0]});
  const auto batch = repository_->store().BeginWrite({});
  StateChange change;
  change.refs.push_back({"refs/heads/work", line_[8].id, ObjectId{}});
  repository_->Publish(*batch, change, SomeSignature(), "branch -D work");
  EXPECT_EQ(ThrownKind([&] { Reset(); }), ErrorKind::kNotFound);
  ResetBisect(*repository_, Head{"", line_[2]}, Act("bisect reset"), {});
  EXPECT_EQ(LastRow(), "2");
}

TEST_F(BisectTest, UndoTakesAStepBackWhole) {
  Start(line_[8], {line_[0]});
  const Operation before = repository_->state();
  Bad();
  const Operation after = repository_->state();
  EXPECT_EQ(LastRow(), "2");
  Undo();
  EXPECT_EQ(LastRow(), "4");
  EXPECT_EQ(repository_->state().head, before.head);
  EXPECT_EQ(repository_->state().refs, before.refs);
  EXPECT_EQ(repository_->state().pending, before.pending);
  Redo();
  EXPECT_EQ(repository_->state().pending, after.pending);
  EXPECT_EQ(repository_->state().refs, after.refs);
  EXPECT_EQ(LastRow(), "2");
}

TEST_F(BisectTest, UncommittedChangesAreRefusedAndNothingIsSaid) {
  Start(line_[8], {line_[0]});
  const Operation before = repository_->state();
  Run("INSERT INTO t VALUES(99)");
  const Error error = ThrownError([&] { Good(); });
  EXPECT_EQ(error.kind(), ErrorKind::kInvalid);
  EXPECT_THAT(error.message(), HasSubstr("uncommitted changes in 'app.db' would be lost"));
  EXPECT_EQ(repository_->state(), before);
  EXPECT_EQ(LastRow(), "99");
}

TEST_F(BisectTest, DiscardOverwritesThemOnlyWhereHeadMoves) {
  Start(line_[2], {line_[0]});
  Run("INSERT INTO t VALUES(99)");
  CheckoutOptions options;
  options.discard = true;
  const BisectStep step =
      MarkBisect(*repository_, BisectVerdict::kBad, {line_[1]}, Act("bisect bad"), options);
  EXPECT_EQ(step.stage, BisectStage::kFound);
  EXPECT_EQ(LastRow(), "99");
  StartBisect(*repository_, line_[8], {line_[0]}, Act("bisect start"), options);
  EXPECT_EQ(LastRow(), "4");
}

TEST_F(BisectTest, OnlySkippedCommitsLeftAreListed) {
  Start(line_[4], {line_[0]});
  const BisectStep step = Skip({line_[1], line_[2], line_[3]});
  EXPECT_EQ(step.stage, BisectStage::kOnlySkippedLeft);
  EXPECT_THAT(step.suspects, ElementsAre(line_[4], line_[3], line_[2], line_[1]));
  EXPECT_EQ(ReadBisectStep(*repository_).suspects, step.suspects);
}

TEST_F(BisectTest, BadAndGoodMixedUpAreRefusedWithTheRightOrder) {
  const Error error = ThrownError([&] { Start(line_[0], {line_[8]}); });
  EXPECT_EQ(error.kind(), ErrorKind::kInvalid);
  EXPECT_THAT(error.hints().back(),
              HasSubstr("pvc bisect start " + line_[8].Short() + " " + line_[0].Short()));
  EXPECT_FALSE(FindBisect(repository_->state()));
  EXPECT_THAT(ThrownError([&] { Start(line_[3], {line_[3]}); }).message(),
              HasSubstr("both bad and good"));
}

TEST_F(BisectTest, WhatContradictsEarlierAnswersIsRefused) {
  Start(line_[8], {line_[0]});
  Good();
  const Operation before = repository_->state();
  EXPECT_EQ(ThrownKind([&] { Bad({line_[2]}); }), ErrorKind::kInvalid);
  EXPECT_EQ(repository_->state(), before);
}

TEST_F(BisectTest, StartingAnewBeginsAtTheOldBeginning) {
  Start(line_[8], {line_[0]});
  Start();
  EXPECT_EQ(repository_->state().head.branch, "main");
  EXPECT_EQ(LastRow(), "8");
  EXPECT_THAT(BisectRefs(), IsEmpty());
  Start(line_[8], {line_[0]});
  Start(line_[6], {line_[0]});
  Reset();
  EXPECT_EQ(repository_->state().head.branch, "main");
}

TEST_F(BisectTest, OtherUnfinishedWorkIsNotOverwritten) {
  const auto batch = repository_->store().BeginWrite({});
  StateChange change;
  change.pending = Bytes(1, static_cast<char>(PendingKind::kMerge));
  repository_->Publish(*batch, change, SomeSignature(), "merge try");
  EXPECT_EQ(ThrownError([&] { Start(); }).message(),
            "a merge is unfinished: a bisection has to wait");
  EXPECT_EQ(ThrownKind([&] { Good(); }), ErrorKind::kInvalid);
}

TEST_F(BisectTest, WithoutOneNothingCanBeSaid) {
  EXPECT_THAT(ThrownError([&] { Good(); }).hints(), ElementsAre(HasSubstr("pvc bisect start")));
}

/// Besides, `side` parts from main at commit 4 and has two commits of its own.
class BisectSideTest : public BisectTest {
 protected:
  BisectSideTest() {
    SwitchTarget target;
    target.head.branch = target.name = "side";
    target.commit = line_[4];
    target.refs.push_back({"refs/heads/side", ObjectId{}, line_[4].id});
    SwitchHead(*repository_, target, Act("switch -c side"), {});
    side_.push_back(AddRow(50));
    side_.push_back(AddRow(51));
    SwitchTo("main");
  }

  std::vector<CommitId> side_;
};

TEST_F(BisectSideTest, WhereAGoodCommitPartsIsTestedFirst) {
  const BisectStep step = Start(line_[8], {side_[1]});
  EXPECT_EQ(step.stage, BisectStage::kTestMergeBase);
  EXPECT_EQ(step.commit, line_[4]);
  EXPECT_EQ(LastRow(), "4");
  const BisectStep next = Good();
  EXPECT_EQ(next.stage, BisectStage::kTest);
  EXPECT_EQ(next.commit, line_[6]);
}

TEST_F(BisectSideTest, ABadOneThereMeansThatItWasMended) {
  Start(line_[8], {side_[1]});
  EXPECT_THAT(ThrownError([&] { Bad(); }).message(), HasSubstr("mended in between"));
}

TEST_F(BisectSideTest, ASkippedOneThereIsSaidOnce) {
  Start(line_[8], {side_[1]});
  const BisectStep step = Skip();
  EXPECT_EQ(step.stage, BisectStage::kTest);
  EXPECT_THAT(step.skipped_merge_bases, ElementsAre(line_[4]));
  EXPECT_THAT(Good().skipped_merge_bases, IsEmpty());
}

TEST_F(BisectSideTest, AGoodAncestorOfTheBadOneAnswersForItsOwnAncestors) {
  EXPECT_EQ(Start(line_[8], {side_[1], line_[5]}).stage, BisectStage::kTest);
}

TEST_F(BisectSideTest, CommitsMadeWhileBisectingCanBeJudged) {
  Start(line_[8], {line_[0]});
  const CommitId fix = AddRow(60);
  EXPECT_EQ(Good({fix}).stage, BisectStage::kTestMergeBase);
  EXPECT_EQ(Good().commit, line_[6]);
}

TEST_F(BisectSideTest, UnrelatedHistoriesAreRefused) {
  const auto batch = repository_->store().BeginWrite({});
  const CommitId other = WriteTestCommit(*batch, *batch, {}, "other");
  repository_->Publish(*batch, {}, SomeSignature(), "test");
  EXPECT_THAT(ThrownError([&] { Start(line_[8], {other}); }).message(),
              HasSubstr("no history in common"));
}

}  // namespace
}  // namespace pvc
