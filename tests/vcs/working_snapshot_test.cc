#include "vcs/working_snapshot.h"

#include "tests/vcs/import_fixture.h"
#include "vcs/diff.h"
#include "vcs/record_import.h"

namespace pvc {
namespace {

class RowCounter final : public DiffSink {
 public:
  void OnProperty(const PropertyChange&) override {}
  void OnSchemaObject(const SchemaChange&) override {}
  void BeginTable(const TableDiff&) override {}
  void OnRow(const TableDiff&, const RowChange& change) override {
    rows += 1;
    if (change.after != nullptr && change.after->cells.at(1).is_large) large_values += 1;
  }
  void EndTable(const TableDiff&, const TableDiffCounts&) override {}

  int rows = 0;
  int large_values = 0;
};

class WorkingSnapshotTest : public ImportFixture {
 protected:
  WorkingSnapshotTest() : db_(path_) {
    db_.Run(
        "CREATE TABLE t(id INTEGER PRIMARY KEY, v); INSERT INTO t VALUES(1, 'one'), (2, 'two')");
    RecordImportRequest request;
    request.path = request.real_path = path_;
    request.who = SomeSignature();
    RecordImport(*repository_, request);
  }

  RowCounter DiffWithHead() {
    const WorkingSnapshot working = ReadWorkingSnapshot(*repository_, nullptr);
    DiffOptions options;
    options.nodes = working.nodes.get();
    RowCounter counter;
    const Commit head = repository_->GetCommit(*repository_->HeadCommit());
    DiffSnapshots(*repository_, repository_->GetSnapshot(head.snapshot), working.snapshot, options,
                  counter);
    return counter;
  }

  std::string path_ = folder_ / "app.db";
  RawDatabase db_;
};

TEST_F(WorkingSnapshotTest, ChangedDatabaseIsComparedAndTheRepositoryStaysAsItWas) {
  db_.Run("UPDATE t SET v = 'edited' WHERE id = 1; INSERT INTO t VALUES(3, zeroblob(9000))");
  const Root root = repository_->store().root();
  const RowCounter counter = DiffWithHead();
  EXPECT_EQ(counter.rows, 2);
  EXPECT_EQ(counter.large_values, 1);
  repository_->Refresh();
  EXPECT_EQ(repository_->store().root(), root);
  EXPECT_EQ(fs_->ListDirectory(repository_->pvc_path() + "/packs").size(), root.packs.size());
  EXPECT_TRUE(fs_->ListDirectory(repository_->pvc_path() + "/incoming").empty());
}

TEST_F(WorkingSnapshotTest, UnchangedDatabaseHasNoDifference) { EXPECT_EQ(DiffWithHead().rows, 0); }

TEST_F(WorkingSnapshotTest, DatabaseThatIsGoneIsNamed) {
  fs_->Remove(path_);
  const Error error = ThrownError([&] { ReadWorkingSnapshot(*repository_, nullptr); });
  EXPECT_EQ(error.kind(), ErrorKind::kNotFound);
  EXPECT_NE(error.message().find("app.db"), std::string::npos);
  EXPECT_FALSE(error.hints().empty());
}

}  // namespace
}  // namespace pvc
