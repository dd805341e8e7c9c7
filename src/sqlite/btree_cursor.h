#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "sqlite/btree_page.h"
#include "sqlite/page_set.h"
#include "sqlite/page_source.h"

namespace pvc {

/// Walks all records of one b-tree in key order, without recursion. Every page is entered at most
/// once.
///
/// Lifetime: source and visited set outlive it.
class BtreeCursor {
 public:
  /// `visited` is shared with the overflow chains of the same tree.
  BtreeCursor(const PageSource& source, BtreeKind kind, uint32_t root_page, PageSet& visited);

  /// Moves to the next record. Returns: false after the last.
  /// Throws:  kCorrupt for pages that do not form a tree, and for rowids that do not ascend; kIo.
  bool Next(BtreeCell& cell);
  /// Leaves as read ahead; overflow pages often lie between them.
  const PageWindow& window() const { return window_; }

 private:
  // SQLite itself stops at 20 levels.
  static constexpr size_t kMaxDepth = 32;
  // Reading so much that is not needed costs less than another call.
  static constexpr uint32_t kMaxGapBytes = 8192;

  // An interior page on the way from the root to the leaf.
  struct Level {
    BtreePage page;
    uint32_t next_child = 0;
    bool cell_is_due = false;  // the record between the last child and the next (kIndex only)
    std::unique_ptr<uint8_t[]> bytes;
  };

  bool NextBelow(BtreeCell& cell);
  void Enter(uint32_t page, uint32_t parent, uint32_t ahead);
  uint32_t PagesAhead(const Level& level, uint32_t child_index, uint32_t page) const;
  void CheckOrder(const BtreeCell& cell);

  const PageSource& source_;
  const BtreeKind kind_;
  PageSet& visited_;
  PageWindow window_;
  std::vector<Level> levels_;  // the first depth_ are in use, the others keep their memory
  size_t depth_ = 0;
  BtreePage leaf_;
  uint32_t next_cell_ = 0;
  uint32_t root_page_;
  bool is_started_ = false;
  bool has_rowid_ = false;
  int64_t last_rowid_ = 0;
};

}  // namespace pvc
