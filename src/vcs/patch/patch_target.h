#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "vcs/ignored_tables.h"
#include "vcs/patch/patch.h"
#include "vcs/patch/row_patcher.h"

namespace pvc {

struct PatchTargetOptions {
  /// Hears of each row that does not fit. May be null.
  PatchConflictSink on_conflict;
  /// Called now and then with the table being read and the rows read of all; may throw.
  std::function<void(const std::string& table, uint64_t rows_read)> progress;
  /// Tables that a patch may not touch. Null: none.
  const IgnoredTables* ignored = nullptr;
};

/// What a database becomes by a patch.
struct PatchTarget {
  Snapshot snapshot;  ///< with all that fits
  RowPatchCounts counts;
  uint64_t table_count = 0;     ///< whose rows the patch names
  uint64_t object_count = 0;    ///< schema objects changed
  uint64_t objects_there = 0;   ///< schema objects to add that are there
  uint64_t property_count = 0;  ///< properties changed
};

/// Brings what a patch says into a snapshot. Rows that do not fit are reported and left out; all
/// else that does not fit is an error.
///
/// `nodes` reads `base` and what is put into `batch`.
/// Throws: kInvalid naming the schema object, property or table that is not as the patch has it;
///         kNotFound for a table that is not there; kUnsupported for text that the database's
///         encoding cannot hold; what `patch` throws; kIo.
/// Cost:   O(rows of the patch), on disk; O(rows) of tables whose columns change, and of those with
///         rows that must be found by content. Memory is bounded.
PatchTarget MakePatchTarget(Repository& repository, NodeReader& nodes, WriteBatch& batch,
                            const Snapshot& base, PatchReader& patch,
                            const PatchTargetOptions& options);

}  // namespace pvc
