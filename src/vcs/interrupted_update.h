#pragma once

#include <optional>
#include <string>

#include "vcs/repository.h"

namespace pvc {

/// What became of a command that was interrupted while it changed the working database.
struct InterruptedUpdate {
  enum class Outcome {
    kFinished,   ///< the database had been changed: the repository followed
    kTakenBack,  ///< the database had not been changed: nothing happened
    kLeft,       ///< the database had been changed and the repository cannot follow any more: what
                 ///< differs shows as uncommitted changes
  };
  std::string command;  ///< "switch try"
  Outcome outcome = Outcome::kTakenBack;
};

/// Ends what an interrupted command left half done between the working database and the repository.
/// Rows are never touched: the database is old or new already, SQLite sees to that, and the
/// repository goes along with it. Where other programs have written since, the side decides that
/// differs in fewer rows.
///
/// Returns: nothing when there was nothing to do, or another pvc is at work on it.
/// Throws:  kCorrupt, kIo, what ImportDatabase throws.   Cost: one system call when there
///          is nothing to do, else a scan of the database.
std::optional<InterruptedUpdate> FinishInterrupted(Repository& repository);

}  // namespace pvc
