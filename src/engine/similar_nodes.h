#pragma once

#include <deque>
#include <optional>

#include "engine/level_cursor.h"

namespace pvc {

/// Finds, in an earlier tree, the node that covers a key: what a new node probably replaces. Reads
/// only the levels above the one asked for.
///
/// Asked with ascending keys per level.   Lifetime: the reader outlives it.   Throws: kCorrupt,
/// kIo.
class SimilarNodes {
 public:
  SimilarNodes(NodeReader& reader, const Tree& tree) : reader_(reader), tree_(tree) {}

  /// Returns: the zero id when the earlier tree has no such level.
  ObjectId Find(uint8_t level, ByteView key);

 private:
  NodeReader& reader_;
  Tree tree_;
  std::deque<std::optional<LevelCursor>> parents_;  // by level of the node asked for
};

}  // namespace pvc
