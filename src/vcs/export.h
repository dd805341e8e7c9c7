#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "vcs/repository.h"
#include "vcs/snapshot.h"

namespace pvc {

struct ExportProgress {
  std::string table;
  uint64_t rows_done = 0;
  uint64_t row_count = 0;  ///< of all tables
};

struct ExportOptions {
  std::function<void(const ExportProgress&)> progress;
  /// Replaces an existing file instead of refusing.
  bool replace = false;
};

struct ExportResult {
  uint64_t table_count = 0;
  uint64_t row_count = 0;
  uint64_t file_bytes = 0;
};

/// Writes a snapshot as a stock SQLite file, durable when it returns: built beside `path` under a
/// temporary name, synced, renamed. Leaves nothing behind when it fails.
///
/// Throws: kExists; kUnsupported or kInvalid naming the schema object that cannot be created here
/// and what
///         it lacks; kIo; kCorrupt.
ExportResult ExportSnapshot(Repository& repository, const Snapshot& snapshot,
                            const std::string& path, const ExportOptions& options);

}  // namespace pvc
