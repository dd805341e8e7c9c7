#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "vcs/merge/conflict.h"
#include "vcs/merge/conflict_kind.h"

namespace pvc {

/// Conflicts of rows by kind.
struct ConflictCounts {
  std::array<uint64_t, kConflictKindCount> by_kind{};

  void Add(ConflictKind kind) { ++by_kind.at(static_cast<size_t>(kind)); }
  uint64_t total() const;
};

/// "2 both changed, 1 deleted and changed, 1 both added, 3 against constraints".
std::string FormatConflictCounts(const ConflictCounts& counts);

/// How many conflicts there are and where: "2 conflicts in 1 table", "1 conflict in the schema",
/// "4 conflicts in the schema and 2 tables".   Requires: !conflicts.empty().
std::string DescribeConflictCount(const MergeConflicts& conflicts);

}  // namespace pvc
