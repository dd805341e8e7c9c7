#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <mutex>

#include "engine/object.h"

namespace pvc {

/// The objects read last, as candidates for delta bases: a diff reads a node and then its
/// successor, which is stored as a delta against it.
///
/// Thread-safe.   Memory: kSlots objects of at most kMaxObjectBytesHeld.
class RecentObjects {
 public:
  static constexpr size_t kSlots = 64;
  static constexpr size_t kMaxObjectBytesHeld = 64U << 10;

  /// Returns: null when the object is not among the last ones.
  std::shared_ptr<const Bytes> Find(const ObjectId& id) const;
  /// Copies the bytes in the place of the oldest. Larger objects are left out.
  void Insert(const ObjectId& id, ByteView bytes);

 private:
  struct Slot {
    ObjectId id;
    std::shared_ptr<const Bytes> bytes;
  };

  mutable std::mutex mutex_;
  std::array<Slot, kSlots> slots_;
  size_t next_ = 0;
};

}  // namespace pvc
