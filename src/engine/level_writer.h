#pragma once

#include <cstdint>
#include <vector>

#include "engine/chunker.h"
#include "engine/node.h"
#include "engine/object_io.h"

namespace pvc {

/// A finished node on its way to its parent: its id may still be in the making.
struct PendingNode {
  ObjectSink::Ticket ticket = 0;
  uint8_t level = 0;
  Bytes last_key;
  uint64_t row_count = 0;
};

/// Cuts one level's stream of entries into nodes and hands each to the sink. The only place that
/// turns entries into nodes: bulk loads, edits and merges all write through it, which is what makes
/// trees canonical.
class LevelWriter {
 public:
  LevelWriter(ObjectSink& sink, uint8_t level)
      : sink_(sink), chunker_(level), builder_(level), level_(level) {}

  /// Adds the next entry of a leaf level. Finished nodes are appended to `out`.
  void AddEntry(ByteView key, ByteView value, std::vector<PendingNode>& out) {
    builder_.AddEntry(key, value);
    if (chunker_.Add(key, value.size())) Emit(out);
  }
  /// Adds the next entry of an internal level.
  void AddChild(ByteView key, ByteView child_id, uint64_t rows, std::vector<PendingNode>& out) {
    builder_.AddChild(key, child_id, rows);
    if (chunker_.Add(key, kChildWeightBytes)) Emit(out);
  }
  /// Adds entries [begin, end) of an unchanged node that holds them at the same place, so that its
  /// decisions stand.
  void AddDecidedRange(const Node& node, size_t begin, size_t end, bool ends_node,
                       std::vector<PendingNode>& out) {
    builder_.AddRange(node, begin, end);
    const size_t count = end - begin;
    const size_t values = level_ == 0 ? node.value_bytes(begin, end) : count * kChildWeightBytes;
    chunker_.AddDecided(count, node.key_bytes(begin, end) + values + count * kEntryOverheadBytes,
                        ends_node);
    if (ends_node) Emit(out);
  }
  /// Adds one entry in the place of one of the same weight.
  void AddDecidedEntry(ByteView key, ByteView value, bool ends_node,
                       std::vector<PendingNode>& out) {
    builder_.AddEntry(key, value);
    chunker_.AddDecided(1, Chunker::EntryWeight(key.size(), value.size()), ends_node);
    if (ends_node) Emit(out);
  }
  void AddDecidedChild(ByteView key, ByteView child_id, uint64_t rows, bool ends_node,
                       std::vector<PendingNode>& out) {
    builder_.AddChild(key, child_id, rows);
    chunker_.AddDecided(1, Chunker::EntryWeight(key.size(), kChildWeightBytes), ends_node);
    if (ends_node) Emit(out);
  }

  /// Ends the level: what is gathered becomes its last node.
  void Finish(std::vector<PendingNode>& out) {
    if (!builder_.empty()) Emit(out);
    chunker_.Reset();
  }

  /// True between two nodes.
  bool AtBoundary() const { return builder_.empty(); }

  /// Names the stored node that the next ones replace, as a delta base.
  void SetSimilar(const ObjectId& similar) { similar_ = similar; }

 private:
  void Emit(std::vector<PendingNode>& out);

  ObjectSink& sink_;
  Chunker chunker_;
  NodeBuilder builder_;
  uint8_t level_;
  ObjectId similar_;
};

}  // namespace pvc
