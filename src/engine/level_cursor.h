#pragma once

#include <memory>
#include <vector>

#include "engine/node_reader.h"

namespace pvc {

/// Walks the nodes of one level of a tree from left to right, skipping ahead by key.
///
/// Lifetime: the reader outlives the cursor.   Throws: kCorrupt, kIo from every move.
class LevelCursor {
 public:
  /// Starts before the first node. Requires: the tree is not empty, level <= its root level.
  LevelCursor(NodeReader& reader, const Tree& tree, uint8_t level);

  /// Moves to the node that holds the first entry not less than `key`, or to the last node.
  /// Cost: O(height).
  void Seek(ByteView key);
  /// Moves to the next node; returns false, with the cursor where it was, at the last.
  bool Next();

  const Node& node() const { return *node_; }
  const std::shared_ptr<const Node>& shared_node() const { return node_; }
  const ObjectId& node_id() const { return id_; }
  /// True at the level's last node.
  bool IsLast() const;

 private:
  struct Frame {
    std::shared_ptr<const Node> node;
    size_t index;
  };

  std::shared_ptr<const Node> LoadBelow();
  void DescendFrom(size_t frame_count, const ByteView* key);

  NodeReader& reader_;
  Tree tree_;
  uint8_t level_;
  std::vector<Frame> path_;  // root first; the levels above level_
  std::shared_ptr<const Node> node_;
  ObjectId id_;
};

}  // namespace pvc
