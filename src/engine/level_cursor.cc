#include "engine/level_cursor.h"

#include <algorithm>

#include "base/assert.h"

namespace pvc {

LevelCursor::LevelCursor(NodeReader& reader, const Tree& tree, uint8_t level)
    : reader_(reader), tree_(tree), level_(level) {
  PVC_ASSERT(!tree.empty() && level <= tree.root_level);
}

// Leaves are passed by once; what is above them is met again.
std::shared_ptr<const Node> LevelCursor::LoadBelow() {
  const Frame& parent = path_.back();
  return parent.node->level() == 1 ? reader_.LoadChildOnce(*parent.node, parent.index)
                                   : reader_.LoadChild(*parent.node, parent.index);
}

// Fills the path below its first `frame_count` frames, to the left edge or to `key`, and loads the
// node.
void LevelCursor::DescendFrom(size_t frame_count, const ByteView* key) {
  path_.resize(frame_count);
  std::shared_ptr<const Node> node;
  if (path_.empty()) {
    node = reader_.LoadRoot(tree_);
    id_ = tree_.root;
  } else {
    node = LoadBelow();
    id_ = path_.back().node->child_id(path_.back().index);
  }
  while (node->level() > level_) {
    const size_t index = key == nullptr ? 0 : std::min(node->LowerBound(*key), node->count() - 1);
    path_.push_back({node, index});
    id_ = node->child_id(index);
    node = LoadBelow();
  }
  node_ = std::move(node);
}

void LevelCursor::Seek(ByteView key) {
  if (node_ != nullptr && key <= node_->last_key() && node_->key(0) <= key) return;
  bool has_moved = node_ == nullptr;
  size_t keep = 0;
  // The lowest ancestor whose range covers the key; frames above it stay.
  for (; keep < path_.size(); ++keep) {
    Frame& frame = path_[keep];
    const size_t index = std::min(frame.node->LowerBound(key), frame.node->count() - 1);
    if (index != frame.index) {
      frame.index = index;
      has_moved = true;
      ++keep;
      break;
    }
  }
  if (has_moved) DescendFrom(keep, &key);
}

bool LevelCursor::Next() {
  if (node_ == nullptr) {
    DescendFrom(0, nullptr);
    return true;
  }
  size_t depth = path_.size();
  while (depth > 0 && path_[depth - 1].index + 1 == path_[depth - 1].node->count()) --depth;
  if (depth == 0) return false;
  ++path_[depth - 1].index;
  DescendFrom(depth, nullptr);
  return true;
}

bool LevelCursor::IsLast() const {
  return std::all_of(path_.begin(), path_.end(),
                     [](const Frame& frame) { return frame.index + 1 == frame.node->count(); });
}

}  // namespace pvc
