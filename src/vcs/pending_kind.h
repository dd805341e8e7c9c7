#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.h"

namespace pvc {

/// What Operation::pending is the state of: its first byte.   Format: docs/format.md#pending
enum class PendingKind : uint8_t {
  kMerge = 1,
  kCherryPick = 2,
  kRevert = 3,
  kRebase = 4,
  kBisect = 5,
};

/// Returns: nothing for an empty state, and for a kind that this version does not know.
inline std::optional<PendingKind> PendingKindOf(ByteView pending) {
  if (pending.empty()) return std::nullopt;
  const auto kind = static_cast<uint8_t>(pending.front());
  if (kind < static_cast<uint8_t>(PendingKind::kMerge) ||
      kind > static_cast<uint8_t>(PendingKind::kBisect)) {
    return std::nullopt;
  }
  return static_cast<PendingKind>(kind);
}

}  // namespace pvc
