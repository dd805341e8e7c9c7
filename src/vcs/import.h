#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "engine/object_store.h"
#include "sqlite/database.h"
#include "vcs/ignored_tables.h"
#include "vcs/repository.h"
#include "vcs/snapshot.h"

namespace pvc {

/// Where an import stands. Called a few times a second at most.
struct ImportProgress {
  std::string table;
  uint64_t table_number = 0;
  uint64_t table_count = 0;
  uint64_t rows_done = 0;
  uint64_t bytes_done = 0;    ///< of rows as encoded
  uint64_t source_bytes = 0;  ///< size of the database file, for an estimate of the time left
};
using ImportProgressSink = std::function<void(const ImportProgress&)>;

struct TableImport {
  std::string name;
  uint64_t row_count = 0;
  uint64_t encoded_bytes = 0;
  double seconds = 0;
  std::vector<uint64_t> nodes_by_level;  ///< submitted, leaves first
  bool used_page_scanner = false;
  bool was_sorted = false;  ///< went through the external sort
};

struct ImportResult {
  SnapshotId snapshot;
  std::optional<FileVersion> version;  ///< of the file, as it was read; nothing in WAL mode
  std::vector<TableImport> tables;
  uint64_t row_count = 0;
};

struct ImportOptions {
  /// The snapshot this one follows: its nodes serve as delta bases. Never changes the result.
  std::optional<Snapshot> previous;
  /// Tables that are left out, with their indexes and triggers, and their rows of sqlite_sequence.
  /// Null: none.
  const IgnoredTables* ignored = nullptr;
  /// Memory for sorting tables whose scan order is not key order.
  size_t sort_bytes = 32U << 20;
  /// Reads through SQLite's query interface only; both ways give the same snapshot.
  bool avoid_page_scanner = false;
  ImportProgressSink progress;
};

/// Reads a whole database into `batch`, in one read transaction and memory that does not depend on
/// its size.
///
/// Returns: the snapshot, not yet published.
/// Throws:  kBusy, kCorrupt naming table and page, kNotADatabase, kUnsupported naming what cannot
/// be
///          versioned, kIo.
ImportResult ImportDatabase(Database& db, Repository& repository, WriteBatch& batch,
                            const ImportOptions& options);

}  // namespace pvc
