#include "cli/compare_request.h"

#include "base/error.h"
#include "cli/diff_request.h"
#include "cli/import_progress.h"
#include "vcs/compare_files.h"

namespace pvc {
namespace {

std::shared_ptr<FileComparison> ReadFiles(CommandContext& context, const std::string& before_path,
                                          const std::string& after_path) {
  Environment& environment = context.environment;
  ProgressLine progress(environment, "reading");
  const std::string folder = environment.Variable("TMPDIR").value_or("/tmp");
  try {
    return std::make_shared<FileComparison>(
        environment.fs, JoinPath(folder, "pvc-diff-"), before_path, after_path,
        [&](const ImportProgress& at) { progress.Update(ToStatus(at)); });
  } catch (Error& error) {
    if (error.message().find(folder + "/pvc-diff-") != std::string::npos) {
      error.AddHint("use another temporary folder:  TMPDIR=. pvc diff --no-index X.db Y.db");
    }
    throw;
  }
}

}  // namespace

DiffInput CompareFiles(CommandContext& context, const std::string& before_path,
                       const std::string& after_path, const std::vector<std::string>& tables) {
  const std::shared_ptr<FileComparison> files = ReadFiles(context, before_path, after_path);
  const auto make_side = [&](const std::string& name, const Snapshot& snapshot) {
    DiffSide side;
    side.name = name;
    side.snapshot = snapshot;
    side.nodes = &files->nodes();
    side.keeps = files;
    return side;
  };
  DiffSide before = make_side(before_path, files->before());
  DiffSide after = make_side(after_path, files->after());
  std::vector<DiffFilter> filters;
  for (const std::string& word : tables) filters.push_back(ParseFilter(word, before, after));
  return MakeDiffInput(context.environment, files->repository(), std::move(before),
                       std::move(after), std::move(filters));
}

}  // namespace pvc
