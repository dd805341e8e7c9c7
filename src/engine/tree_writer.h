#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <utility>
#include <vector>

#include "engine/level_writer.h"
#include "engine/tree.h"

namespace pvc {

/// Builds a tree from entries in ascending order, in memory bounded by the height: the bulk load.
///
/// Parents lag behind their children by up to kMaxLag nodes, so that a sink with threads can hash
/// and compress meanwhile.   Cost: O(1) an entry.   Lifetime: the sink outlives the writer.
class TreeWriter {
 public:
  /// Finds a stored node that a new one resembles, as a delta base: for imports of an edited copy.
  /// Called once a node with its level and first key; the zero id means none.
  using FindSimilar = std::function<ObjectId(uint8_t level, ByteView first_key)>;

  explicit TreeWriter(ObjectSink& sink, FindSimilar find_similar = nullptr)
      : sink_(sink), find_similar_(std::move(find_similar)) {}

  /// Adds an entry. Requires: `key` greater than the last, 1..kMaxKeyBytes bytes.
  void Add(ByteView key, ByteView value);
  /// Ends the tree. Requires: called once, last.
  Tree Finish();

  /// Nodes written so far, by level.
  std::vector<uint64_t> nodes_by_level() const;

 private:
  static constexpr size_t kMaxLag = 512;

  struct Level {
    explicit Level(ObjectSink& sink, uint8_t level) : writer(sink, level) {}
    LevelWriter writer;
    uint64_t node_count = 0;
    ObjectId last_id;  // of the last node whose id is known
  };

  Level& LevelAt(size_t level);
  void Enqueue();
  void DrainOne();

  ObjectSink& sink_;
  FindSimilar find_similar_;
  std::deque<Level> levels_;         // a deque: adding one moves none
  std::deque<PendingNode> pending_;  // in ticket order, all levels
  std::vector<PendingNode> finished_;
  uint64_t entry_count_ = 0;
};

}  // namespace pvc
