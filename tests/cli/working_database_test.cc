#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/cli/run_binary.h"
#include "tests/support/raw_sqlite.h"
#include "tests/support/temp_folder.h"

namespace pvc {
namespace {

using testing::EndsWith;
using testing::HasSubstr;

/// app.db with tables of all kinds, committed once.
class WorkingDatabase : public testing::Test {
 protected:
  WorkingDatabase() : db_(folder() + "/app.db") {
    db_.Run(
        "CREATE TABLE users(id INTEGER PRIMARY KEY, name TEXT); INSERT INTO users VALUES(1,'ann');"
        "CREATE TABLE tags(name TEXT, n, PRIMARY KEY(name)) WITHOUT ROWID;"
        "INSERT INTO tags VALUES('a',1),('b',2);"
        "CREATE TABLE log(line); INSERT INTO log VALUES('x'),('x');"
        "CREATE VIRTUAL TABLE docs USING fts5(body); INSERT INTO docs VALUES('one two');"
        "CREATE TABLE counted(id INTEGER PRIMARY KEY AUTOINCREMENT); INSERT INTO counted "
        "VALUES(1)");
    EXPECT_EQ(Pvc({"init", "--import", "app.db", "-m", "first"}).exit_code, 0);
  }

  ProgramResult Pvc(const std::vector<std::string>& words) { return RunPvc(folder(), words); }
  /// The lines of `status --porcelain` behind the headers.
  std::string Changes() {
    const std::string text = Pvc({"status", "--porcelain"}).out;
    return text.substr(std::min(text.size(), text.find("# database app.db\n") + 18));
  }
  std::string Root() { return RunShell(folder(), "od -x .pvc/ROOT").out; }
  const std::string& folder() const { return scratch_.path(); }

  TempFolder scratch_;
  RawDatabase db_;
};

TEST_F(WorkingDatabase, UnchangedIsClean) { EXPECT_EQ(Changes(), ""); }

TEST_F(WorkingDatabase, ChangesInTablesOfAllKindsAreCountedAndCommitted) {
  db_.Run(
      "UPDATE users SET name = 'Ann'; DELETE FROM tags WHERE name = 'a';"
      "INSERT INTO log VALUES('x'); INSERT INTO counted VALUES(NULL)");
  EXPECT_EQ(Changes(),
            "M counted +1 ~0 -0\nM log +1 ~0 -0\nM sqlite_sequence +0 ~1 -0\n"
            "M tags +0 ~0 -1\nM users +0 ~1 -0\n");
  const ProgramResult commit = Pvc({"commit", "-m", "second"});
  EXPECT_EQ(commit.exit_code, 0) << commit.err;
  EXPECT_THAT(commit.out,
              EndsWith("] second\n 5 tables changed, 2 rows added, 2 changed, 1 removed\n"));
  EXPECT_EQ(Changes(), "");
  EXPECT_EQ(Pvc({"fsck"}).exit_code, 0);
}

TEST_F(WorkingDatabase, FullTextTableIsCommitted) {
  db_.Run("INSERT INTO docs VALUES('three four')");
  EXPECT_THAT(Changes(), HasSubstr("M docs_content +1 ~0 -0\n"));
  EXPECT_EQ(Pvc({"commit", "-m", "second"}).exit_code, 0);
  EXPECT_EQ(Changes(), "");
}

TEST_F(WorkingDatabase, VacuumThatRenumbersRowidsIsNoChange) {
  db_.Run("DELETE FROM log WHERE rowid = 1; INSERT INTO log VALUES('x'); VACUUM; ANALYZE");
  EXPECT_EQ(Changes(), "");
  EXPECT_EQ(Pvc({"commit", "-m", "nothing"}).exit_code, 1);
}

TEST_F(WorkingDatabase, OpenWriterInWalModeIsNotInTheWay) {
  db_.Run("PRAGMA journal_mode = WAL; INSERT INTO log VALUES('committed')");
  db_.Run("BEGIN IMMEDIATE; INSERT INTO log VALUES('not yet')");
  EXPECT_EQ(Changes(), "M log +1 ~0 -0\n");
  EXPECT_EQ(Pvc({"commit", "-m", "second"}).exit_code, 0);
  db_.Run("COMMIT");
  EXPECT_EQ(Changes(), "M log +1 ~0 -0\n");
}

TEST_F(WorkingDatabase, WriterThatHasNotCommittedInRollbackModeIsNotSeen) {
  db_.Run("BEGIN IMMEDIATE; INSERT INTO log VALUES('not yet')");
  EXPECT_EQ(Changes(), "");
  db_.Run("ROLLBACK");
}

TEST_F(WorkingDatabase, ExclusiveLockIsWaitedForAndThenNamed) {
  db_.Run("BEGIN EXCLUSIVE");
  const std::string root = Root();
  const ProgramResult commit = Pvc({"commit", "-m", "second"});
  EXPECT_EQ(commit.exit_code, 128);
  EXPECT_THAT(commit.err, HasSubstr("lock"));
  EXPECT_THAT(commit.err, HasSubstr("hint: when the other program is done, run the command again"));
  EXPECT_EQ(Root(), root);
}

TEST_F(WorkingDatabase, StatusAndDiffPublishNothing) {
  db_.Run("INSERT INTO log VALUES('y')");
  Pvc({"status"});  // makes the lock file
  const std::string before = RunShell(folder(), "ls -R .pvc; od -x .pvc/ROOT").out;
  Pvc({"status"});
  Pvc({"diff"});
  EXPECT_EQ(RunShell(folder(), "ls -R .pvc; od -x .pvc/ROOT").out, before);
}

TEST_F(WorkingDatabase, OnABranchWithoutCommitsEverythingIsNew) {
  const TempFolder other;
  RawDatabase(other / "app.db").Run("CREATE TABLE t(a)");
  ASSERT_EQ(RunPvc(other.path(), {"init"}).exit_code, 0);
  ASSERT_EQ(RunPvc(other.path(), {"import", "app.db", "-m", "first"}).exit_code, 0);
  EXPECT_THAT(RunPvc(other.path(), {"commit", "--amend", "-m", "again"}).out,
              testing::StartsWith("[main (root-commit) "));
}

TEST_F(WorkingDatabase, DateAndAuthorAreRecorded) {
  db_.Run("INSERT INTO log VALUES('y')");
  ASSERT_EQ(Pvc({"commit", "-m", "m", "--author=Bob <bob@x.org>", "--date=2026-05-01 13:04 +0200"})
                .exit_code,
            0);
  const std::string log = Pvc({"log", "-n", "1"}).out;
  EXPECT_THAT(log, HasSubstr("Author: Bob <bob@x.org>\nDate:   2026-05-01 13:04:00 +0200\n"));
  ASSERT_EQ(Pvc({"commit", "--amend", "--no-edit", "--author=Cy <cy@x.org>"}).exit_code, 0);
  EXPECT_THAT(Pvc({"log", "-n", "1"}).out,
              HasSubstr("Author: Cy <cy@x.org>\nDate:   2026-05-01 13:04:00 +0200\n"));
}

TEST_F(WorkingDatabase, MessageWithNulOrTooLongIsRefused) {
  db_.Run("INSERT INTO log VALUES('y')");
  const std::string root = Root();
  EXPECT_EQ(RunShell(folder(), "printf 'a\\0b' | $PVC commit -F -").exit_code, 128);
  EXPECT_EQ(
      RunShell(folder(), "head -c 20000000 /dev/zero | tr '\\0' a | $PVC commit -F -").exit_code,
      128);
  EXPECT_EQ(Root(), root);
}

TEST_F(WorkingDatabase, FailedInitWithImportLeavesAnotherRepositoryAlone) {
  const std::string root = Root();
  EXPECT_EQ(Pvc({"init", "--import", "missing.db"}).exit_code, 128);
  EXPECT_EQ(Root(), root);
}

}  // namespace
}  // namespace pvc
