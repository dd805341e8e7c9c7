#pragma once

#include "engine/object_store.h"
#include "vcs/merge/conflict.h"
#include "vcs/merge/row_merge.h"
#include "vcs/merge/schema_merge.h"
#include "vcs/repository.h"
#include "vcs/snapshot.h"

namespace pvc {

struct SnapshotMergeOptions {
  FavoredSide favor = FavoredSide::kNone;
  SchemaDecisions decisions;
  /// Rows are checked against NOT NULL, CHECK, UNIQUE and foreign keys.
  bool check_constraints = true;
};

struct MergedSnapshot {
  Snapshot snapshot;  ///< ours with what could be merged; valid by itself
  MergeConflicts conflicts;
};

/// Merges two snapshots that both began as `base`: properties, schema objects, rows by cells; then
/// checks the constraints of what came together. docs/merge.md is the contract.
///
/// `nodes` reads all three and what is put into `batch`.
/// Throws: kUnsupported when the text encodings differ, or a table has no rowid left; kCorrupt,
/// kIo. Cost:   O(changes of both sides); O(rows) of tables whose rows must be laid out anew, and
/// of tables
///         that get a constraint which one side did not know. Memory is bounded.
MergedSnapshot MergeSnapshots(Repository& repository, NodeReader& nodes, WriteBatch& batch,
                              const Snapshot& base, const Snapshot& ours, const Snapshot& theirs,
                              const SnapshotMergeOptions& options);

}  // namespace pvc
