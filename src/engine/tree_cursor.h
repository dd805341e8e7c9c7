#pragma once

#include <memory>
#include <vector>

#include "engine/node_reader.h"

namespace pvc {

/// A place in a tree, movable in both directions, by key and by ordinal.
///
/// Lifetime: the reader outlives the cursor; views it returns live until it moves.
/// Throws:   kCorrupt, kIo from every move.   Cost: O(height) a seek, O(1) amortised a step.
class TreeCursor {
 public:
  TreeCursor(NodeReader& reader, const Tree& tree) : reader_(reader), tree_(tree) {}

  void SeekToFirst() { SeekToOrdinal(0); }
  void SeekToLast();
  /// Moves to the first entry whose key is not less than `key`; past the end when there is none.
  void Seek(ByteView key);
  /// Moves to the entry with `ordinal` entries before it; past the end when there are not so many.
  void SeekToOrdinal(uint64_t ordinal);

  bool Valid() const { return leaf_ != nullptr; }
  /// Requires: Valid().
  void Next();
  /// Requires: Valid(). Past the front is not Valid().
  void Previous();

  ByteView key() const { return leaf_->key(index_); }
  ByteView value() const { return leaf_->value(index_); }
  /// Number of entries before this one. Cost: O(height * fan-out).
  uint64_t ordinal() const;
  /// Keeps the leaf that key() and value() point into alive beyond the next move.
  std::shared_ptr<const Node> leaf() const { return leaf_; }

 private:
  struct Frame {
    std::shared_ptr<const Node> node;
    size_t index;
  };
  enum class Edge { kLeft, kRight };

  void DescendToEdge(Edge edge);

  NodeReader& reader_;
  Tree tree_;
  std::vector<Frame> path_;  // internal nodes, root first
  std::shared_ptr<const Node> leaf_;
  size_t index_ = 0;
};

/// Looks one key up. Returns: false when it is absent.   Cost: O(height) nodes.
[[nodiscard]] bool Lookup(NodeReader& reader, const Tree& tree, ByteView key, Bytes& value);

}  // namespace pvc
