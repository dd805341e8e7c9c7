#include "tests/vcs/history_workshop.h"

#include <filesystem>

namespace pvc {

CommitId HistoryWorkshop::Commit(const std::string& message, const std::vector<CommitId>& parents,
                                 const std::string& sql) {
  const std::string path = folder_ / (std::to_string(databases_.size()) + ".db");
  if (!parents.empty()) std::filesystem::copy_file(databases_.at(parents[0]), path);
  {
    RawDatabase db(path);
    if (!sql.empty()) db.Run(sql);
  }
  const auto batch = repository_->store().BeginWrite({});
  Database db(path, {});
  pvc::Commit commit;
  commit.snapshot = ImportDatabase(db, *repository_, *batch, {}).snapshot;
  commit.parents = parents;
  for (const CommitId& parent : parents) {
    commit.generation = std::max(commit.generation, repository_->GetCommit(parent).generation + 1);
  }
  commit.author = commit.committer = SomeSignature();
  commit.message = message;
  const CommitId id = WriteCommit(*batch, commit);
  repository_->Publish(*batch, {}, SomeSignature(), "test");
  databases_[id] = path;
  return id;
}

void HistoryWorkshop::SetRef(const std::string& name, const ObjectId& target) {
  const auto batch = repository_->store().BeginWrite({});
  StateChange change;
  change.refs.push_back({name, repository_->FindRef(name).value_or(ObjectId{}), target});
  repository_->Publish(*batch, change, SomeSignature(), "test");
}

void HistoryWorkshop::Detach(const CommitId& id) {
  const auto batch = repository_->store().BeginWrite({});
  StateChange change;
  change.head = Head{"", id};
  repository_->Publish(*batch, change, SomeSignature(), "test");
}

}  // namespace pvc
