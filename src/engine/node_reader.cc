#include "engine/node_reader.h"

#include <fmt/format.h>

#include <utility>

#include "base/assert.h"
#include "base/error.h"

namespace pvc {
namespace {

/// As many as the cache holds, and some more: 32 KiB.
constexpr size_t kRememberedLeaves = 4096;

}  // namespace

NodeReader::NodeReader(ObjectSource& source, size_t cache_bytes)
    : source_(source), cache_bytes_(cache_bytes) {}

std::shared_ptr<const Node> NodeReader::Load(const ObjectId& id, Keep keep) {
  {
    const std::lock_guard lock(mutex_);
    if (auto found = by_id_.find(id); found != by_id_.end()) {
      ++statistics_.hit_count;
      recent_.splice(recent_.begin(), recent_, found->second);
      return found->second->node;
    }
    ++statistics_.miss_count;
  }
  auto node = Node::Parse(source_.ReadShared(ObjectType::kNode, id), "node " + id.Short());
  if (keep == Keep::kNo) return node;
  const std::lock_guard lock(mutex_);
  if (node->bytes().size() > cache_bytes_ || by_id_.contains(id)) return node;
  if (node->is_leaf() && !WasReadBefore(id)) return node;
  recent_.push_front({id, node});
  by_id_.emplace(id, recent_.begin());
  held_bytes_ += node->bytes().size();
  while (held_bytes_ > cache_bytes_) {
    held_bytes_ -= recent_.back().node->bytes().size();
    by_id_.erase(recent_.back().id);
    recent_.pop_back();
  }
  return node;
}

// Requires: the lock.   Returns: true also, seldom, for a leaf that is read for the first time.
bool NodeReader::WasReadBefore(const ObjectId& id) {
  if (read_leaves_.empty()) read_leaves_.resize(kRememberedLeaves);
  const uint64_t beginning = LoadU64(id.View().data());
  return std::exchange(read_leaves_[beginning % kRememberedLeaves], beginning) == beginning;
}

std::shared_ptr<const Node> NodeReader::LoadRoot(const Tree& tree) {
  PVC_ASSERT(!tree.empty());
  auto node = Load(tree.root, Keep::kYes);
  if (node->level() != tree.root_level || node->row_count() != tree.entry_count ||
      (node->level() > 0 && node->count() < 2)) {
    throw Error(ErrorKind::kCorrupt,
                fmt::format("node {} is not the root it is said to be", tree.root.Short()));
  }
  return node;
}

std::shared_ptr<const Node> NodeReader::LoadChild(const Node& parent, size_t i, Keep keep) {
  const ObjectId id = parent.child_id(i);
  auto node = Load(id, keep);
  if (node->level() + 1 != parent.level() || node->row_count() != parent.child_rows(i) ||
      node->last_key() != parent.key(i) || (i > 0 && node->key(0) <= parent.key(i - 1))) {
    throw Error(ErrorKind::kCorrupt,
                fmt::format("node {} does not fit the place it has in its tree", id.Short()));
  }
  return node;
}

NodeReader::Statistics NodeReader::statistics() const {
  const std::lock_guard lock(mutex_);
  return statistics_;
}

}  // namespace pvc
