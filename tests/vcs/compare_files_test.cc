#include "vcs/compare_files.h"

#include <filesystem>

#include "tests/vcs/import_fixture.h"
#include "vcs/diff.h"

namespace pvc {
namespace {

class ChangeCounter final : public DiffSink {
 public:
  void OnProperty(const PropertyChange&) override { ++changes; }
  void OnSchemaObject(const SchemaChange&) override { ++changes; }
  void BeginTable(const TableDiff&) override {}
  void OnRow(const TableDiff&, const RowChange&) override { ++changes; }
  void EndTable(const TableDiff&, const TableDiffCounts&) override {}

  int changes = 0;
};

class FileComparisonTest : public testing::Test {
 protected:
  FileComparisonTest() : fs_(MakePosixFileSystem()) {
    RawDatabase db(before_);
    db.Run("CREATE TABLE t(id INTEGER PRIMARY KEY, v); INSERT INTO t VALUES(1, zeroblob(9000))");
    RawDatabase other(after_);
    other.Run("CREATE TABLE t(id INTEGER PRIMARY KEY, v); INSERT INTO t VALUES(1, zeroblob(9000))");
  }

  int CountChanges() {
    FileComparison files(*fs_, folder_ / "compare-", before_, after_, nullptr);
    DiffOptions options;
    options.nodes = &files.nodes();
    ChangeCounter counter;
    DiffSnapshots(files.repository(), files.before(), files.after(), options, counter);
    return counter.changes;
  }

  std::vector<std::string> Names() { return fs_->ListDirectory(folder_.path()); }

  TempFolder folder_;
  std::unique_ptr<FileSystem> fs_;
  std::string before_ = folder_ / "before.db";
  std::string after_ = folder_ / "after.db";
};

TEST_F(FileComparisonTest, FilesOfEqualContentDoNotDiffer) { EXPECT_EQ(CountChanges(), 0); }

TEST_F(FileComparisonTest, RowsThatDifferAreFoundInWhatIsNotPublished) {
  RawDatabase(after_).Run("UPDATE t SET v = zeroblob(9001); INSERT INTO t VALUES(2, 'two')");
  EXPECT_EQ(CountChanges(), 2);
}

TEST_F(FileComparisonTest, TemporaryFolderIsPrivateWhileItLives) {
  const TemporaryFolder temporary(*fs_, folder_ / "private-");
  EXPECT_EQ(std::filesystem::status(temporary.path()).permissions(),
            std::filesystem::perms::owner_all);
}

TEST_F(FileComparisonTest, NothingIsLeftBehind) {
  const std::vector<std::string> before = Names();
  CountChanges();
  EXPECT_EQ(Names(), before);
}

TEST_F(FileComparisonTest, NothingIsLeftBehindByAFileThatCannotBeRead) {
  fs_->Remove(after_);
  const std::vector<std::string> before = Names();
  EXPECT_EQ(ThrownKind([&] { CountChanges(); }), ErrorKind::kNotFound);
  EXPECT_EQ(Names(), before);
}

TEST_F(FileComparisonTest, ErrorNamesTheFile) {
  RawDatabase db(after_);
  db.Run("PRAGMA writable_schema=ON; UPDATE sqlite_schema SET rootpage=99");
  const Error error = ThrownError([&] { CountChanges(); });
  EXPECT_EQ(error.kind(), ErrorKind::kCorrupt);
  EXPECT_NE(error.message().find(after_), std::string::npos) << error.message();
}

}  // namespace
}  // namespace pvc
