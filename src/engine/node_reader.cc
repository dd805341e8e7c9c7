#include "engine/node_reader.h"

#include <fmt/format.h>

#include "base/assert.h"
#include "base/error.h"

namespace pvc {

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
  auto node = Node::Parse(source_.ReadObject(ObjectType::kNode, id), "node " + id.Short());
  if (keep == Keep::kNo) return node;
  const std::lock_guard lock(mutex_);
  if (node->bytes().size() > cache_bytes_ || by_id_.contains(id)) return node;
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
