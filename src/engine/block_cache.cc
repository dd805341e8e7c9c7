#include "engine/block_cache.h"

namespace pvc {

uint64_t BlockCache::NewOwner() {
  const std::lock_guard lock(mutex_);
  return next_owner_++;
}

std::shared_ptr<const BlockCache::Block> BlockCache::Find(uint64_t owner, uint64_t block_index) {
  const std::lock_guard lock(mutex_);
  const auto found = slots_.find(Key{owner, block_index});
  if (found == slots_.end()) return nullptr;
  newest_first_.splice(newest_first_.begin(), newest_first_, found->second);
  return found->second->block;
}

void BlockCache::Insert(uint64_t owner, uint64_t block_index, std::shared_ptr<const Block> block) {
  const std::lock_guard lock(mutex_);
  const Key key{owner, block_index};
  if (slots_.contains(key)) return;
  newest_first_.push_front(Slot{key, std::move(block)});
  slots_.emplace(key, newest_first_.begin());
  if (newest_first_.size() > max_blocks_) {
    slots_.erase(newest_first_.back().key);
    newest_first_.pop_back();
  }
}

}  // namespace pvc
