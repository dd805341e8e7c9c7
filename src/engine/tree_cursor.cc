#include "engine/tree_cursor.h"

#include "base/assert.h"

namespace pvc {

// Goes on from path_.back() (or the root) down one edge to a leaf.
void TreeCursor::DescendToEdge(Edge edge) {
  auto node = path_.empty() ? reader_.LoadRoot(tree_)
                            : reader_.LoadChild(*path_.back().node, path_.back().index);
  while (!node->is_leaf()) {
    path_.push_back({node, edge == Edge::kLeft ? 0 : node->count() - 1});
    node = reader_.LoadChild(*node, path_.back().index);
  }
  index_ = edge == Edge::kLeft ? 0 : node->count() - 1;
  leaf_ = std::move(node);
}

void TreeCursor::SeekToLast() {
  path_.clear();
  leaf_ = nullptr;
  if (!tree_.empty()) DescendToEdge(Edge::kRight);
}

void TreeCursor::Seek(ByteView key) {
  path_.clear();
  leaf_ = nullptr;
  if (tree_.empty()) return;
  auto node = reader_.LoadRoot(tree_);
  while (true) {
    const size_t index = node->LowerBound(key);
    if (index == node->count()) {  // only at the root: a child's last key is its parent's
      path_.clear();
      return;
    }
    if (node->is_leaf()) {
      index_ = index;
      leaf_ = std::move(node);
      return;
    }
    path_.push_back({node, index});
    node = reader_.LoadChild(*node, index);
  }
}

void TreeCursor::SeekToOrdinal(uint64_t ordinal) {
  path_.clear();
  leaf_ = nullptr;
  if (ordinal >= tree_.entry_count) return;
  auto node = reader_.LoadRoot(tree_);
  while (!node->is_leaf()) {
    size_t index = 0;
    while (ordinal >= node->child_rows(index)) ordinal -= node->child_rows(index++);
    path_.push_back({node, index});
    node = reader_.LoadChild(*node, index);
  }
  index_ = static_cast<size_t>(ordinal);
  leaf_ = std::move(node);
}

void TreeCursor::Next() {
  PVC_ASSERT(Valid());
  if (++index_ < leaf_->count()) return;
  leaf_ = nullptr;
  while (!path_.empty() && path_.back().index + 1 == path_.back().node->count()) path_.pop_back();
  if (path_.empty()) return;
  ++path_.back().index;
  DescendToEdge(Edge::kLeft);
}

void TreeCursor::Previous() {
  PVC_ASSERT(Valid());
  if (index_ > 0) {
    --index_;
    return;
  }
  leaf_ = nullptr;
  while (!path_.empty() && path_.back().index == 0) path_.pop_back();
  if (path_.empty()) return;
  --path_.back().index;
  DescendToEdge(Edge::kRight);
}

uint64_t TreeCursor::ordinal() const {
  PVC_ASSERT(Valid());
  uint64_t ordinal = index_;
  for (const Frame& frame : path_) {
    for (size_t i = 0; i < frame.index; ++i) ordinal += frame.node->child_rows(i);
  }
  return ordinal;
}

bool Lookup(NodeReader& reader, const Tree& tree, ByteView key, Bytes& value) {
  TreeCursor cursor(reader, tree);
  cursor.Seek(key);
  if (!cursor.Valid() || cursor.key() != key) return false;
  value.assign(cursor.value());
  return true;
}

}  // namespace pvc
