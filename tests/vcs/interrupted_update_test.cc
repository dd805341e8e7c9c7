#include "vcs/interrupted_update.h"

#include "tests/vcs/working_fixture.h"
#include "vcs/update_journal.h"
#include "vcs/working_database.h"

namespace pvc {
namespace {

UpdateJournal FullJournal() {
  UpdateJournal journal;
  journal.before = {SomeId("before")};
  journal.from = {SomeId("from")};
  journal.to = {SomeId("to")};
  journal.change.refs = {{"refs/heads/main", SomeId("a"), SomeId("b")},
                         {"refs/stash/1", ObjectId{}, SomeId("c")}};
  journal.change.head = Head{"try", {}};
  journal.change.working_path = "../app.db";
  journal.change.working_base = SnapshotId{SomeId("to")};
  journal.change.pending = Bytes("\0\1", 2);
  journal.change.working_found = {SomeId("found")};
  journal.change.restored = {SomeId("restored")};
  journal.actor = {SomeSignature(), "switch try"};
  return journal;
}

TEST(UpdateJournal, RoundTrips) {
  EXPECT_EQ(DecodeUpdateJournal(EncodeUpdateJournal(FullJournal())), FullJournal());
  UpdateJournal least;
  EXPECT_EQ(DecodeUpdateJournal(EncodeUpdateJournal(least)), least);
}

TEST(UpdateJournal, EveryAlteredByteAndEveryLengthIsRefused) {
  const Bytes good = EncodeUpdateJournal(FullJournal());
  for (size_t i = 0; i < good.size(); ++i) {
    Bytes bad = good;
    bad[i] = static_cast<char>(bad[i] ^ 0x41);
    EXPECT_EQ(ThrownKind([&] { DecodeUpdateJournal(bad); }), ErrorKind::kCorrupt) << i;
    EXPECT_EQ(ThrownKind([&] { DecodeUpdateJournal(good.substr(0, i)); }), ErrorKind::kCorrupt);
  }
}

/// A switch to branch try that died at some point: its journal is there.
class InterruptedUpdateTest : public WorkingFixture {
 protected:
  void SetUp() override {
    main_ = Begin();
    SwitchToNew("try");
    Run("UPDATE t SET v = 'x'; INSERT INTO t VALUES(4, 'four')");
    try_ = Commit("on try").commit;
    SwitchTo("main");
    UpdateJournal journal;
    journal.before = repository_->operation_id();
    journal.from = repository_->GetCommit(main_).snapshot;
    journal.to = repository_->GetCommit(try_).snapshot;
    journal.change.head = Head{"try", {}};
    journal.change.working_base = journal.to;
    journal.actor = {SomeSignature(1'800'000'000'000'000), "switch try"};
    WriteUpdateJournal(*repository_, journal);
    journal_ = journal;
  }

  void ChangeDatabase() { Run("UPDATE t SET v = 'x'; INSERT INTO t VALUES(4, 'four')"); }

  void ExpectFinished() {
    const auto done = FinishInterrupted(*repository_);
    ASSERT_TRUE(done);
    EXPECT_EQ(done->command, "switch try");
    EXPECT_EQ(done->outcome, InterruptedUpdate::Outcome::kFinished);
    EXPECT_EQ(repository_->state().head.branch, "try");
    EXPECT_FALSE(HasUpdateJournal(*repository_));
  }

  CommitId main_;
  CommitId try_;
  UpdateJournal journal_;
};

TEST_F(InterruptedUpdateTest, IsTakenBackWhenTheDatabaseWasNotChanged) {
  const auto done = FinishInterrupted(*repository_);
  ASSERT_TRUE(done);
  EXPECT_EQ(done->outcome, InterruptedUpdate::Outcome::kTakenBack);
  EXPECT_EQ(repository_->state().head.branch, "main");
  EXPECT_FALSE(HasUpdateJournal(*repository_));
  EXPECT_TRUE(IsClean());
}

TEST_F(InterruptedUpdateTest, IsFinishedWhenTheDatabaseWasChanged) {
  ChangeDatabase();
  ExpectFinished();
  EXPECT_TRUE(IsClean());
}

TEST_F(InterruptedUpdateTest, IsFinishedWhenOthersWroteSince) {
  ChangeDatabase();
  Run("INSERT INTO t VALUES(9, 'later')");
  ExpectFinished();
  EXPECT_FALSE(IsClean());
  EXPECT_EQ(Rows(), "1x 2x 3x 4four 9later");
}

TEST_F(InterruptedUpdateTest, IsTakenBackWhenOthersWroteSinceToTheOldState) {
  Run("INSERT INTO t VALUES(9, 'later')");
  EXPECT_EQ(FinishInterrupted(*repository_)->outcome, InterruptedUpdate::Outcome::kTakenBack);
  EXPECT_EQ(Rows(), "1one 2two 3three 9later");
}

TEST_F(InterruptedUpdateTest, JournalOfARecordedCommandIsRemoved) {
  ChangeDatabase();
  const auto batch = repository_->store().BeginWrite({});
  repository_->Publish(*batch, journal_.change, journal_.actor.who, journal_.actor.command);
  const OperationId recorded = repository_->operation_id();
  EXPECT_FALSE(FinishInterrupted(*repository_));
  EXPECT_FALSE(HasUpdateJournal(*repository_));
  EXPECT_EQ(repository_->operation_id(), recorded);
}

TEST_F(InterruptedUpdateTest, CommandsOnTheDatabaseWaitForIt) {
  EXPECT_EQ(ThrownKind([&] { ReadWorkingSnapshot(*repository_, nullptr); }), ErrorKind::kBusy);
  EXPECT_EQ(ThrownKind([&] { SwitchTo("try"); }), ErrorKind::kBusy);
}

TEST_F(InterruptedUpdateTest, IsLeftAloneWhileAnotherPvcIsAtWork) {
  const auto lock = LockWorkingDatabase(*repository_, LockKind::kExclusive);
  const auto other = Repository::Open(*fs_, folder_.path());
  EXPECT_FALSE(FinishInterrupted(*other));
  EXPECT_TRUE(HasUpdateJournal(*repository_));
}

TEST_F(InterruptedUpdateTest, WhatTheRepositoryCannotFollowStaysAsUncommittedChanges) {
  ChangeDatabase();
  UpdateJournal journal = journal_;
  journal.change.refs.push_back({"refs/heads/gone", SomeId("never there"), main_.id});
  WriteUpdateJournal(*repository_, journal);
  EXPECT_EQ(FinishInterrupted(*repository_)->outcome, InterruptedUpdate::Outcome::kLeft);
  EXPECT_EQ(repository_->state().head.branch, "main");
  EXPECT_EQ(Rows(), "1x 2x 3x 4four");
}

TEST_F(InterruptedUpdateTest, WhatWasOverwrittenIsInTheLogWhereTheRepositoryCannotFollow) {
  Run("INSERT INTO t VALUES(9, 'mine')");
  const auto batch = repository_->store().BeginWrite({});
  Database db(path_, {});
  UpdateJournal journal = journal_;
  journal.from = ImportDatabase(db, *repository_, *batch, {}).snapshot;
  journal.change.refs.push_back({"refs/heads/gone", SomeId("never there"), main_.id});
  const ObjectId current = repository_->operation_id().id;
  ASSERT_TRUE(batch->Publish(current, current));
  WriteUpdateJournal(*repository_, journal);
  Run("DELETE FROM t WHERE id = 9");
  ChangeDatabase();
  EXPECT_EQ(FinishInterrupted(*repository_)->outcome, InterruptedUpdate::Outcome::kLeft);
  const LoggedOperation kept = ResolveOperation(*repository_, "@~1");
  EXPECT_EQ(kept.operation.working_base, journal.from);
  CheckoutOptions options;
  options.discard = true;
  CarryOut(*repository_, PlanRestore(*repository_, kept), Act("op restore"), options);
  EXPECT_EQ(Rows(), "1one 2two 3three 9mine");
}

TEST_F(InterruptedUpdateTest, DamagedJournalIsPutAside) {
  const std::string path = repository_->pvc_path() + "/update";
  ReplaceFile(*fs_, path, "no journal at all");
  EXPECT_EQ(FinishInterrupted(*repository_)->outcome, InterruptedUpdate::Outcome::kLeft);
  EXPECT_FALSE(HasUpdateJournal(*repository_));
  EXPECT_TRUE(fs_->Stat(path + ".damaged"));
  EXPECT_TRUE(IsClean());
}

}  // namespace
}  // namespace pvc
