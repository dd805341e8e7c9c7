#pragma once

#include <gtest/gtest.h>

#include <boost/filesystem.hpp>
#include <memory>
#include <string>
#include <vector>

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

  /// A copy of a database that no handle has open, in a file of that name.
  std::string Copy(const std::string& path, const std::string& name) {
    const std::string copy = folder_ / name;
    boost::filesystem::remove(copy);
    boost::filesystem::copy_file(path, copy);
    if (boost::filesystem::exists(path + "-wal")) {
      boost::filesystem::remove(copy + "-wal");
      boost::filesystem::copy_file(path + "-wal", copy + "-wal");
    }
    return copy;
  }

  /// Where the database differs from `to`: its schema, its rows, its order, its header numbers, and
  /// what PRAGMA integrity_check says. What belongs to the file does not count.
  std::vector<std::string> Differences(const std::string& path, const Snapshot& to) {
    const std::string exported = folder_ / "expected.db";
    ExportOptions options;
    options.replace = true;
    Snapshot wanted = to;
    wanted.properties.has_statistics = false;
    ExportSnapshot(*repository_, wanted, exported, options);
    std::vector<std::string> lines = CompareDatabases(exported, path);
    std::erase_if(lines, [](const std::string& line) {
      return line.starts_with("page_size: ") || line.starts_with("auto_vacuum: ") ||
             line.starts_with("journal_mode: ") ||
             line.starts_with("schema only in b: table 'sqlite_stat");
    });
    return lines;
  }

  TempFolder folder_;
  std::unique_ptr<FileSystem> fs_;
  std::unique_ptr<Repository> repository_;
};

}  // namespace pvc
