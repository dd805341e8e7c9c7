#include "vcs/record_import.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "base/error.h"
#include "vcs/ignored_tables.h"
#include "vcs/merge/unfinished_merge.h"
#include "vcs/working_database.h"
#include "vcs/working_snapshot.h"

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

/// What the import says about the working database. Notes in `result` which one it replaces.
StateChange Bind(const Repository& repository, const RecordImportRequest& request,
                 RecordImportResult& result) {
  const Operation& state = repository.state();
  const std::string path = PathRelativeTo(repository.folder(), request.real_path);
  const bool is_bound = path == state.working_path;
  StateChange change;
  if (!request.track && !is_bound) return change;
  change.working_path = path;
  change.working_base = result.import.snapshot;
  if (is_bound && result.import.snapshot != state.working_base) {
    change.working_found = result.import.snapshot;
  }
  result.is_bound = !is_bound;
  if (!is_bound && !state.working_path.empty()) result.replaced_database = state.working_path;
  return change;
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
  RefuseUnfinished(repository.state(), "an import");
  Database db(request.path, {});

  const auto lock = LockWorkingDatabase(repository, LockKind::kShared);
  RefuseInterrupted(repository);
  RefuseChangedState(repository);
  RecordImportResult result;
  result.head = repository.state().head;
  if (const auto info = repository.fs().Stat(request.path)) result.source_bytes = info->size_bytes;

  const std::optional<CommitId> parent = repository.HeadCommit();
  std::optional<SnapshotId> parent_snapshot;
  const IgnoredTables ignored(repository.config());
  ImportOptions options;
  options.progress = request.progress;
  options.ignored = &ignored;
  if (parent) {
    parent_snapshot = repository.GetCommit(*parent).snapshot;
    options.previous = repository.GetSnapshot(*parent_snapshot);
  }

  const std::unique_ptr<WriteBatch> batch =
      repository.store().BeginWrite(repository.write_options());
  result.import = ImportDatabase(db, repository, *batch, options);
  if (options.previous) {
    NodeReader nodes(*batch);
    result.import.snapshot =
        WriteSnapshot(*batch, CarryIgnored(repository, nodes, *batch,
                                           ReadSnapshot(*batch, result.import.snapshot),
                                           *options.previous, ignored));
  }
  const StateChange binding = Bind(repository, request, result);
  if (parent_snapshot == result.import.snapshot) {
    result.commit = *parent;
    if (result.is_bound) {
      repository.Publish(*batch, binding, request.who, request.command);
    }
    result.statistics = batch->statistics();
    return result;
  }

  result.message = request.message.empty() ? "Import " + FileName(request.path) : request.message;
  std::vector<CommitId> parents;
  if (parent) parents.push_back(*parent);
  result.commit = WriteCommit(
      *batch, MakeCommit(repository, result.import.snapshot, parents, request.who, result.message));
  result.is_new = true;

  StateChange change = binding;
  if (const auto ref = repository.HeadRefName()) {
    change.refs.push_back({*ref, parent ? parent->id : ObjectId{}, result.commit.id});
  } else {
    change.head = Head{"", result.commit};
  }
  repository.Publish(*batch, change, request.who, request.command);
  result.statistics = batch->statistics();
  return result;
}

}  // namespace pvc
