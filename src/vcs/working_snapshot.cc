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
  working.batch = repository.store().BeginWrite(repository.write_options());
  working.id = ImportDatabase(db, repository, *working.batch, options).snapshot;
  working.snapshot = ReadSnapshot(*working.batch, working.id);
  working.nodes = std::make_unique<NodeReader>(*working.batch);
  return working;
}

}  // namespace pvc
