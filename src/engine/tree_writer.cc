#include "engine/tree_writer.h"

#include <iterator>

#include "base/assert.h"

namespace pvc {

TreeWriter::Level& TreeWriter::LevelAt(size_t level) {
  PVC_ASSERT(level <= kMaxNodeLevel);
  while (levels_.size() <= level) levels_.emplace_back(sink_, static_cast<uint8_t>(levels_.size()));
  return levels_[level];
}

void TreeWriter::Enqueue() {
  for (PendingNode& node : finished_) {
    ++levels_[node.level].node_count;
    pending_.push_back(std::move(node));
  }
  finished_.clear();
}

void TreeWriter::DrainOne() {
  const PendingNode node = std::move(pending_.front());
  pending_.pop_front();
  const ObjectId id = sink_.Wait(node.ticket);
  levels_[node.level].last_id = id;
  // A level's only node becomes the root; then this entry stays alone in a parent that is never
  // written.
  const auto above = static_cast<uint8_t>(node.level + 1);
  LevelWriter& parents = LevelAt(above).writer;
  if (find_similar_ && parents.AtBoundary())
    parents.SetSimilar(find_similar_(above, node.last_key));
  parents.AddChild(node.last_key, id.View(), node.row_count, finished_);
  Enqueue();
}

void TreeWriter::Add(ByteView key, ByteView value) {
  if (entry_count_++ == 0) LevelAt(0);
  LevelWriter& leaves = levels_.front().writer;
  if (find_similar_ && leaves.AtBoundary()) leaves.SetSimilar(find_similar_(0, key));
  leaves.AddEntry(key, value, finished_);
  if (finished_.empty()) return;
  Enqueue();
  while (pending_.size() > kMaxLag) DrainOne();
}

Tree TreeWriter::Finish() {
  if (entry_count_ == 0) return {};
  for (size_t level = 0;; ++level) {
    levels_[level].writer.Finish(finished_);
    Enqueue();
    while (!pending_.empty()) DrainOne();
    if (levels_[level].node_count == 1) {
      return {levels_[level].last_id, entry_count_, static_cast<uint8_t>(level)};
    }
  }
}

std::vector<uint64_t> TreeWriter::nodes_by_level() const {
  std::vector<uint64_t> counts;
  for (const Level& level : levels_) {
    if (level.node_count > 0) counts.push_back(level.node_count);
  }
  return counts;
}

}  // namespace pvc
