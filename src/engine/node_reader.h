#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "engine/node.h"
#include "engine/object_io.h"
#include "engine/tree.h"

namespace pvc {

/// Default bound of the node cache, in bytes of node.
inline constexpr size_t kDefaultCacheBytes = 32U << 20;

/// Reads and checks nodes, keeping the last used ones in memory up to a bound. Leaves are kept from
/// the second time on: what looks up scattered rows once would fill memory that it never uses.
///
/// Thread-safe.   Lifetime: the source outlives the reader; nodes outlive both.
class NodeReader {
 public:
  explicit NodeReader(ObjectSource& source, size_t cache_bytes = kDefaultCacheBytes);

  /// Throws: kCorrupt unless the root is a node of the tree's level and entry count.
  std::shared_ptr<const Node> LoadRoot(const Tree& tree);
  /// Loads child `i` of an internal node.
  /// Throws: kCorrupt unless level, last key and row count are what the parent says.
  std::shared_ptr<const Node> LoadChild(const Node& parent, size_t i) {
    return LoadChild(parent, i, Keep::kYes);
  }
  /// The same without keeping it: for scans, whose leaves would push out nodes that are used again,
  /// and whose memory is warm only if it is given back at once.
  std::shared_ptr<const Node> LoadChildOnce(const Node& parent, size_t i) {
    return LoadChild(parent, i, Keep::kNo);
  }

  ObjectSource& source() { return source_; }

  struct Statistics {
    uint64_t hit_count = 0;
    uint64_t miss_count = 0;
  };
  Statistics statistics() const;

 private:
  struct CacheEntry {
    ObjectId id;
    std::shared_ptr<const Node> node;
  };

  enum class Keep { kYes, kNo };

  std::shared_ptr<const Node> Load(const ObjectId& id, Keep keep);
  std::shared_ptr<const Node> LoadChild(const Node& parent, size_t i, Keep keep);
  bool WasReadBefore(const ObjectId& id);

  ObjectSource& source_;
  const size_t cache_bytes_;
  mutable std::mutex mutex_;
  std::list<CacheEntry> recent_;  // most recently used first
  std::unordered_map<ObjectId, std::list<CacheEntry>::iterator> by_id_;
  size_t held_bytes_ = 0;
  std::vector<uint64_t> read_leaves_;  // beginnings of ids, each in the slot that it chooses
  Statistics statistics_;
};

}  // namespace pvc
