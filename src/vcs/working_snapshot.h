#pragma once

#include <memory>
#include <string>

#include "vcs/import.h"
#include "vcs/repository.h"

namespace pvc {

/// What the working database holds at this moment.
///
/// Lifetime: the repository outlives it.
struct WorkingSnapshot {
  std::string path;  ///< of the working database, absolute
  SnapshotId id;
  Snapshot snapshot;
  std::unique_ptr<WriteBatch> batch;  ///< unpublished: holds the objects, and forgets them
  std::unique_ptr<NodeReader> nodes;  ///< reads them and the repository's
};

/// Reads the working database without committing it: what the repository does not have goes into a
/// batch that is never published.
///
/// Throws: kNotFound when no database is bound, or it is gone; what ImportDatabase throws.
WorkingSnapshot ReadWorkingSnapshot(Repository& repository, const ImportProgressSink& progress);

}  // namespace pvc
