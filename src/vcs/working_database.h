#pragma once

#include <memory>
#include <string>

#include "base/error.h"
#include "vcs/actor.h"
#include "vcs/repository.h"

namespace pvc {

/// Absolute path of the database that the repository is bound to.
/// Throws: kNotFound when it is bound to none.
std::string WorkingDatabasePath(const Repository& repository);

/// The error for a bound database whose file is not there.
Error WorkingDatabaseGone(const Repository& repository);

/// Keeps other pvc processes from changing the working database together with HEAD: commands that
/// read both hold a shared lock, commands that change both an exclusive one. Programs that are not
/// pvc neither know nor need it; SQLite's own locks are between them and pvc.
///
/// Waits up to five seconds.   Throws: kBusy; kIo.
std::unique_ptr<FileLock> LockWorkingDatabase(Repository& repository, LockKind kind);
/// The same without waiting.   Returns: null when another pvc holds it.
std::unique_ptr<FileLock> TryLockWorkingDatabase(Repository& repository, LockKind kind);

/// Requires: the lock is held.
/// Throws:   kBusy when an interrupted command left something that FinishInterrupted has to end.
void RefuseInterrupted(Repository& repository);

/// Which state a change was decided on.
enum class DecidedOn {
  kItsRefs,     ///< the refs it updates, which are compared one by one
  kWholeState,  ///< all of the state as it was read: any operation since refuses the change
};

/// Publishes a change that leaves the working database alone, while no other pvc changes it.
/// Throws: kMoved; kBusy; what Repository::Publish throws.
void PublishState(Repository& repository, WriteBatch& batch, const StateChange& change,
                  const Actor& actor, DecidedOn decided_on);

/// Reads the current state under a lock just taken.
/// Throws: kMoved when it is not the one that the command has read before.
void RefuseChangedState(Repository& repository);

}  // namespace pvc
