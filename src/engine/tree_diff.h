#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/node_reader.h"

namespace pvc {

/// One key at which two trees differ. Views live until the next call of TreeDiff::Next.
struct TreeChange {
  ByteView key;
  std::optional<ByteView> before;  ///< nothing: the key was added
  std::optional<ByteView> after;   ///< nothing: the key was removed
};

/// Streams the keys at which two trees differ, in key order, reading only subtrees that differ.
///
/// Lifetime: the readers outlive it.   Throws: kCorrupt, kIo.
/// Cost: O(changes * height) node reads, and as many for a range, fewer where both trees share the
///       way to it; memory O(height).
class TreeDiff {
 public:
  TreeDiff(NodeReader& before_reader, const Tree& before, NodeReader& after_reader,
           const Tree& after);

  /// Restricts the stream to keys in [low, high); an empty `high` means no upper end.
  /// Requires: called before the first Next.
  void SetRange(Bytes low, Bytes high);

  /// Returns: false past the last change.
  bool Next(TreeChange& change);

 private:
  struct Frame {
    std::shared_ptr<const Node> node;
    size_t index;
  };

  // One tree's place: entries not yet looked at begin at the top frame's index, which may be a
  // whole subtree.
  class Side {
   public:
    Side(NodeReader& reader, const Tree& tree) : reader_(reader), tree_(tree) {}
    void Start();
    bool AtEnd() const { return path_.empty(); }
    uint8_t level() const { return path_.back().node->level(); }
    ByteView key() const { return path_.back().node->key(path_.back().index); }
    ByteView value() const { return path_.back().node->value(path_.back().index); }
    ByteView child_id() const { return path_.back().node->child_id_view(path_.back().index); }
    void Descend();
    void Advance();
    bool AtEntry() const { return AtEnd() || level() == 0; }
    // Leaves out what the top frame has below `low`.
    void SkipTo(ByteView low);

   private:
    NodeReader& reader_;
    Tree tree_;
    std::vector<Frame> path_;
  };

  void GoToLow();
  bool SkipEqualSubtrees();
  bool IsPastHigh(ByteView key) const { return !high_.empty() && key >= high_; }

  Side before_;
  Side after_;
  bool is_equal_;
  bool started_ = false;
  Bytes low_;
  Bytes high_;
  // Leaves of the change handed out, kept while its views are in use.
  bool advance_before_ = false;
  bool advance_after_ = false;
};

}  // namespace pvc
