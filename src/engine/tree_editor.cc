#include "engine/tree_editor.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/assert.h"
#include "engine/level_cursor.h"
#include "engine/level_writer.h"
#include "engine/tree_writer.h"

namespace pvc {

namespace {

// A change to an internal level: the child under `key` is replaced, added, or removed.
struct ChildEdit {
  Bytes key;
  ObjectId id;
  uint64_t rows = 0;  // 0: removed
};

// What one level's pass did to its nodes: those consumed and those written, each in key order.
struct LevelChange {
  std::vector<Bytes> removed_keys;
  std::vector<PendingNode> added;
};

// Adapts leaf edits to the pass below.
class LeafEdits {
 public:
  explicit LeafEdits(EditSource& source) : source_(source), current_(source.Next()) {}

  bool AtEnd() const { return current_ == nullptr; }
  ByteView key() const { return current_->key; }
  bool IsDelete() const { return current_->kind == Edit::Kind::kDelete; }
  void Advance() { current_ = source_.Next(); }

  bool HasWeightOf(const Node& node, size_t i) const {
    return current_->value.size() == node.value(i).size();
  }
  void AddTo(LevelWriter& writer, std::vector<PendingNode>& out) const {
    writer.AddEntry(current_->key, current_->value, out);
  }
  void AddDecidedTo(LevelWriter& writer, bool is_boundary, std::vector<PendingNode>& out) const {
    writer.AddDecidedEntry(current_->key, current_->value, is_boundary, out);
  }
  static void Copy(const Node& node, size_t i, LevelWriter& writer, std::vector<PendingNode>& out) {
    writer.AddEntry(node.key(i), node.value(i), out);
  }

 private:
  EditSource& source_;
  const Edit* current_;
};

// The same for edits of an internal level.
class ChildEdits {
 public:
  explicit ChildEdits(const std::vector<ChildEdit>& edits) : edits_(edits) {}

  bool AtEnd() const { return next_ == edits_.size(); }
  ByteView key() const { return edits_[next_].key; }
  bool IsDelete() const { return edits_[next_].rows == 0; }
  void Advance() { ++next_; }

  static bool HasWeightOf(const Node&, size_t) { return true; }
  void AddTo(LevelWriter& writer, std::vector<PendingNode>& out) const {
    const ChildEdit& edit = edits_[next_];
    writer.AddChild(edit.key, edit.id.View(), edit.rows, out);
  }
  void AddDecidedTo(LevelWriter& writer, bool is_boundary, std::vector<PendingNode>& out) const {
    const ChildEdit& edit = edits_[next_];
    writer.AddDecidedChild(edit.key, edit.id.View(), edit.rows, is_boundary, out);
  }
  static void Copy(const Node& node, size_t i, LevelWriter& writer, std::vector<PendingNode>& out) {
    writer.AddChild(node.key(i), node.child_id_view(i), node.child_rows(i), out);
  }

 private:
  const std::vector<ChildEdit>& edits_;
  size_t next_ = 0;
};

// Index of the first entry at or behind `begin` whose key is not less than `key`: by steps that
// double, because the next edit is often near.
size_t FindFrom(const Node& node, size_t begin, ByteView key) {
  size_t low = begin;
  size_t step = 1;
  size_t high = begin;
  while (high < node.count() && CompareBytes(node.key(high), key) < 0) {
    low = high + 1;
    high += step;
    step *= 2;
  }
  high = std::min(high, node.count());
  while (low < high) {
    const size_t middle = low + (high - low) / 2;
    if (CompareBytes(node.key(middle), key) < 0) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

// Rewrites one node of the level, merging the edits that fall into it. While the entries before
// have kept their keys and weights (`in_step`), the old node's decisions stand: runs between edits
// are copied whole, and no key is hashed.
template <typename Edits>
void RewriteNode(const Node& node, bool is_last, Edits& edits, LevelWriter& writer,
                 std::vector<PendingNode>& out) {
  bool in_step = writer.AtBoundary();
  const size_t count = node.count();
  // A level's last node may end without a boundary, so its last entry is decided anew.
  const size_t decided_count = is_last ? count - 1 : count;
  const auto copy = [&](size_t begin, size_t end) {
    if (in_step && begin < std::min(end, decided_count)) {
      const size_t until = std::min(end, decided_count);
      writer.AddDecidedRange(node, begin, until, until == count, out);
      begin = until;
    }
    for (; begin < end; ++begin) Edits::Copy(node, begin, writer, out);
  };

  size_t next = 0;
  while (!edits.AtEnd() && (is_last || CompareBytes(edits.key(), node.last_key()) <= 0)) {
    const size_t at = FindFrom(node, next, edits.key());
    copy(next, at);
    next = at;
    const bool replaces = at < count && CompareBytes(node.key(at), edits.key()) == 0;
    if (edits.IsDelete()) {
      in_step = in_step && !replaces;
    } else if (in_step && replaces && at < decided_count && edits.HasWeightOf(node, at)) {
      edits.AddDecidedTo(writer, at + 1 == count, out);
    } else {
      in_step = in_step && replaces && edits.HasWeightOf(node, at);
      edits.AddTo(writer, out);
    }
    if (replaces) ++next;
    edits.Advance();
  }
  copy(next, count);
}

template <typename Edits>
LevelChange RewriteLevel(NodeReader& reader, ObjectSink& sink, const Tree& tree, uint8_t level,
                         Edits edits) {
  LevelChange change;
  LevelCursor cursor(reader, tree, level);
  LevelWriter writer(sink, level);
  while (!edits.AtEnd()) {
    cursor.Seek(edits.key());
    bool is_last = false;
    do {
      is_last = cursor.IsLast();
      change.removed_keys.emplace_back(cursor.node().last_key());
      writer.SetSimilar(cursor.node_id());
      RewriteNode(cursor.node(), is_last, edits, writer, change.added);
    } while (!writer.AtBoundary() && cursor.Next());
    if (is_last) PVC_ASSERT(edits.AtEnd());
  }
  writer.Finish(change.added);
  return change;
}

// Turns what happened to a level's nodes into edits of the level above.
std::vector<ChildEdit> EditsAbove(ObjectSink& sink, LevelChange change) {
  std::vector<ChildEdit> edits;
  edits.reserve(change.added.size() + change.removed_keys.size());
  auto removed = change.removed_keys.begin();
  for (PendingNode& node : change.added) {
    while (removed != change.removed_keys.end() && *removed < node.last_key) {
      edits.push_back({std::move(*removed++), {}, 0});
    }
    if (removed != change.removed_keys.end() && *removed == node.last_key) ++removed;
    const ObjectId id = sink.Wait(node.ticket);
    edits.push_back({std::move(node.last_key), id, node.row_count});
  }
  while (removed != change.removed_keys.end()) edits.push_back({std::move(*removed++), {}, 0});
  return edits;
}

// Builds the levels above the old root, or cuts off roots with one child.
Tree FinishTree(NodeReader& reader, ObjectSink& sink, uint8_t level, std::vector<ChildEdit> nodes) {
  std::erase_if(nodes, [](const ChildEdit& node) { return node.rows == 0; });
  if (nodes.empty()) return {};
  while (nodes.size() > 1) {
    ++level;
    LevelWriter writer(sink, level);
    LevelChange change;
    for (const ChildEdit& node : nodes) {
      writer.AddChild(node.key, node.id.View(), node.rows, change.added);
    }
    writer.Finish(change.added);
    nodes = EditsAbove(sink, std::move(change));
  }
  Tree tree{nodes.front().id, nodes.front().rows, level};
  while (tree.root_level > 0) {
    const auto node = Node::Parse(reader.source().ReadShared(ObjectType::kNode, tree.root),
                                  "node " + tree.root.Short());
    if (node->count() > 1) break;
    tree.root = node->child_id(0);
    --tree.root_level;
  }
  return tree;
}

Tree BuildFromEdits(ObjectSink& sink, EditSource& edits) {
  TreeWriter writer(sink);
  while (const Edit* edit = edits.Next()) {
    if (edit->kind == Edit::Kind::kPut) writer.Add(edit->key, edit->value);
  }
  return writer.Finish();
}

}  // namespace

Tree ApplyEdits(NodeReader& reader, ObjectSink& sink, const Tree& tree, EditSource& edits) {
  if (tree.empty()) return BuildFromEdits(sink, edits);
  LeafEdits leaf_edits(edits);
  if (leaf_edits.AtEnd()) return tree;
  std::vector<ChildEdit> above =
      EditsAbove(sink, RewriteLevel(reader, sink, tree, 0, std::move(leaf_edits)));
  for (uint8_t level = 1; level <= tree.root_level; ++level) {
    above = EditsAbove(sink, RewriteLevel(reader, sink, tree, level, ChildEdits(above)));
  }
  return FinishTree(reader, sink, tree.root_level, std::move(above));
}

}  // namespace pvc
