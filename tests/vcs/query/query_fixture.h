#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/vcs/import_fixture.h"
#include "tests/vcs/query/statement_answer.h"
#include "vcs/query/query_session.h"

namespace pvc {

/// A repository whose commits are queried beside the databases they were made of.
class QueryFixture : public ImportFixture {
 protected:
  std::unique_ptr<QuerySession> SessionAt(const std::string& revision,
                                          std::function<bool()> should_stop = {}) {
    QuerySession::Options options;
    options.revision = revision;
    options.now = [] { return SomeSignature().when; };
    options.should_stop = std::move(should_stop);
    return std::make_unique<QuerySession>(*repository_, std::move(options));
  }

  /// Makes a database with `sql` and commits it to main, on top of what is there.
  CommitId CommitDatabase(const std::string& sql) {
    const std::string path = folder_ / "made.db";
    boost::filesystem::remove(path);
    RawDatabase(path).Run(sql);
    return CommitFile(path);
  }

  CommitId CommitFile(const std::string& path) {
    const auto batch = repository_->store().BeginWrite({});
    Database db(path, {});
    Commit commit;
    commit.snapshot = ImportDatabase(db, *repository_, *batch, {}).snapshot;
    return Publish(*batch, std::move(commit));
  }

  /// Puts a commit on top of main.
  CommitId Publish(WriteBatch& batch, Commit commit) {
    commit.author = commit.committer = SomeSignature();
    const ObjectId before = repository_->FindRef("refs/heads/main").value_or(ObjectId{});
    if (!before.IsZero()) {
      commit.parents = {CommitId{before}};
      commit.generation = repository_->GetCommit(commit.parents[0]).generation + 1;
    }
    const CommitId id = WriteCommit(batch, commit);
    StateChange change;
    change.refs.push_back({"refs/heads/main", before, id.id});
    repository_->Publish(batch, change, SomeSignature(), "commit");
    return id;
  }

  /// Asks a commit in a session of its own.
  Answer Ask(const std::string& revision, const std::string& sql) {
    return AnswerOf(*SessionAt(revision), sql);
  }
};

}  // namespace pvc
