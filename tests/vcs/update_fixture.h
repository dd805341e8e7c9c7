#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tests/vcs/import_fixture.h"
#include "vcs/database_update.h"

namespace pvc {

/// Databases changed in place from one imported state to another.
class UpdateFixture : public ImportFixture {
 protected:
  /// Builds a database from a script, in a file of that name.
  std::string Build(const std::string& name, const std::string& script) {
    const std::string path = folder_ / name;
    RawDatabase(path).Run(script);
    return path;
  }

  /// A copy of `path`, changed further by `script`.
  std::string BuildFrom(const std::string& path, const std::string& name,
                        const std::string& script) {
    const std::string copy = Copy(path, name);
    RawDatabase(copy).Run(script);
    return copy;
  }

  DatabaseUpdateResult Update(const std::string& path, const Snapshot& from, const Snapshot& to,
                              const DatabaseUpdateOptions& options = {}) {
    Database db(path, {.mode = Database::Mode::kReadWrite});
    db.BeginWrite();
    try {
      const DatabaseUpdateResult result =
          UpdateDatabase(*repository_, repository_->nodes(), db, from, to, options);
      db.Commit();
      return result;
    } catch (...) {
      db.Rollback();
      throw;
    }
  }

  /// What the database holds, read again. The objects are those of snapshots in the repository
  /// unless it differs from all of them.
  Snapshot Read(const std::string& path) {
    const auto batch = repository_->store().BeginWrite({});
    Database db(path, {});
    const ImportResult result = ImportDatabase(db, *repository_, *batch, {});
    return ReadSnapshot(*batch, result.snapshot);
  }

  /// Expects `path` to hold exactly `to`, as read by both scanners of pvc and by SQLite.
  void ExpectHolds(const std::string& path, const Snapshot& to) {
    EXPECT_EQ(Differences(path, to), std::vector<std::string>());
    const Snapshot read = Read(path);
    EXPECT_EQ(read.catalog, to.catalog);
    EXPECT_EQ(read.properties.user_version, to.properties.user_version);
    EXPECT_EQ(read.properties.application_id, to.properties.application_id);
    RawDatabase raw(path, SQLITE_OPEN_READWRITE);
    raw.AcceptUnknownCollations();
    EXPECT_EQ(raw.Text("PRAGMA integrity_check"), "ok");
  }

  /// Updates copies of both databases to what the other holds, and back.
  void ExpectUpdatesBothWays(const std::string& a_path, const std::string& b_path) {
    const Snapshot a = Import(a_path).snapshot;
    const Snapshot b = Import(b_path).snapshot;
    const std::string path = Copy(a_path, "updated.db");
    Update(path, a, b);
    ExpectHolds(path, b);
    Update(path, b, a);
    ExpectHolds(path, a);
  }
};

}  // namespace pvc
