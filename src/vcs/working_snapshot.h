#pragma once

#include <memory>
#include <string>

#include "vcs/import.h"
#include "vcs/repository.h"

namespace pvc {

/// What the working database holds at this moment.
///
/// Tables that settings ignore stand in it as HEAD's commit has them, so that comparing it with
/// HEAD finds no difference there and a commit of it carries them on.
///
/// Lifetime: the repository outlives it.
struct WorkingSnapshot {
  std::string path;  ///< of the working database, absolute
  SnapshotId id;
  Snapshot snapshot;
  std::optional<FileVersion> version;  ///< of the file, as it was read; nothing in WAL mode
  std::unique_ptr<WriteBatch> batch;  ///< unpublished: holds the objects, and forgets them
  std::unique_ptr<NodeReader> nodes;  ///< reads them and the repository's
  std::unique_ptr<FileLock> lock;  ///< shared: no other pvc changes the working database meanwhile
};

/// Reads the working database without committing it, unless its file is as it was when its content
/// was last known (working_stamp.h): what the repository does not have goes into a
/// batch, which a commit publishes and everything else forgets.
///
/// Throws: kNotFound when no database is bound, or it is gone; kBusy while another pvc changes it;
///         what ImportDatabase throws.
WorkingSnapshot ReadWorkingSnapshot(Repository& repository, const ImportProgressSink& progress);

/// The same without lock, for callers that hold it.
WorkingSnapshot ScanWorkingDatabase(Repository& repository, const ImportProgressSink& progress);

/// `scanned` with the tables that settings ignore as `committed` has them.
/// `nodes` reads both and what is put into `batch`.
Snapshot CarryIgnored(Repository& repository, NodeReader& nodes, WriteBatch& batch,
                      const Snapshot& scanned, const Snapshot& committed,
                      const IgnoredTables& ignored);

/// Whether two snapshots differ as content: rows, schema objects, user_version, application_id or
/// encoding. What belongs to the file (page size, journal mode, ...), the order of sqlite_schema
/// and rowids that are no key do not count.
///
/// `nodes` reads both. `ignored`: tables that do not count either; null: none.
/// Cost: O(1) for equal ids, else up to the first difference.
bool HaveSameContent(Repository& repository, NodeReader& nodes, const Snapshot& a,
                     const Snapshot& b, const IgnoredTables* ignored = nullptr);

/// In how many rows, schema objects and properties they differ, counted in the same way.
uint64_t CountDifferences(Repository& repository, NodeReader& nodes, const Snapshot& a,
                          const Snapshot& b, const IgnoredTables* ignored);

}  // namespace pvc
