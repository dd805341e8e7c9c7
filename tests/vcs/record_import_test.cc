#include "vcs/record_import.h"

#include <filesystem>

#include "tests/vcs/import_fixture.h"

namespace pvc {
namespace {

class RecordImportTest : public ImportFixture {
 protected:
  RecordImportTest() {
    RawDatabase(Path("app.db")).Run("CREATE TABLE t(a); INSERT INTO t VALUES(1)");
  }

  std::string Path(const std::string& name) const { return folder_ / name; }

  RecordImportResult Record(const std::string& name, bool track = true) {
    RecordImportRequest request;
    request.path = request.real_path = Path(name);
    request.who = SomeSignature();
    request.command = "import " + name;
    request.track = track;
    return RecordImport(*repository_, request);
  }

  void CopyTo(const std::string& name) { std::filesystem::copy_file(Path("app.db"), Path(name)); }
};

TEST_F(RecordImportTest, FirstImportBindsTheDatabase) {
  const RecordImportResult result = Record("app.db");
  EXPECT_TRUE(result.is_bound);
  EXPECT_FALSE(result.replaced_database);
  EXPECT_EQ(repository_->state().working_path, "app.db");
  EXPECT_EQ(repository_->state().working_base, result.import.snapshot);
}

TEST_F(RecordImportTest, UntrackedImportLeavesTheBinding) {
  Record("app.db");
  const SnapshotId base = repository_->state().working_base;
  CopyTo("other.db");
  RawDatabase(Path("other.db")).Run("INSERT INTO t VALUES(2)");
  const RecordImportResult result = Record("other.db", /*track=*/false);
  EXPECT_TRUE(result.is_new);
  EXPECT_FALSE(result.is_bound);
  EXPECT_EQ(repository_->HeadCommit(), result.commit);
  EXPECT_EQ(repository_->state().working_path, "app.db");
  EXPECT_EQ(repository_->state().working_base, base);
}

TEST_F(RecordImportTest, UntrackedImportOfTheWorkingDatabaseRecordsWhatItHolds) {
  Record("app.db");
  RawDatabase(Path("app.db")).Run("INSERT INTO t VALUES(2)");
  const RecordImportResult result = Record("app.db", /*track=*/false);
  EXPECT_EQ(repository_->state().working_base, result.import.snapshot);
}

TEST_F(RecordImportTest, UnchangedOtherFileIsBoundWithoutACommit) {
  const RecordImportResult first = Record("app.db");
  CopyTo("other.db");
  const RecordImportResult result = Record("other.db");
  EXPECT_FALSE(result.is_new);
  EXPECT_TRUE(result.is_bound);
  EXPECT_EQ(result.replaced_database, "app.db");
  EXPECT_EQ(repository_->HeadCommit(), first.commit);
  EXPECT_EQ(repository_->state().working_path, "other.db");
  EXPECT_EQ(repository_->state().command, "import other.db");
}

TEST_F(RecordImportTest, ChangesOfOtherProgramsAreNotedAsFound) {
  Record("app.db");
  EXPECT_TRUE(repository_->state().working_found.IsZero());
  RawDatabase(Path("app.db")).Run("INSERT INTO t VALUES(2)");
  const RecordImportResult result = Record("app.db");
  EXPECT_EQ(repository_->state().working_found, result.import.snapshot);
}

TEST_F(RecordImportTest, ImportWithoutAnythingToDoIsNoOperation) {
  Record("app.db");
  const OperationId before = repository_->operation_id();
  const RecordImportResult result = Record("app.db");
  EXPECT_FALSE(result.is_new);
  EXPECT_FALSE(result.is_bound);
  EXPECT_EQ(repository_->operation_id(), before);
}

}  // namespace
}  // namespace pvc
