#include "vcs/working_database.h"

#include <fmt/format.h>

#include <chrono>
#include <filesystem>
#include <thread>

#include "base/error.h"
#include "vcs/update_journal.h"

namespace pvc {
namespace {

constexpr auto kLongestWait = std::chrono::seconds(5);
constexpr auto kPause = std::chrono::milliseconds(10);

}  // namespace

std::string WorkingDatabasePath(const Repository& repository) {
  const std::string& relative = repository.state().working_path;
  if (relative.empty()) {
    throw Error(ErrorKind::kNotFound, "there is no working database")
        .AddHint("pvc import FILE    (makes FILE the working database)");
  }
  return (std::filesystem::path(repository.folder()) / relative).lexically_normal().string();
}

Error WorkingDatabaseGone(const Repository& repository) {
  return Error(ErrorKind::kNotFound,
               fmt::format("the working database '{}' is gone", repository.state().working_path))
      .AddHint("write it again as HEAD has it:  pvc restore");
}

std::unique_ptr<FileLock> TryLockWorkingDatabase(Repository& repository, LockKind kind) {
  return repository.fs().TryLock(JoinPath(repository.pvc_path(), Repository::kWorkingLockName),
                                 kind);
}

void RefuseInterrupted(Repository& repository) {
  if (!HasUpdateJournal(repository)) return;
  throw Error(ErrorKind::kBusy, "an interrupted command left the working database half recorded")
      .AddHint("any pvc command finishes it or takes it back:  pvc status");
}

std::unique_ptr<FileLock> LockWorkingDatabase(Repository& repository, LockKind kind) {
  const auto give_up = std::chrono::steady_clock::now() + kLongestWait;
  while (true) {
    if (auto lock = TryLockWorkingDatabase(repository, kind)) return lock;
    if (std::chrono::steady_clock::now() >= give_up) {
      throw Error(ErrorKind::kBusy, "another pvc command is using the working database")
          .AddHint("wait for it to end, then run the command again");
    }
    std::this_thread::sleep_for(kPause);
  }
}

void RefuseChangedState(Repository& repository) {
  const OperationId seen = repository.operation_id();
  repository.Refresh();
  if (repository.operation_id() == seen) return;
  throw Error(ErrorKind::kMoved, "another pvc command changed the repository meanwhile")
      .AddHint("see where things stand:  pvc status")
      .AddHint("then run the command again");
}

void PublishState(Repository& repository, WriteBatch& batch, const StateChange& change,
                  const Actor& actor, DecidedOn decided_on) {
  const auto lock = LockWorkingDatabase(repository, LockKind::kShared);
  RefuseInterrupted(repository);
  if (decided_on == DecidedOn::kWholeState) RefuseChangedState(repository);
  repository.Publish(batch, change, actor.who, actor.command);
}

}  // namespace pvc
