#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "tests/support/compare_databases.h"
#include "tests/support/raw_sqlite.h"
#include "tests/support/temp_folder.h"
#include "tests/vcs/vcs_fixture.h"
#include "vcs/export.h"
#include "vcs/import.h"

namespace pvc {

/// A repository in a temporary folder on the real disk, to import databases into and export them
/// from.
class ImportFixture : public testing::Test {
 protected:
  ImportFixture() : fs_(MakePosixFileSystem()) {
    Repository::Init(*fs_, folder_.path(), {}, SomeId("repository"), SomeSignature());
    repository_ = Repository::Open(*fs_, folder_.path());
  }

  struct Imported {
    SnapshotId id;
    Snapshot snapshot;
    ImportResult result;
    WriteStatistics statistics;
  };

  /// Imports a database and keeps its objects, under a commit on main.
  Imported Import(const std::string& path, const ImportOptions& options = {}) {
    const auto batch = repository_->store().BeginWrite({});
    Database db(path, {});
    Imported imported;
    imported.result = ImportDatabase(db, *repository_, *batch, options);
    imported.id = imported.result.snapshot;
    imported.snapshot = ReadSnapshot(*batch, imported.id);
    Commit commit;
    commit.snapshot = imported.id;
    commit.author = commit.committer = SomeSignature();
    StateChange change;
    change.refs.push_back({"refs/heads/main",
                           repository_->FindRef("refs/heads/main").value_or(ObjectId{}),
                           WriteCommit(*batch, commit).id});
    repository_->Publish(*batch, change, SomeSignature(), "import");
    imported.statistics = batch->statistics();
    return imported;
  }

  /// Snapshot id of a database, with nothing kept.
  SnapshotId Hash(const std::string& path, const ImportOptions& options = {}) {
    const auto batch = repository_->store().BeginWrite({});
    Database db(path, {});
    return ImportDatabase(db, *repository_, *batch, options).snapshot;
  }

  void ExpectExportEquals(const Snapshot& snapshot, const std::string& path) {
    const std::string copy = folder_ / "export.db";
    ExportOptions options;
    options.replace = true;
    ExportSnapshot(*repository_, snapshot, copy, options);
    EXPECT_EQ(CompareDatabases(path, copy), std::vector<std::string>());
  }

  TempFolder folder_;
  std::unique_ptr<FileSystem> fs_;
  std::unique_ptr<Repository> repository_;
};

}  // namespace pvc
