#include "vcs/merge/conflict_kind.h"

namespace pvc {

ConflictKind ConflictKindOf(const RowConflict& conflict) {
  if (!conflict.violations.empty()) return ConflictKind::kConstraint;
  if (!conflict.base) return ConflictKind::kBothAdded;
  const bool is_deleted = !conflict.ours || !conflict.theirs;
  return is_deleted ? ConflictKind::kDeletedChanged : ConflictKind::kBothChanged;
}

std::string_view ConflictKindName(ConflictKind kind) {
  switch (kind) {
    case ConflictKind::kBothChanged:
      return "both-changed";
    case ConflictKind::kDeletedChanged:
      return "deleted-changed";
    case ConflictKind::kBothAdded:
      return "both-added";
    case ConflictKind::kConstraint:
      return "constraint";
  }
  return "";
}

}  // namespace pvc
