#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <unordered_map>

#include "engine/object.h"

namespace pvc {

/// The objects read last, and those that they lean on. A diff reads a node and then its
/// successor, which is stored as a delta against it; a walk back through history reads a node and
/// then, some commits on, the one that it is a delta of.
///
/// Thread-safe.   Memory: kMaxHeldBytes of objects, none over kMaxObjectBytesHeld.
class RecentObjects {
 public:
  /// Holds the chains of a node of each level, and some hundred commits.
  static constexpr size_t kMaxHeldBytes = 2U << 20;
  static constexpr size_t kMaxObjectBytesHeld = 64U << 10;

  struct Object {
    ObjectType type = ObjectType::kNode;
    std::shared_ptr<const Bytes> bytes;
  };
  /// Returns: no bytes when the object is not among the last ones.
  Object Find(const ObjectId& id);
  /// Takes an object in, in the place of those that were used longest ago. Larger ones are left
  /// out.
  void Insert(const ObjectId& id, Object object);

 private:
  struct Entry {
    ObjectId id;
    Object object;
  };

  std::mutex mutex_;
  std::list<Entry> newest_first_;
  std::unordered_map<ObjectId, std::list<Entry>::iterator> by_id_;
  size_t held_bytes_ = 0;
};

}  // namespace pvc
