#include "vcs/export.h"

#include "tests/vcs/import_fixture.h"

namespace pvc {
namespace {

class ExportTest : public ImportFixture {
 protected:
  ExportTest() {
    RawDatabase db(folder_ / "a.db");
    db.Run(
        "CREATE TABLE t(id INTEGER PRIMARY KEY, v); INSERT INTO t VALUES(1, 'one');"
        "CREATE INDEX i ON t(v); CREATE TABLE u(x); CREATE TRIGGER g AFTER INSERT ON t BEGIN"
        " INSERT INTO u VALUES(new.id); END");
    snapshot_ = Import(folder_ / "a.db").snapshot;
  }

  ErrorKind ExportFails(const std::string& path, const ExportOptions& options = {}) {
    return ThrownError([&] { ExportSnapshot(*repository_, snapshot_, path, options); }).kind();
  }

  Snapshot snapshot_;
};

TEST_F(ExportTest, TriggersDoNotFire) {
  ExportSnapshot(*repository_, snapshot_, folder_ / "b.db", {});
  EXPECT_EQ(CompareDatabases(folder_ / "a.db", folder_ / "b.db"), std::vector<std::string>());
}

TEST_F(ExportTest, ExistingFileIsKeptUnlessReplacementIsAskedFor) {
  ReplaceFile(*fs_, folder_ / "b.db", "precious");
  EXPECT_EQ(ExportFails(folder_ / "b.db"), ErrorKind::kExists);
  EXPECT_EQ(ReadWholeFile(*fs_, folder_ / "b.db", 100), "precious");
  ExportOptions options;
  options.replace = true;
  ExportSnapshot(*repository_, snapshot_, folder_ / "b.db", options);
  EXPECT_EQ(CompareDatabases(folder_ / "a.db", folder_ / "b.db"), std::vector<std::string>());
}

// A stale journal would be played into the new file by the next program that opens it.
TEST_F(ExportTest, StaleJournalUnderTheNameIsRefused) {
  for (const char* suffix : {"-wal", "-journal"}) {
    ReplaceFile(*fs_, folder_ / "c.db" + suffix, "stale");
    EXPECT_EQ(ExportFails(folder_ / "c.db"), ErrorKind::kExists);
    fs_->Remove(folder_ / "c.db" + suffix);
  }
}

TEST_F(ExportTest, FolderThatIsNotThereIsNamed) {
  EXPECT_EQ(ExportFails(folder_ / "none/b.db"), ErrorKind::kNotFound);
}

TEST_F(ExportTest, LeavesNothingBehindWhenTheSchemaCannotBeCreated) {
  RawDatabase db(folder_ / "bad.db");
  db.Run(
      "CREATE TABLE t(a); PRAGMA writable_schema=ON;"
      "UPDATE sqlite_schema SET sql = 'CREATE TABLE t(a CHECK(no_such_function(a)))'");
  const Snapshot bad = Import(folder_ / "bad.db").snapshot;
  const auto before = fs_->ListDirectory(folder_.path());
  const Error error =
      ThrownError([&] { ExportSnapshot(*repository_, bad, folder_ / "out.db", {}); });
  EXPECT_NE(error.message().find("no_such_function"), std::string::npos) << error.message();
  EXPECT_EQ(fs_->ListDirectory(folder_.path()), before);
}

TEST_F(ExportTest, InterruptedExportLeavesNothingBehind) {
  RawDatabase db(folder_ / "big.db");
  db.Run(
      "CREATE TABLE t(id INTEGER PRIMARY KEY, v);"
      "WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i+1 FROM n WHERE i < 20000)"
      " INSERT INTO t SELECT i, i FROM n");
  const Snapshot big = Import(folder_ / "big.db").snapshot;
  const auto before = fs_->ListDirectory(folder_.path());
  ExportOptions options;
  options.progress = [](const ExportProgress&) { throw Error(ErrorKind::kInterrupted, "stopped"); };
  EXPECT_EQ(ThrownKind([&] { ExportSnapshot(*repository_, big, folder_ / "out.db", options); }),
            ErrorKind::kInterrupted);
  EXPECT_EQ(fs_->ListDirectory(folder_.path()), before);
}

}  // namespace
}  // namespace pvc
