#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/raw_sqlite.h"
#include "tests/vcs/import_fixture.h"

namespace pvc {

/// A repository in which a test writes commits of databases, merges too: each is made by running
/// statements on a copy of its first parent's database.
class HistoryWorkshop : public ImportFixture {
 protected:
  /// Commits what `sql` makes of the first parent's database, or of an empty one.
  CommitId Commit(const std::string& message, const std::vector<CommitId>& parents,
                  const std::string& sql);

  /// Makes a ref ("refs/tags/v1") point to an object.
  void SetRef(const std::string& name, const ObjectId& target);
  /// Puts HEAD on a commit, without a branch.
  void Detach(const CommitId& id);

  /// Messages of commits, for readable expectations.
  std::string MessageOf(const CommitId& id) { return repository_->GetCommit(id).message; }

  /// The database that a commit was made of.
  const std::string& DatabaseOf(const CommitId& id) const { return databases_.at(id); }

  Snapshot SnapshotOf(const CommitId& id) {
    return repository_->GetSnapshot(repository_->GetCommit(id).snapshot);
  }

 private:
  std::map<CommitId, std::string> databases_;
};

}  // namespace pvc
