#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "engine/pack_format.h"

namespace pvc {

/// Keeps the index blocks used last, of all packs of a store, at about 6 KiB each. Thread-safe.
class BlockCache {
 public:
  using Block = std::vector<IndexEntry>;

  explicit BlockCache(size_t max_blocks = 1024) : max_blocks_(max_blocks) {}

  /// A number for a pack's blocks, used for no other pack.
  uint64_t NewOwner();
  /// Returns: null when the block is not here.
  std::shared_ptr<const Block> Find(uint64_t owner, uint64_t block_index);
  void Insert(uint64_t owner, uint64_t block_index, std::shared_ptr<const Block> block);

 private:
  struct Key {
    uint64_t owner;
    uint64_t block_index;
    bool operator==(const Key&) const = default;
  };
  struct KeyHash {
    size_t operator()(const Key& key) const noexcept {
      return static_cast<size_t>(key.owner * 0x9E3779B97F4A7C15U + key.block_index);
    }
  };
  struct Slot {
    Key key;
    std::shared_ptr<const Block> block;
  };

  const size_t max_blocks_;
  std::mutex mutex_;
  uint64_t next_owner_ = 0;
  std::list<Slot> newest_first_;
  std::unordered_map<Key, std::list<Slot>::iterator, KeyHash> slots_;
};

}  // namespace pvc
