#include "vcs/checkout.h"

#include "tests/vcs/working_fixture.h"
#include "vcs/update_journal.h"

namespace pvc {
namespace {

using testing::Contains;
using testing::HasSubstr;

class CheckoutTest : public WorkingFixture {
 protected:
  /// Two branches: main as imported, try with another row and a changed one; main is current.
  void BeginTwoBranches() {
    Begin();
    SwitchToNew("try");
    Run("UPDATE t SET v = 'ZWEI' WHERE id = 2; INSERT INTO t VALUES(4, 'four')");
    Commit("on try");
    SwitchTo("main");
  }

  CheckoutResult Restore(const std::vector<DiffFilter>& parts,
                         std::optional<CommitId> source = {}) {
    return RestoreWorkingDatabase(*repository_, source.value_or(*repository_->HeadCommit()), parts,
                                  Act("restore"), {});
  }
};

TEST_F(CheckoutTest, SwitchGivesTheDatabaseTheContentOfTheBranch) {
  BeginTwoBranches();
  EXPECT_EQ(Rows(), "1one 2two 3three");
  const CheckoutResult result = SwitchTo("try");
  EXPECT_EQ(Rows(), "1one 2ZWEI 3three 4four");
  EXPECT_EQ(repository_->state().head.branch, "try");
  EXPECT_EQ(result.update.rows_inserted, 2U);
  EXPECT_EQ(result.update.rows_deleted, 1U);
  EXPECT_TRUE(IsClean());
  EXPECT_FALSE(HasUpdateJournal(*repository_));
}

TEST_F(CheckoutTest, UncommittedChangesAreRefusedWithTheWaysOutAndNothingHappens) {
  BeginTwoBranches();
  Run("INSERT INTO t VALUES(9, 'mine')");
  const OperationId before = repository_->operation_id();
  const Error error = ThrownError([&] { SwitchTo("try"); });
  EXPECT_EQ(error.kind(), ErrorKind::kInvalid);
  EXPECT_THAT(error.message(), HasSubstr("'app.db'"));
  EXPECT_THAT(error.hints(), Contains(HasSubstr("pvc commit -m")));
  EXPECT_THAT(error.hints(), Contains(HasSubstr("pvc stash push")));
  EXPECT_THAT(error.hints(), Contains(HasSubstr("pvc switch --discard try")));
  EXPECT_EQ(repository_->operation_id(), before);
  EXPECT_EQ(Rows(), "1one 2two 3three 9mine");
}

TEST_F(CheckoutTest, UncommittedChangesComeAlongWhereBothCommitsHoldTheSame) {
  Begin();
  Run("INSERT INTO t VALUES(9, 'mine')");
  SwitchToNew("try");
  EXPECT_EQ(repository_->state().head.branch, "try");
  EXPECT_EQ(Rows(), "1one 2two 3three 9mine");
}

TEST_F(CheckoutTest, DiscardedChangesComeBackByUndo) {
  BeginTwoBranches();
  Run("INSERT INTO t VALUES(9, 'mine')");
  EXPECT_TRUE(SwitchTo("try", /*discard=*/true).discarded);
  EXPECT_EQ(Rows(), "1one 2ZWEI 3three 4four");
  Undo();
  EXPECT_EQ(Rows(), "1one 2two 3three 9mine");
  EXPECT_EQ(repository_->state().head.branch, "main");
}

TEST_F(CheckoutTest, DiscardOverwritesAlsoWhereBothCommitsAreTheSame) {
  Begin();
  SwitchToNew("try");
  Run("INSERT INTO t VALUES(9, 'mine')");
  EXPECT_TRUE(SwitchTo("main", /*discard=*/true).discarded);
  EXPECT_EQ(Rows(), "1one 2two 3three");
  Undo();
  EXPECT_EQ(Rows(), "1one 2two 3three 9mine");
}

TEST_F(CheckoutTest, SwitchOfADatabaseThatIsGoneSaysHowToWriteItAgain) {
  BeginTwoBranches();
  fs_->Remove(path_);
  const Error error = ThrownError([&] { SwitchTo("try"); });
  EXPECT_EQ(error.kind(), ErrorKind::kNotFound);
  EXPECT_THAT(error.hints(), Contains(HasSubstr("pvc restore")));
  Restore({});
  EXPECT_EQ(Rows(), "1one 2two 3three");
}

TEST_F(CheckoutTest, SchemaChangesSwitchThereAndBack) {
  Begin(
      "CREATE TABLE t(id INTEGER PRIMARY KEY, v); INSERT INTO t VALUES(1, 'one');"
      "CREATE TABLE old(a); CREATE INDEX t_v ON t(v); CREATE VIEW w AS SELECT v FROM t");
  const std::string schema = Text("SELECT group_concat(name || sql, x'0a') FROM sqlite_schema");
  SwitchToNew("try");
  Run("ALTER TABLE t ADD COLUMN extra DEFAULT 7; DROP TABLE old; DROP INDEX t_v;"
      "CREATE TRIGGER tr AFTER INSERT ON t BEGIN DELETE FROM t; END");
  const std::string other = Text("SELECT group_concat(name || sql, x'0a') FROM sqlite_schema");
  Commit("schema");
  SwitchTo("main");
  EXPECT_EQ(Text("SELECT group_concat(name || sql, x'0a') FROM sqlite_schema"), schema);
  SwitchTo("try");
  EXPECT_EQ(Text("SELECT group_concat(name || sql, x'0a') FROM sqlite_schema"), other);
  EXPECT_EQ(Text("SELECT extra FROM t"), "7");
  EXPECT_EQ(Text("PRAGMA integrity_check"), "ok");
}

TEST_F(CheckoutTest, ResetSoftMovesTheBranchAndLeavesTheDatabase) {
  const CommitId first = Begin();
  Run("DELETE FROM t WHERE id = 1");
  Commit("second");
  ResetHead(*repository_, first, ResetKind::kSoft, Act("reset"), {});
  EXPECT_EQ(repository_->HeadCommit(), first);
  EXPECT_EQ(Rows(), "2two 3three");
  EXPECT_FALSE(IsClean());
}

TEST_F(CheckoutTest, ResetHardOverwritesAndUndoBringsBothBack) {
  const CommitId first = Begin();
  Run("DELETE FROM t WHERE id = 1");
  const CommitId second = Commit("second").commit;
  Run("DELETE FROM t WHERE id = 2");
  ResetHead(*repository_, first, ResetKind::kHard, Act("reset"), {});
  EXPECT_EQ(Rows(), "1one 2two 3three");
  Undo();
  EXPECT_EQ(Rows(), "3three");
  EXPECT_EQ(repository_->HeadCommit(), second);
}

TEST_F(CheckoutTest, RestoreOfATableLeavesTheOthers) {
  Begin(
      "CREATE TABLE t(id INTEGER PRIMARY KEY, v); CREATE TABLE u(id INTEGER PRIMARY KEY, v);"
      "INSERT INTO t VALUES(1, 'one'); INSERT INTO u VALUES(1, 'uno')");
  Run("UPDATE t SET v = 'x'; UPDATE u SET v = 'x'");
  Restore({{"t", std::nullopt}});
  EXPECT_EQ(Text("SELECT v FROM t"), "one");
  EXPECT_EQ(Text("SELECT v FROM u"), "x");
}

TEST_F(CheckoutTest, RestoreOfADroppedTableBringsItsIndexesAndTriggers) {
  Begin(
      "CREATE TABLE t(id INTEGER PRIMARY KEY, v); INSERT INTO t VALUES(1, 'one');"
      "CREATE INDEX t_v ON t(v); CREATE TRIGGER tr AFTER INSERT ON t BEGIN SELECT 1; END");
  Run("DROP TABLE t");
  Restore({{"t", std::nullopt}});
  EXPECT_EQ(Text("SELECT group_concat(name, ' ') FROM sqlite_schema"), "t t_v tr");
  EXPECT_TRUE(IsClean());
}

TEST_F(CheckoutTest, RestoreOfOneRowLeavesTheOthers) {
  Begin();
  Run("UPDATE t SET v = 'x'; DELETE FROM t WHERE id = 2");
  Restore({{"t", "2"}});
  EXPECT_EQ(Rows(), "1x 2two 3x");
}

TEST_F(CheckoutTest, RestoredRowOfATextKeyTakesAnotherRowidWhenItsOwnIsInUse) {
  Begin("CREATE TABLE t(id TEXT PRIMARY KEY, v); INSERT INTO t VALUES('a', 'one'), ('b', 'two')");
  Run("DELETE FROM t WHERE id = 'b'; INSERT INTO t(rowid, id, v) VALUES(2, 'c', 'three')");
  Restore({{"t", "b"}});
  EXPECT_EQ(Text("SELECT group_concat(id || v, ' ') FROM (SELECT * FROM t ORDER BY id)"),
            "aone btwo cthree");
  EXPECT_EQ(Text("PRAGMA integrity_check"), "ok");
}

TEST_F(CheckoutTest, RestoreOfWhatIsAsCommittedIsNoOperation) {
  Begin();
  const OperationId before = repository_->operation_id();
  EXPECT_FALSE(Restore({}).changed_database);
  EXPECT_EQ(repository_->operation_id(), before);
}

TEST_F(CheckoutTest, ReaderOfTheOldStateKeepsItInWalMode) {
  Run("PRAGMA journal_mode=WAL");
  BeginTwoBranches();
  RawDatabase reader(path_);
  reader.Run("BEGIN");
  EXPECT_EQ(reader.Text("SELECT count(*) FROM t"), "3");
  SwitchTo("try");
  EXPECT_EQ(reader.Text("SELECT count(*) FROM t"), "3");
  reader.Run("COMMIT");
  EXPECT_EQ(reader.Text("SELECT count(*) FROM t"), "4");
}

TEST_F(CheckoutTest, OpenHandleOfAnotherProgramSeesTheNewState) {
  BeginTwoBranches();
  RawDatabase program(path_);
  EXPECT_EQ(program.Text("SELECT count(*) FROM t"), "3");
  SwitchTo("try");
  EXPECT_EQ(program.Text("SELECT count(*) FROM t"), "4");
  program.Run("INSERT INTO t VALUES(5, 'five')");
  EXPECT_FALSE(IsClean());
}

TEST_F(CheckoutTest, IgnoredTablesAreLeftAsTheyAre) {
  Begin(
      "CREATE TABLE t(id INTEGER PRIMARY KEY, v); INSERT INTO t VALUES(1, 'one');"
      "CREATE TABLE cache_a(k, v); INSERT INTO cache_a VALUES(1, 2)");
  Config settings = repository_->config();
  settings.Set("table.cache_*.ignore", "true");
  repository_->UseSettings(settings);
  Run("INSERT INTO cache_a VALUES(3, 4); CREATE TABLE cache_b(x)");
  EXPECT_TRUE(IsClean());
  SwitchToNew("try");
  Run("UPDATE t SET v = 'try'");
  Commit("on try");
  Run("INSERT INTO cache_a VALUES(5, 6)");
  SwitchTo("main");
  EXPECT_EQ(Text("SELECT v FROM t"), "one");
  EXPECT_EQ(Text("SELECT count(*) FROM cache_a"), "3");
  EXPECT_EQ(Text("SELECT count(*) FROM sqlite_schema WHERE name = 'cache_b'"), "1");
  EXPECT_TRUE(IsClean());
}

TEST_F(CheckoutTest, CommandDecidedOnAnOlderStateIsRefusedBeforeTheDatabaseIsTouched) {
  BeginTwoBranches();
  const auto other = Repository::Open(*fs_, folder_.path());
  const auto batch = other->store().BeginWrite({});
  StateChange change;
  change.refs.push_back({"refs/heads/new", ObjectId{}, other->HeadCommit()->id});
  other->Publish(*batch, change, SomeSignature(), "branch new");
  EXPECT_EQ(ThrownKind([&] { SwitchTo("try"); }), ErrorKind::kMoved);
  EXPECT_EQ(Rows(), "1one 2two 3three");
  SwitchTo("try");
  EXPECT_EQ(Rows(), "1one 2ZWEI 3three 4four");
}

TEST_F(CheckoutTest, DiscardOnTheSameBranchDiscards) {
  Begin();
  Run("DELETE FROM t");
  EXPECT_TRUE(SwitchTo("main", /*discard=*/true).discarded);
  EXPECT_EQ(Rows(), "1one 2two 3three");
}

TEST_F(CheckoutTest, WhatACommandOverwroteIsReachedFromItsOperation) {
  const CommitId first = Begin();
  Run("INSERT INTO t VALUES(9, 'mine')");
  ResetHead(*repository_, first, ResetKind::kHard, Act("reset --hard"), {});
  const OperationId reset = repository_->operation_id();
  SwitchToNew("elsewhere");
  const UndoPlan plan =
      PlanRestoreBefore(*repository_, ResolveOperation(*repository_, reset.Hex()));
  CarryOut(*repository_, plan, Act("op restore --before"), {});
  EXPECT_EQ(Rows(), "1one 2two 3three 9mine");
}

TEST_F(CheckoutTest, ImportLeavesIgnoredTablesOut) {
  Begin("CREATE TABLE t(id INTEGER PRIMARY KEY, v); CREATE TABLE cache(k)");
  Config settings = repository_->config();
  settings.Set("table.cache.ignore", "true");
  repository_->UseSettings(settings);
  Run("INSERT INTO cache VALUES('secret'); INSERT INTO t VALUES(1, 'one')");
  RecordImportRequest request;
  request.path = request.real_path = path_;
  request.who = SomeSignature();
  RecordImport(*repository_, request);
  ExportOptions options;
  options.replace = true;
  ExportSnapshot(
      *repository_,
      repository_->GetSnapshot(repository_->GetCommit(*repository_->HeadCommit()).snapshot),
      folder_ / "out.db", options);
  EXPECT_EQ(RawDatabase(folder_ / "out.db").Integer("SELECT count(*) FROM cache"), 0);
}

}  // namespace
}  // namespace pvc
