#pragma once

#include <cstdint>

#include "sqlite/page_source.h"

namespace pvc {

/// The two kinds of b-tree: rows by rowid, or keys that are whole records (WITHOUT ROWID).
enum class BtreeKind : uint8_t { kTable, kIndex };

/// One entry of a b-tree that holds a record.
struct BtreeCell {
  uint32_t page = 0;  ///< where it is
  int64_t rowid = 0;  ///< kTable only
  uint64_t payload_size = 0;
  const uint8_t* local = nullptr;  ///< the payload's first bytes, in the page
  uint32_t local_size = 0;
  uint32_t overflow_page = 0;  ///< where the payload goes on; 0 when all of it is local
};

/// A checked view of one b-tree page.   Format:
/// https://www.sqlite.org/fileformat2.html#b_tree_pages
///
/// OFFSET  SIZE  FIELD
///      0     1  2 index interior, 5 table interior, 10 index leaf, 13 table leaf
///      3     2  number of cells
///      8     4  right-most child, interior pages only
///   8/12  2 * n  offsets of the cells, in key order
///
/// Lifetime: the source and the page's bytes outlive it.
class BtreePage {
 public:
  BtreePage() = default;
  /// Requires: `bytes` holds one page; `number` is not 1 (its header is elsewhere).
  /// Throws:   kCorrupt when the page is of another kind of tree, or its cell offsets do not fit.
  BtreePage(const PageSource& source, BtreeKind kind, uint32_t number, const uint8_t* bytes);

  uint32_t number() const { return number_; }
  bool is_leaf() const { return is_leaf_; }
  uint32_t cell_count() const { return cell_count_; }

  /// The record of a cell. Requires: index < cell_count(); a leaf, or an interior page of an index.
  /// Throws:   kCorrupt when it does not lie inside the page.
  void ReadCell(uint32_t index, BtreeCell& cell) const;
  /// A child's page number, unchecked. Requires: an interior page; index <= cell_count().
  uint32_t Child(uint32_t index) const;
  /// The same page elsewhere in memory.
  BtreePage Rebased(const uint8_t* bytes) const;

 private:
  const uint8_t* CellAt(uint32_t index, uint32_t min_bytes) const;

  const PageSource* source_ = nullptr;
  const uint8_t* bytes_ = nullptr;
  uint32_t number_ = 0;
  uint32_t usable_size_ = 0;
  uint32_t cell_count_ = 0;
  uint32_t cells_offset_ = 0;
  uint32_t max_local_ = 0;
  uint32_t min_local_ = 0;
  uint64_t max_payload_ = 0;
  BtreeKind kind_ = BtreeKind::kTable;
  bool is_leaf_ = true;
};

}  // namespace pvc
