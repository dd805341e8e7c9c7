#include "vcs/interrupted_update.h"

#include "base/error.h"
#include "vcs/update_journal.h"
#include "vcs/working_database.h"
#include "vcs/working_snapshot.h"

namespace pvc {
namespace {

using Outcome = InterruptedUpdate::Outcome;

void Publish(Repository& repository, const StateChange& change, const UpdateJournal& journal,
             const std::string& command) {
  const auto batch = repository.store().BeginWrite(repository.write_options());
  repository.Publish(*batch, change, journal.actor.who, command);
}

/// Puts what the database held before the command into the operation log, so that it can be had
/// back whatever became of the file.
void RecordOldContent(Repository& repository, const UpdateJournal& journal) {
  StateChange there;
  there.working_base = journal.from;
  StateChange and_back;
  and_back.working_base = repository.state().working_base;
  Publish(repository, there, journal, "what the interrupted '" + journal.actor.command + "' found");
  Publish(repository, and_back, journal, "end of the interrupted '" + journal.actor.command + "'");
}

/// Whether the database is the new one, and whether that is beyond doubt.
struct Finding {
  bool was_changed = false;
  bool is_certain = false;
};

Finding Look(Repository& repository, const UpdateJournal& journal) {
  if (!repository.fs().Stat(WorkingDatabasePath(repository))) return {};
  WorkingSnapshot working = ScanWorkingDatabase(repository, nullptr);
  const IgnoredTables ignored(repository.config());
  const auto distance = [&](const SnapshotId& other) {
    return CountDifferences(repository, *working.nodes, repository.GetSnapshot(other),
                            working.snapshot, &ignored);
  };
  const uint64_t to_new = distance(journal.to);
  const uint64_t to_old = distance(journal.from);
  return {to_new < to_old, to_new == 0 || to_old == 0};
}

/// A journal that cannot be read says nothing any more: it is put aside.
InterruptedUpdate SetAside(Repository& repository) {
  SetAsideUpdateJournal(repository);
  return {"(its journal is damaged)", Outcome::kLeft};
}

}  // namespace

std::optional<InterruptedUpdate> FinishInterrupted(Repository& repository) {
  if (!HasUpdateJournal(repository)) return std::nullopt;
  const auto lock = TryLockWorkingDatabase(repository, LockKind::kExclusive);
  if (!lock) return std::nullopt;
  std::optional<UpdateJournal> journal;
  try {
    journal = ReadUpdateJournal(repository);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::kCorrupt) throw;
    return SetAside(repository);
  }
  if (!journal) return std::nullopt;
  repository.Refresh();
  if (IsRecorded(repository, *journal)) {
    RemoveUpdateJournal(repository);
    return std::nullopt;
  }
  InterruptedUpdate result{journal->actor.command, Outcome::kTakenBack};
  const Finding finding = Look(repository, *journal);
  if (finding.was_changed) {
    try {
      Publish(repository, journal->change, *journal, journal->actor.command);
      result.outcome = Outcome::kFinished;
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::kMoved) throw;
      result.outcome = Outcome::kLeft;
    }
  }
  if (!finding.is_certain || result.outcome == Outcome::kLeft) {
    RecordOldContent(repository, *journal);
  }
  RemoveUpdateJournal(repository);
  return result;
}

}  // namespace pvc
