#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bytes.h"

namespace pvc {

/// Bytes an entry counts for beyond its key and value. Format constant.
inline constexpr uint64_t kEntryOverheadBytes = 4;
/// Value bytes an internal entry counts for: child id and row count. Format constant.
inline constexpr uint64_t kChildWeightBytes = 40;
/// No node but a level's last is smaller; bounds what keys that always cut can do. Format constant.
inline constexpr uint64_t kMinNodeWeight = 2U << 10;
/// A node ends with the entry that reaches it; bounds what keys that never cut can do. Format
/// constant.
inline constexpr uint64_t kMaxNodeWeight = 48U << 10;

/// Decides after which entries a tree is cut into nodes: the format's most consequential rule.
///
/// Each entry counts for its weight (key + value + kEntryOverheadBytes). With `a` and `b` the
/// weight gathered in the node before and after an entry, the node ends after it when
///
///     (h >> 8) < b^4 - a^4        h = XXH3-64(key, seed = level), 64-bit unsigned
///
/// or b >= kMaxNodeWeight, and never when b < kMinNodeWeight or when an internal node would hold
/// one entry. For small entries this is a Weibull distribution of shape 4 and scale 2^14 in integer
/// arithmetic: the chance to be cut grows with the cube of the size, mean 14.8 KiB, standard
/// deviation / mean 0.28, where a fixed mask gives 0.83. The key alone feeds the hash, so an edited
/// value moves a boundary only through its length, and boundaries are found again within a node or
/// two. Dolt cuts by the same distribution with a table in floating point; the polynomial needs
/// neither and is exact on every machine.
///
/// Changing any constant here changes every root id.   Format: docs/format.md#boundaries
class Chunker {
 public:
  explicit Chunker(uint8_t level) : level_(level) {}

  /// Adds an entry; returns true when the node ends after it, and starts the next node then.
  /// Shape: value_weight is the value's length in a leaf, kChildWeightBytes above.
  bool Add(ByteView key, size_t value_weight);

  /// Adds entries whose decisions are known because an unchanged node holds them at the same place:
  /// no boundary but, perhaps, after the last.   Shape: weight is the sum of EntryWeight.
  void AddDecided(size_t entry_count, uint64_t weight, bool ends_node) {
    weight_ += weight;
    entry_count_ += static_cast<uint32_t>(entry_count);
    if (ends_node) Reset();
  }

  static uint64_t EntryWeight(size_t key_bytes, size_t value_weight) {
    return key_bytes + value_weight + kEntryOverheadBytes;
  }

  /// Starts a node.
  void Reset() {
    weight_ = 0;
    entry_count_ = 0;
  }

 private:
  uint8_t level_;
  uint64_t weight_ = 0;
  uint32_t entry_count_ = 0;
};

}  // namespace pvc
