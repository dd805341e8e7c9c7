#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "vcs/repository.h"

namespace pvc {

/// Objects counted once each, however often they are used.
struct ObjectTotals {
  uint64_t object_count = 0;
  uint64_t raw_bytes = 0;
  uint64_t stored_bytes = 0;  ///< of their records, framing included

  bool operator==(const ObjectTotals&) const = default;
};

struct TableStats {
  std::string name;
  uint64_t row_count = 0;
  ObjectTotals nodes;
  ObjectTotals large_values;             ///< pieces and their lists
  std::vector<uint64_t> nodes_by_level;  ///< leaves first
};

struct RepositoryStats {
  uint64_t commit_count = 0;  ///< reachable from the commit
  uint64_t pack_count = 0;
  uint64_t object_count = 0;  ///< in all packs
  uint64_t stored_bytes = 0;  ///< of all packs

  /// The commit's snapshot; `totals` has everything that it reaches, the snapshot object too.
  ObjectTotals totals;
  ObjectTotals nodes;
  ObjectTotals large_values;
  uint64_t row_count = 0;
  std::vector<uint64_t> nodes_by_level;  ///< leaves first; all tables and the catalog
  /// Number of leaves by raw size: [i] counts those of i * kLeafBucketBytes bytes or more, the last
  /// all that are larger.
  static constexpr uint64_t kLeafBucketBytes = 2U << 10;
  static constexpr size_t kLeafBucketCount = 33;
  std::vector<uint64_t> leaf_sizes;
  std::vector<TableStats> tables;  ///< by rank

  /// What the snapshot shares with that of the commit's first parent; zero without one.
  ObjectTotals shared_with_parent;
};

/// Measures a repository and the snapshot of one commit.
///
/// Throws: kCorrupt, kIo.
/// Cost:   reads every node of the snapshot and of its parent's, and decodes every row to find
/// large
///         values; memory for the ids of both snapshots' objects.
RepositoryStats CollectStats(Repository& repository, const CommitId& commit);

}  // namespace pvc
