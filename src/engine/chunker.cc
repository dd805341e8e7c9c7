#include "engine/chunker.h"

#include "base/hash.h"

namespace pvc {

namespace {

constexpr uint64_t Fourth(uint64_t weight) { return weight * weight * weight * weight; }

// Below kMaxNodeWeight the fourth power fits 64 bits.
static_assert(kMaxNodeWeight <= (1U << 16));

}  // namespace

bool Chunker::Add(ByteView key, size_t value_weight) {
  const uint64_t before = weight_;
  const uint64_t after = before + EntryWeight(key.size(), value_weight);
  weight_ = after;
  ++entry_count_;
  if (after < kMinNodeWeight || (level_ > 0 && entry_count_ < 2)) return false;
  if (after < kMaxNodeWeight &&
      (SeededHash64(key, level_) >> 8) >= Fourth(after) - Fourth(before)) {
    return false;
  }
  Reset();
  return true;
}

}  // namespace pvc
