#include "vcs/working_snapshot.h"

#include <fmt/format.h>

#include <filesystem>

#include "base/error.h"

namespace pvc {
namespace {

std::string WorkingPath(Repository& repository) {
  const std::string& relative = repository.state().working_path;
  if (relative.empty()) {
    throw Error(ErrorKind::kNotFound, "there is no working database to compare with")
        .AddHint("pvc import app.db    (makes app.db the working database)")
        .AddHint("pvc diff HEAD~1 HEAD    (compares two commits)");
  }
  return (std::filesystem::path(repository.folder()) / relative).lexically_normal().string();
}

}  // namespace

WorkingSnapshot ReadWorkingSnapshot(Repository& repository, const ImportProgressSink& progress) {
  WorkingSnapshot working;
  working.path = WorkingPath(repository);
  if (!repository.fs().Stat(working.path)) {
    throw Error(ErrorKind::kNotFound,
                fmt::format("the working database '{}' is gone", repository.state().working_path))
        .AddHint(fmt::format("pvc export HEAD {}    (write the last commit again)", working.path));
  }
  Database db(working.path, {});

  ImportOptions options;
  options.progress = progress;
  if (const auto head = repository.HeadCommit()) {
    options.previous = repository.GetSnapshot(repository.GetCommit(*head).snapshot);
  }
  // Another process may publish meanwhile: the objects are then made visible on top of its state.
  const std::unique_ptr<WriteBatch> batch =
      repository.store().BeginWrite(repository.write_options());
  working.id = ImportDatabase(db, repository, *batch, options).snapshot;
  ObjectId current = repository.operation_id().id;
  if (batch->statistics().written_count != 0) {
    while (!batch->Publish(current, current)) current = repository.store().root().operation;
  }
  working.snapshot = repository.GetSnapshot(working.id);
  return working;
}

}  // namespace pvc
