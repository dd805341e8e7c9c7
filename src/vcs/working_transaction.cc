#include "vcs/working_transaction.h"

#include <fmt/format.h>

#include <utility>

#include "base/error.h"
#include "vcs/update_journal.h"
#include "vcs/working_database.h"
#include "vcs/working_stamp.h"

namespace pvc {
namespace {

void RemoveJournalQuietly(Repository& repository) noexcept {
  try {
    RemoveUpdateJournal(repository);
  } catch (const std::exception&) {
    // The next command sees that what it says is done, and removes it.
  }
}

std::unique_ptr<Database> OpenWritable(const std::string& path) {
  try {
    return std::make_unique<Database>(path, Database::Options{.mode = Database::Mode::kReadWrite});
  } catch (Error& error) {
    if (error.kind() == ErrorKind::kNotADatabase || error.kind() == ErrorKind::kCorrupt) {
      error.AddHint("move the file away, then write it again as HEAD has it:  pvc restore");
    }
    throw;
  }
}

/// A handle that writes the working database durably.
std::unique_ptr<Database> OpenWriter(Repository& repository) {
  const std::string path = WorkingDatabasePath(repository);
  if (!repository.fs().Stat(path)) throw WorkingDatabaseGone(repository);
  auto writer = OpenWritable(path);
  writer->Execute("PRAGMA synchronous=EXTRA");
  try {
    writer->BeginWrite();
  } catch (Error& error) {
    if (error.kind() == ErrorKind::kBusy) {
      error.AddHint("when the other program is done, run the command again");
    }
    throw;
  }
  return writer;
}

}  // namespace

WorkingTransaction::WorkingTransaction(Repository& repository, const ImportProgressSink& progress)
    : repository_(repository), ignored_(repository.config()) {
  WorkingDatabasePath(repository);
  lock_ = LockWorkingDatabase(repository, LockKind::kExclusive);
  RefuseInterrupted(repository);
  RefuseChangedState(repository);
  writer_ = OpenWriter(repository);
  found_ = ScanWorkingDatabase(repository, progress);
}

WorkingTransaction::~WorkingTransaction() {
  if (writer_) RollBack();
}

// After a full disk SQLite gives up its lock and leaves the journal to whoever reads next: that is
// done here, so that the file is as it was.
void WorkingTransaction::RollBack() noexcept {
  writer_->Rollback();
  try {
    writer_->BeginRead();
  } catch (const std::exception&) {  // the next reader has the journal
  }
  writer_->Rollback();
}

bool WorkingTransaction::HasUncommittedChanges() {
  const auto head = repository_.HeadCommit();
  if (!head) return !found_.snapshot.catalog.empty();
  const Snapshot committed = repository_.GetSnapshot(repository_.GetCommit(*head).snapshot);
  return !HaveSameContent(repository_, *found_.nodes, committed, found_.snapshot);
}

bool WorkingTransaction::HasUnrecordedChanges() {
  const SnapshotId base = repository_.state().working_base;
  if (base == found_.id) return false;
  if (base.IsZero()) return !found_.snapshot.catalog.empty();
  return !HaveSameContent(repository_, *found_.nodes, repository_.GetSnapshot(base),
                          found_.snapshot, &ignored_);
}

OperationId WorkingTransaction::RecordFound(const Actor& actor) {
  StateChange change;
  change.working_base = found_.id;
  repository_.Publish(*found_.batch, change, actor.who, actor.command);
  found_.nodes.reset();
  found_.batch = repository_.store().BeginWrite(repository_.write_options());
  found_.nodes = std::make_unique<NodeReader>(*found_.batch);
  return repository_.operation_id();
}

WorkingTransaction::Result WorkingTransaction::Commit(const Snapshot& target, StateChange change,
                                                      const Actor& actor,
                                                      const DatabaseUpdateOptions& options) {
  if (HasUnrecordedChanges()) change.working_found = found_.id;
  if (HaveSameContent(repository_, *found_.nodes, found_.snapshot, target)) {
    writer_->Rollback();
    if (!change.working_base) change.working_base = found_.id;
    repository_.Publish(*found_.batch, change, actor.who, actor.command);
    return {};
  }
  const SnapshotId target_id = WriteSnapshot(*found_.batch, target);
  if (!change.working_base) change.working_base = target_id;
  // The journal names snapshots that must not get lost with this process; so does undo.
  PublishObjects(target_id, change);

  Result result;
  result.changed_database = true;
  DatabaseUpdateOptions update_options = options;
  update_options.ignored = &ignored_;
  result.update = UpdateDatabase(repository_, repository_.nodes(), *writer_, found_.snapshot,
                                 target, update_options);

  const UpdateJournal journal{repository_.operation_id(), found_.id, target_id, change, actor};
  WriteUpdateJournal(repository_, journal);
  try {
    writer_->Commit();
  } catch (Error& error) {
    RollBack();
    RemoveJournalQuietly(repository_);
    if (error.kind() == ErrorKind::kBusy) {
      throw Error(ErrorKind::kBusy,
                  fmt::format("cannot write '{}': another process is reading it and does not let "
                              "go of its shared lock",
                              repository_.state().working_path))
          .AddHint("when the other program is done, run the command again");
    }
    throw;
  }
  try {
    const auto batch = repository_.store().BeginWrite(repository_.write_options());
    repository_.Publish(*batch, change, actor.who, actor.command);
  } catch (const Error&) {
    TakeBack(journal, target);
    throw;
  }
  RemoveJournalQuietly(repository_);
  Stamp(target, target_id);
  return result;
}

// The update gave the file the content of `target` in one transaction, which counts the change
// counter up by one. What belongs to the file is as it was.
void WorkingTransaction::Stamp(const Snapshot& target, const SnapshotId& target_id) noexcept {
  if (!ignored_.empty() || !found_.version) return;
  DatabaseProperties properties = found_.snapshot.properties;
  properties.user_version = target.properties.user_version;
  properties.application_id = target.properties.application_id;
  if (properties != target.properties) return;
  try {
    writer_->BeginRead();
    const auto version = writer_->ReadFileVersion();
    if (version && version->change_counter() == found_.version->change_counter() + 1) {
      StampContent(repository_, *writer_, found_.path, version, target_id);
    }
  } catch (const std::exception&) {  // a cache
  }
  writer_->Rollback();
}

void WorkingTransaction::PublishObjects(const SnapshotId& target, const StateChange& change) {
  const auto is_stored = [this](const ObjectId& id) {
    return id.IsZero() || repository_.store().Describe(id).has_value();
  };
  // A stored snapshot or commit brings all that it refers to; pending work refers to more.
  bool all_stored = is_stored(found_.id.id) && is_stored(target.id) &&
                    (!change.pending || change.pending->empty());
  for (const RefUpdate& update : change.refs) all_stored &= is_stored(update.target);
  if (change.head) all_stored &= is_stored(change.head->detached.id);
  if (all_stored) return;
  while (true) {
    const ObjectId current = repository_.operation_id().id;
    if (found_.batch->Publish(current, current)) return;
    repository_.Refresh();
  }
}

// The database was changed and the repository could not be. What cannot be taken back here, or may
// have been recorded after all, is left to FinishInterrupted.
void WorkingTransaction::TakeBack(const UpdateJournal& journal, const Snapshot& target) noexcept {
  try {
    repository_.Refresh();
    if (IsRecorded(repository_, journal)) return;
    writer_->BeginWrite();
    const WorkingSnapshot now = ScanWorkingDatabase(repository_, nullptr);
    if (!HaveSameContent(repository_, *now.nodes, now.snapshot, target, &ignored_)) {
      writer_->Rollback();
      return;
    }
    DatabaseUpdateOptions options;
    options.ignored = &ignored_;
    UpdateDatabase(repository_, repository_.nodes(), *writer_, target, found_.snapshot, options);
    writer_->Commit();
    RemoveUpdateJournal(repository_);
  } catch (const std::exception&) {
    writer_->Rollback();
  }
}

}  // namespace pvc
