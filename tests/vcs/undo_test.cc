#include "vcs/undo.h"

#include "tests/vcs/working_fixture.h"
#include "vcs/stash.h"

namespace pvc {
namespace {

class UndoTest : public WorkingFixture {
 protected:
  void MakeBranch(const std::string& name) {
    const auto batch = repository_->store().BeginWrite({});
    StateChange change;
    change.refs.push_back({"refs/heads/" + name, ObjectId{}, repository_->HeadCommit()->id});
    repository_->Publish(*batch, change, SomeSignature(), "branch " + name);
  }
};

TEST_F(UndoTest, CommitIsTakenBackAndItsChangesAreUncommittedAgain) {
  const CommitId first = Begin();
  Run("DELETE FROM t WHERE id = 1");
  Commit("second");
  Undo();
  EXPECT_EQ(repository_->HeadCommit(), first);
  EXPECT_EQ(Rows(), "2two 3three");
  EXPECT_FALSE(IsClean());
}

TEST_F(UndoTest, UndoAfterUndoGoesFurtherBackAndRedoForward) {
  Begin();
  MakeBranch("a");
  MakeBranch("b");
  Undo();
  EXPECT_FALSE(repository_->FindRef("refs/heads/b"));
  Undo();
  EXPECT_FALSE(repository_->FindRef("refs/heads/a"));
  Redo();
  EXPECT_TRUE(repository_->FindRef("refs/heads/a"));
  EXPECT_FALSE(repository_->FindRef("refs/heads/b"));
  Redo();
  EXPECT_TRUE(repository_->FindRef("refs/heads/b"));
  EXPECT_FALSE(PlanRedo(*repository_));
}

TEST_F(UndoTest, AnotherCommandAfterUndoBeginsANewFuture) {
  Begin();
  MakeBranch("a");
  Undo();
  MakeBranch("c");
  EXPECT_FALSE(PlanRedo(*repository_));
  Undo();
  EXPECT_FALSE(repository_->FindRef("refs/heads/c"));
  EXPECT_FALSE(repository_->FindRef("refs/heads/a"));
}

TEST_F(UndoTest, EverythingCanBeUndoneDownToTheEmptyRepository) {
  Begin();
  Run("DELETE FROM t WHERE id = 1");
  Commit("second");
  MakeBranch("a");
  int count = 0;
  while (PlanUndo(*repository_)) {
    Undo();
    ASSERT_LT(++count, 10);
  }
  EXPECT_EQ(count, 3);
  EXPECT_TRUE(repository_->ListRefs("").empty());
  while (PlanRedo(*repository_)) {
    Redo();
    ASSERT_LT(++count, 10);
  }
  EXPECT_TRUE(repository_->FindRef("refs/heads/a"));
  EXPECT_TRUE(IsClean());
}

TEST_F(UndoTest, ChangesMadeSinceAreNotOverwrittenUnlessAskedFor) {
  Begin();
  SwitchToNew("try");
  Run("UPDATE t SET v = 'x'");
  Commit("on try");
  SwitchTo("main");
  Run("INSERT INTO t VALUES(9, 'mine')");
  EXPECT_EQ(ThrownKind([&] { Undo(); }), ErrorKind::kInvalid);
  EXPECT_EQ(Rows(), "1one 2two 3three 9mine");
  const OperationId set_aside = Undo(/*discard=*/true).set_aside;
  EXPECT_EQ(Rows(), "1x 2x 3x");
  MakeBranch("meanwhile");
  CarryOut(*repository_, PlanRestore(*repository_, ResolveOperation(*repository_, set_aside.Hex())),
           Act("op restore"), {});
  EXPECT_EQ(Rows(), "1one 2two 3three 9mine");
}

TEST_F(UndoTest, ChangesThatACommitRecordedLaterStayWhereOlderCommandsAreTakenBack) {
  Begin();
  SwitchToNew("a");
  Run("INSERT INTO t VALUES(9, 'mine')");
  SwitchToNew("b");
  Commit("mine");
  Undo();  // the commit
  Undo();  // switch -c b, which left the database alone
  EXPECT_EQ(Rows(), "1one 2two 3three 9mine");
  EXPECT_EQ(repository_->state().head.branch, "a");
  Redo();
  Redo();
  EXPECT_EQ(Rows(), "1one 2two 3three 9mine");
  EXPECT_TRUE(IsClean());
}

TEST_F(UndoTest, UncommittedChangesThatUndoUncoveredAreNotOverwrittenByTheNext) {
  Begin();
  SwitchToNew("try");
  Run("UPDATE t SET v = 'x'");
  Commit("on try");
  SwitchTo("main");
  Run("INSERT INTO t VALUES(9, 'mine')");
  Commit("mine");
  Undo();  // the commit: its changes are uncommitted again
  EXPECT_EQ(ThrownKind([&] { Undo(); }), ErrorKind::kInvalid);
  EXPECT_EQ(Rows(), "1one 2two 3three 9mine");
}

TEST_F(UndoTest, TwoCommitsWithEditsBetweenAreUndoneAndDoneAgain) {
  Begin();
  Run("INSERT INTO t VALUES(8, 'a')");
  Commit("one");
  Run("INSERT INTO t VALUES(9, 'b')");
  const CommitId second = Commit("two").commit;
  Undo();
  Undo();
  EXPECT_EQ(Rows(), "1one 2two 3three 8a 9b");
  Redo();
  EXPECT_EQ(Rows(), "1one 2two 3three 8a 9b");
  Redo();
  EXPECT_EQ(repository_->HeadCommit(), second);
  EXPECT_TRUE(IsClean());
}

TEST_F(UndoTest, StashPushIsUndoneAndDoneAgain) {
  Begin();
  Run("INSERT INTO t VALUES(9, 'mine')");
  PushStash(*repository_, "", Act("stash push"), {});
  Undo();
  Undo();  // the import
  Redo();
  EXPECT_EQ(Rows(), "1one 2two 3three 9mine");
  Redo();
  EXPECT_EQ(Rows(), "1one 2two 3three");
  EXPECT_EQ(ListStash(*repository_).size(), 1U);
}

TEST_F(UndoTest, WhatRedoOverwroteIsInTheLog) {
  Begin();
  SwitchToNew("try");
  Run("UPDATE t SET v = 'x'");
  Commit("on try");
  SwitchTo("main");
  Undo();
  Run("INSERT INTO t VALUES(9, 'mine')");
  CheckoutOptions options;
  options.discard = true;
  const CheckoutResult done =
      CarryOut(*repository_, *PlanRedo(*repository_), Act("redo --discard"), options);
  EXPECT_EQ(Rows(), "1one 2two 3three");
  ASSERT_FALSE(done.set_aside.IsZero());
  CarryOut(*repository_,
           PlanRestore(*repository_, ResolveOperation(*repository_, done.set_aside.Hex())),
           Act("op restore"), {});
  EXPECT_EQ(Rows(), "1x 2x 3x 9mine");
}

TEST_F(UndoTest, ChangesMadeSinceStayWhereTheDatabaseNeedNotChange) {
  Begin();
  MakeBranch("a");
  Run("INSERT INTO t VALUES(9, 'mine')");
  Undo();
  EXPECT_EQ(Rows(), "1one 2two 3three 9mine");
  EXPECT_FALSE(repository_->FindRef("refs/heads/a"));
}

TEST_F(UndoTest, RestoreGoesToTheStateAfterAnOperation) {
  Begin();
  const OperationId imported = repository_->operation_id();
  SwitchToNew("try");
  Run("UPDATE t SET v = 'x'");
  Commit("on try");
  const UndoPlan plan =
      PlanRestore(*repository_, ResolveOperation(*repository_, imported.Hex().substr(0, 16)));
  CarryOut(*repository_, plan, Act("op restore"), {});
  EXPECT_EQ(Rows(), "1one 2two 3three");
  EXPECT_FALSE(repository_->FindRef("refs/heads/try"));
  EXPECT_TRUE(IsClean());
  Undo();
  EXPECT_EQ(Rows(), "1x 2x 3x");
  EXPECT_TRUE(repository_->FindRef("refs/heads/try"));
}

TEST_F(UndoTest, OperationsAreFoundByDistanceAndUnknownOnesAreNamed) {
  Begin();
  MakeBranch("a");
  EXPECT_EQ(ResolveOperation(*repository_, "@").operation.command, "branch a");
  EXPECT_EQ(ResolveOperation(*repository_, "@~1").operation.command, "import app.db");
  EXPECT_EQ(ResolveOperation(*repository_, "~").operation.command, "import app.db");
  EXPECT_EQ(ThrownKind([&] { ResolveOperation(*repository_, "@~99"); }), ErrorKind::kNotFound);
  EXPECT_EQ(ThrownKind([&] { ResolveOperation(*repository_, "zz"); }), ErrorKind::kNotFound);
}

class StashTest : public WorkingFixture {
 protected:
  StashPushResult Push(const std::string& message = "") {
    return PushStash(*repository_, message, Act("stash push"), {});
  }
  CheckoutResult Pop(size_t index = 0) {
    return ApplyStash(*repository_, index, true, Act("stash pop"), {});
  }
};

TEST_F(StashTest, PushCleansAndPopBringsBack) {
  Begin();
  Run("INSERT INTO t VALUES(9, 'mine'); CREATE TABLE u(a)");
  const StashPushResult pushed = Push();
  EXPECT_TRUE(pushed.entry);
  EXPECT_EQ(Rows(), "1one 2two 3three");
  EXPECT_TRUE(IsClean());
  EXPECT_EQ(ListStash(*repository_).size(), 1U);
  Pop();
  EXPECT_EQ(Rows(), "1one 2two 3three 9mine");
  EXPECT_EQ(Text("SELECT name FROM sqlite_schema WHERE name = 'u'"), "u");
  EXPECT_TRUE(ListStash(*repository_).empty());
}

TEST_F(StashTest, NothingToPushIsNoOperation) {
  Begin();
  const OperationId before = repository_->operation_id();
  EXPECT_FALSE(Push().entry);
  EXPECT_EQ(repository_->operation_id(), before);
}

TEST_F(StashTest, EntriesCountFromTheNewest) {
  Begin();
  Run("INSERT INTO t VALUES(8, 'eight')");
  Push("first");
  Run("INSERT INTO t VALUES(9, 'nine')");
  Push("second");
  const auto entries = ListStash(*repository_);
  ASSERT_EQ(entries.size(), 2U);
  EXPECT_EQ(repository_->GetCommit({entries[0].target}).message, "On main: second");
  Pop(1);
  EXPECT_EQ(Rows(), "1one 2two 3three 8eight");
}

TEST_F(StashTest, OnAnotherCommitItsChangesAreJoined) {
  Begin();
  Run("INSERT INTO t VALUES(9, 'mine')");
  Push();
  Run("UPDATE t SET v = 'x' WHERE id = 1");
  Commit("meanwhile");
  Pop();
  EXPECT_EQ(Rows(), "1x 2two 3three 9mine");
}

TEST_F(StashTest, WhatBothChangedIsRefusedAndTheEntryStays) {
  Begin();
  Run("UPDATE t SET v = 'stashed' WHERE id = 1");
  Push();
  Run("UPDATE t SET v = 'x' WHERE id = 1");
  Commit("meanwhile");
  const Error error = ThrownError([&] { Pop(); });
  EXPECT_EQ(error.kind(), ErrorKind::kInvalid);
  EXPECT_THAT(error.message(), testing::HasSubstr("'t'"));
  EXPECT_EQ(Rows(), "1x 2two 3three");
  EXPECT_EQ(ListStash(*repository_).size(), 1U);
}

TEST_F(StashTest, PopOverUncommittedChangesIsRefused) {
  Begin();
  Run("INSERT INTO t VALUES(9, 'mine')");
  Push();
  Run("INSERT INTO t VALUES(8, 'other')");
  EXPECT_EQ(ThrownKind([&] { Pop(); }), ErrorKind::kInvalid);
  EXPECT_EQ(Rows(), "1one 2two 3three 8other");
}

TEST_F(StashTest, UndoOfPushAndOfDropBringsEverythingBack) {
  Begin();
  Run("INSERT INTO t VALUES(9, 'mine')");
  Push();
  Undo();
  EXPECT_EQ(Rows(), "1one 2two 3three 9mine");
  EXPECT_TRUE(ListStash(*repository_).empty());
  Push();
  DropStash(*repository_, 0, Act("stash drop"));
  EXPECT_TRUE(ListStash(*repository_).empty());
  Undo();
  EXPECT_EQ(ListStash(*repository_).size(), 1U);
}

}  // namespace
}  // namespace pvc
