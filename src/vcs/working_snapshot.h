#pragma once

#include <string>

#include "vcs/import.h"
#include "vcs/repository.h"

namespace pvc {

/// What the working database holds at this moment.
struct WorkingSnapshot {
  std::string path;  ///< of the working database, absolute
  SnapshotId id;
  Snapshot snapshot;
};

/// Reads the working database without committing it. Its objects are stored, so that it can be
/// compared like any other snapshot; nothing refers to them, a commit that follows finds them
/// there, and gc sweeps them otherwise.
///
/// Throws: kNotFound when no database is bound, or it is gone; what ImportDatabase throws.
WorkingSnapshot ReadWorkingSnapshot(Repository& repository, const ImportProgressSink& progress);

}  // namespace pvc
