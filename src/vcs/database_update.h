#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "sqlite/database.h"
#include "vcs/ignored_tables.h"
#include "vcs/repository.h"
#include "vcs/snapshot.h"

namespace pvc {

struct DatabaseUpdateProgress {
  std::string table;
  uint64_t rows_done = 0;
};

struct DatabaseUpdateOptions {
  /// Tables that are left as they are, with their indexes and triggers. Null: none.
  const IgnoredTables* ignored = nullptr;
  std::function<void(const DatabaseUpdateProgress&)> progress;
  /// Rows that break a CHECK are refused (kInvalid). Else they are written as they are: a commit may
  /// have them.
  bool enforce_checks = false;
};

/// What an update did.
struct DatabaseUpdateResult {
  uint64_t rows_deleted = 0;  ///< rows that were changed count in both
  uint64_t rows_inserted = 0;
  uint64_t objects_dropped = 0;  ///< schema objects
  uint64_t objects_created = 0;
};

/// Changes a database in place from one snapshot to another: only the rows and schema objects that
/// differ, in the caller's transaction. Afterwards a scan of the database gives `to` exactly,
/// rowids and the order of sqlite_schema included, but for what a file in use keeps: page size,
/// auto_vacuum, journal mode and statistics.
///
/// All rows that go are deleted before the first is inserted, so that rows may swap UNIQUE values;
/// no trigger and no foreign-key action runs. A table whose SQL text differs is dropped and made
/// anew.
///
/// Requires: `db` is open for writing, BeginWrite was called, and it holds exactly `from` (ignored
///           tables aside). `nodes` reads both snapshots.
/// Throws:   kUnsupported naming what cannot be done in place (another text encoding, rows whose
///           rowid SQL cannot name in a table with ...) and what to do instead; kInvalid naming the
///           schema object that cannot be created here; kIo (disk full), kCorrupt, kInterrupted
///           from `progress`. The caller rolls back then.
/// Cost:     O(changes), and O(rows) of tables that are made anew; bounded memory.
DatabaseUpdateResult UpdateDatabase(Repository& repository, NodeReader& nodes, Database& db,
                                    const Snapshot& from, const Snapshot& to,
                                    const DatabaseUpdateOptions& options);

}  // namespace pvc
