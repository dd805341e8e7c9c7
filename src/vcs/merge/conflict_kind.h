#pragma once

#include <cstddef>
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

}  // namespace pvc
