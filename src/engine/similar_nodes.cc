#include "engine/similar_nodes.h"

#include <algorithm>

namespace pvc {

ObjectId SimilarNodes::Find(uint8_t level, ByteView key) {
  if (tree_.empty() || level > tree_.root_level) return {};
  if (level == tree_.root_level) return tree_.root;
  while (parents_.size() <= level) parents_.emplace_back();
  std::optional<LevelCursor>& parent = parents_[level];
  if (!parent) parent.emplace(reader_, tree_, static_cast<uint8_t>(level + 1));
  parent->Seek(key);
  const Node& node = parent->node();
  return node.child_id(std::min(node.LowerBound(key), node.count() - 1));
}

}  // namespace pvc
