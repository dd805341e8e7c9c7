#pragma once

#include <functional>
#include <memory>
#include <string>

#include "sqlite/database.h"
#include "vcs/actor.h"
#include "vcs/database_update.h"
#include "vcs/update_journal.h"
#include "vcs/working_snapshot.h"

namespace pvc {

/// One change of the working database and of the repository's state, which happen both or not at
/// all.
///
/// While it lives no other program can write the database (BEGIN IMMEDIATE) and no other pvc reads
/// or changes database and HEAD together. Readers go on and see the old content until Commit, then
/// the new.
///
///     WorkingTransaction transaction(repository, progress);
///     if (transaction.HasUncommittedChanges()) throw ...;
///     transaction.Commit(target, change, actor);
///
/// Lifetime: the repository outlives it. Destroyed without Commit, it leaves everything as it was.
class WorkingTransaction {
 public:
  /// Takes the locks and reads what the database holds.
  /// Throws: kNotFound when no database is bound, or it is gone; kBusy naming the lock; kMoved when
  ///         another command changed the repository since its state was read; what
  ///         ImportDatabase throws.
  WorkingTransaction(Repository& repository, const ImportProgressSink& progress);
  ~WorkingTransaction();
  WorkingTransaction(const WorkingTransaction&) = delete;
  WorkingTransaction& operator=(const WorkingTransaction&) = delete;

  /// What the database holds. Objects put into its batch are stored by Commit.
  WorkingSnapshot& found() { return found_; }

  const IgnoredTables& ignored() const { return ignored_; }

  /// Whether the content differs from HEAD's commit; without one, whether there is any.
  bool HasUncommittedChanges();
  /// Whether the content differs from what the last command left there.
  bool HasUnrecordedChanges();

  /// Makes an operation of what the database holds, so that no undo or redo can pass it by.
  /// Returns: its id.
  OperationId RecordFound(const Actor& actor);

  struct Result {
    bool changed_database = false;
    DatabaseUpdateResult update;
  };
  /// Makes the database hold `target` and applies `change` to the repository's state; durable when
  /// it returns. Sets the change's working_base, unless it is set, and working_found.
  ///
  /// Throws: what UpdateDatabase and Repository::Publish throw; kIo, also when the disk is full.
  ///         Database and repository are as before then; if even that could not be done, the next
  ///         pvc command does it (FinishInterrupted).
  Result Commit(const Snapshot& target, StateChange change, const Actor& actor,
                const DatabaseUpdateOptions& options = {});

 private:
  void RollBack() noexcept;
  /// Stores what the change and the journal refer to, without an operation that does.
  void PublishObjects(const SnapshotId& target, const StateChange& change);
  void Stamp(const Snapshot& target, const SnapshotId& target_id) noexcept;
  void TakeBack(const UpdateJournal& journal, const Snapshot& target) noexcept;

  Repository& repository_;
  IgnoredTables ignored_;
  std::unique_ptr<FileLock> lock_;
  std::unique_ptr<Database> writer_;
  WorkingSnapshot found_;
};

}  // namespace pvc
