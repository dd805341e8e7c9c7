#include "vcs/record_import.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "base/error.h"

namespace pvc {
namespace {

void RefuseInsideRepository(const Repository& repository, const RecordImportRequest& request) {
  const std::string prefix = repository.pvc_path() + "/";
  if (request.real_path.compare(0, prefix.size(), prefix) == 0) {
    throw Error(
        ErrorKind::kInvalid,
        fmt::format("cannot import '{}': it belongs to the repository itself", request.path))
        .AddHint("pvc import app.db    (a database outside .pvc)");
  }
}

std::string FileName(const std::string& path) {
  return std::filesystem::path(path).filename().string();
}

}  // namespace

std::string PathRelativeTo(const std::string& folder, const std::string& path) {
  return std::filesystem::path(path).lexically_relative(folder).string();
}

Commit MakeCommit(Repository& repository, const SnapshotId& snapshot,
                  const std::vector<CommitId>& parents, const Signature& who, std::string message) {
  Commit commit;
  commit.snapshot = snapshot;
  commit.parents = parents;
  for (const CommitId& parent : parents) {
    commit.generation = std::max(commit.generation, repository.GetCommit(parent).generation + 1);
  }
  commit.author = who;
  commit.committer = who;
  commit.message = std::move(message);
  return commit;
}

RecordImportResult RecordImport(Repository& repository, const RecordImportRequest& request) {
  RefuseInsideRepository(repository, request);
  Database db(request.path, {});

  RecordImportResult result;
  result.head = repository.state().head;
  if (const auto info = repository.fs().Stat(request.path)) result.source_bytes = info->size_bytes;

  const std::optional<CommitId> parent = repository.HeadCommit();
  std::optional<SnapshotId> parent_snapshot;
  ImportOptions options;
  options.progress = request.progress;
  if (parent) {
    parent_snapshot = repository.GetCommit(*parent).snapshot;
    options.previous = repository.GetSnapshot(*parent_snapshot);
  }

  const std::unique_ptr<WriteBatch> batch =
      repository.store().BeginWrite(repository.write_options());
  result.import = ImportDatabase(db, repository, *batch, options);
  if (parent_snapshot == result.import.snapshot) {
    result.commit = *parent;
    result.statistics = batch->statistics();
    return result;
  }

  result.message = request.message.empty() ? "Import " + FileName(request.path) : request.message;
  std::vector<CommitId> parents;
  if (parent) parents.push_back(*parent);
  result.commit = WriteCommit(
      *batch, MakeCommit(repository, result.import.snapshot, parents, request.who, result.message));
  result.is_new = true;

  StateChange change;
  if (const auto ref = repository.HeadRefName()) {
    change.refs.push_back({*ref, parent ? parent->id : ObjectId{}, result.commit.id});
  } else {
    change.head = Head{"", result.commit};
  }
  change.working_path = PathRelativeTo(repository.folder(), request.real_path);
  change.working_base = result.import.snapshot;
  repository.Publish(*batch, change, request.who, request.command);
  result.statistics = batch->statistics();
  return result;
}

}  // namespace pvc
