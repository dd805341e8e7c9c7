#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "engine/leaf_stream.h"
#include "engine/tree_cursor.h"
#include "vcs/tree_join.h"

namespace pvc {

enum class ScanDirection { kForward, kBackward };

enum class ScanUse {
  kEntries,
  kCountOnly,  ///< entries are counted; one that is asked for all the same is found
};

/// Walks the entries of a tree within ranges of keys, in one direction or the other.
///
/// Entries that are only counted cost O(height) a range. A forward scan that goes on reads ahead on
/// a second thread.
///
/// Lifetime: the reader outlives it.   Throws: kCorrupt, kIo.
class RangeScan {
 public:
  /// `ranges`: ascending and apart.
  RangeScan(NodeReader& reader, const Tree& tree, std::vector<KeyRange> ranges,
            ScanDirection direction, ScanUse use);

  bool AtEnd() const { return at_end_; }
  /// Requires: !AtEnd().
  void Next();
  /// The entry.   Requires: !AtEnd().   Lifetime: the views live until Next.
  ByteView key();
  ByteView value();

 private:
  // Leaves that a scan passes before it is worth a thread.
  static constexpr size_t kLeavesBeforeStream = 3;

  bool IsWhole(const KeyRange& range) const { return range.low.empty() && range.high.empty(); }
  void StartRange();
  void StartNextRange();
  void FindOrdinals();
  void Place();
  const KeyRange& range() const { return ranges_[range_]; }

  NodeReader& reader_;
  Tree tree_;
  std::vector<KeyRange> ranges_;
  ScanDirection direction_;
  ScanUse use_;
  size_t range_ = 0;  // the one being walked
  bool at_end_ = false;

  // Without a place, the range is what remains of it: ordinals [first_, end_).
  bool has_place_ = false;
  uint64_t first_ = 0;
  uint64_t end_ = 0;

  TreeCursor cursor_;  // the place, until there is a stream
  std::unique_ptr<LeafStream> stream_;
  std::shared_ptr<const Node> leaf_;  // of the stream
  size_t index_ = 0;
  size_t leaves_passed_ = 0;
};

}  // namespace pvc
