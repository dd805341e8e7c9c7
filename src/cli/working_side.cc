#include "cli/working_side.h"

#include <filesystem>

#include "base/error.h"
#include "cli/diff_request.h"
#include "cli/import_progress.h"

namespace pvc {

WorkingSnapshot ReadWorking(CommandContext& context) {
  Repository& repository = context.repository();
  ProgressLine progress(context.environment, "reading");
  try {
    return ReadWorkingSnapshot(repository,
                               [&](const ImportProgress& at) { progress.Update(ToStatus(at)); });
  } catch (Error& error) {
    if (error.kind() == ErrorKind::kBusy) {
      error.AddHint("when the other program is done, run the command again");
    } else if (error.kind() == ErrorKind::kNotADatabase) {
      if (repository.HeadCommit()) {
        error.AddHint("write the last commit as a new file:  pvc export HEAD FILE");
      }
      error.AddHint("work with another database:  pvc import FILE");
    }
    throw;
  }
}

DiffSide WorkingSideOf(const WorkingSnapshot& working) {
  DiffSide side;
  side.name = std::filesystem::path(working.path).filename().string();
  side.is_working = true;
  side.snapshot = working.snapshot;
  side.nodes = working.nodes.get();
  return side;
}

DiffSide WorkingSide(CommandContext& context) {
  const auto working = std::make_shared<const WorkingSnapshot>(ReadWorking(context));
  DiffSide side = WorkingSideOf(*working);
  side.keeps = working;
  return side;
}

DiffSide HeadSide(Repository& repository) {
  const auto head = repository.HeadCommit();
  return head ? CommitSide(repository, *head, "HEAD") : EmptySide(repository);
}

}  // namespace pvc
