#pragma once

#include <optional>
#include <string>

#include "sqlite/database.h"
#include "vcs/repository.h"

namespace pvc {

/// Remembers in `.pvc/index` which snapshot the working database was last known to hold, and how
/// its file looked then, so that an unchanged file need not be read again. A cache: it may be
/// deleted at any time, and is worth nothing in WAL mode, where the file does not say whether it
/// changed.
///
/// A file is unchanged when SQLite's own version of it is the same (FileVersion), and the system's:
/// inode, size, times.   Format: docs/format.md#index

/// The snapshot that the working database at `path` still holds, if that is known.
/// Requires: a read transaction is open on `db`, its handle.   Cost: two system calls and a small
/// read.
std::optional<SnapshotId> FindStampedContent(Repository& repository, Database& db,
                                             const std::string& path);

/// Remembers that the file held `content`, which is stored, at `version`; does nothing when the
/// file has changed since, or the cache cannot be written. Requires: a transaction is open on `db`.
void StampContent(Repository& repository, Database& db, const std::string& path,
                  const std::optional<FileVersion>& version, const SnapshotId& content) noexcept;

/// The same with a handle of its own.
void StampContent(Repository& repository, const std::string& path,
                  const std::optional<FileVersion>& version, const SnapshotId& content) noexcept;

/// Reads the cache's file for damage.   Throws: kCorrupt, kIo.
void CheckStamp(FileSystem& fs, const std::string& pvc_path);

}  // namespace pvc
