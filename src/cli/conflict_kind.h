#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "vcs/merge/conflict.h"

namespace pvc {

/// Why a row could not be merged.
enum class ConflictKind {
  kBothChanged,     ///< the same cells, differently
  kDeletedChanged,  ///< one side deleted what the other changed
  kBothAdded,       ///< under one key, differently
  kConstraint,      ///< the outcome breaks a constraint
};
inline constexpr size_t kConflictKindCount = 4;

ConflictKind ConflictKindOf(const RowConflict& conflict);

/// For scripts: "both-changed", "deleted-changed", "both-added", "constraint".
std::string_view ConflictKindName(ConflictKind kind);

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
