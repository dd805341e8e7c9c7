#include "sqlite/btree_cursor.h"

#include <fmt/format.h>

#include <cstring>

namespace pvc {

BtreeCursor::BtreeCursor(const PageSource& source, BtreeKind kind, uint32_t root_page,
                         PageSet& visited)
    : source_(source), kind_(kind), visited_(visited), window_(source), root_page_(root_page) {}

bool BtreeCursor::Next(BtreeCell& cell) {
  while (next_cell_ >= leaf_.cell_count()) {
    if (!is_started_) {
      is_started_ = true;
      Enter(root_page_, 1, 0);
      continue;
    }
    if (depth_ == 0) return false;
    if (NextBelow(cell)) return true;
  }
  leaf_.ReadCell(next_cell_++, cell);
  if (kind_ == BtreeKind::kTable) CheckOrder(cell);
  return true;
}

// Takes one step at the lowest interior page: reads its record, enters its next child, or leaves
// it. Returns: true when it read a record.
bool BtreeCursor::NextBelow(BtreeCell& cell) {
  Level& level = levels_[depth_ - 1];
  if (level.cell_is_due) {
    level.cell_is_due = false;
    level.page.ReadCell(level.next_child - 1, cell);
    return true;
  }
  if (level.next_child > level.page.cell_count()) {
    --depth_;
    return false;
  }
  const uint32_t index = level.next_child++;
  level.cell_is_due = kind_ == BtreeKind::kIndex && index < level.page.cell_count();
  const uint32_t child = level.page.Child(index);
  source_.CheckNumber(child, level.page.number());
  const uint32_t ahead = window_.Find(child) == nullptr ? PagesAhead(level, index, child) : 0;
  Enter(child, level.page.number(), ahead);
  return false;
}

void BtreeCursor::Enter(uint32_t page, uint32_t parent, uint32_t ahead) {
  source_.CheckNumber(page, parent);
  if (page == 1 || !visited_.Insert(page)) {
    source_.Fail(parent, fmt::format("refers to page {}, which has another place", page));
  }
  const uint8_t* bytes = window_.Get(page, ahead);
  const BtreePage entered(source_, kind_, page, bytes);
  // Only a root that is a leaf may be empty: SQLite calls any other such page malformed.
  if (entered.cell_count() == 0 && (depth_ > 0 || !entered.is_leaf())) {
    source_.Fail(page, "has no cells");
  }
  if (entered.is_leaf()) {
    leaf_ = entered;
    next_cell_ = 0;
    return;
  }
  if (depth_ == kMaxDepth) source_.Fail(page, "lies too deep in the tree");
  if (depth_ == levels_.size()) {
    levels_.emplace_back();
    levels_.back().bytes = std::make_unique_for_overwrite<uint8_t[]>(source_.page_size());
  }
  // The window moves on while this page is still needed.
  Level& level = levels_[depth_++];
  std::memcpy(level.bytes.get(), bytes, source_.page_size());
  level.page = entered.Rebased(level.bytes.get());
  level.next_child = 0;
  level.cell_is_due = false;
}

// How far the siblings that come next lie close behind `page` in the file.
uint32_t BtreeCursor::PagesAhead(const Level& level, uint32_t child_index, uint32_t page) const {
  const uint32_t max_gap = kMaxGapBytes / source_.page_size() + 1;
  uint32_t last = page;
  for (uint32_t i = child_index + 1; i <= level.page.cell_count(); ++i) {
    const uint32_t sibling = level.page.Child(i);
    if (sibling <= last || sibling - last > max_gap) break;
    if (sibling - page >= window_.capacity_pages() || sibling > source_.page_count()) break;
    last = sibling;
  }
  return last - page;
}

void BtreeCursor::CheckOrder(const BtreeCell& cell) {
  if (has_rowid_ && cell.rowid <= last_rowid_) {
    source_.Fail(cell.page, fmt::format("rowid {} comes after {}", cell.rowid, last_rowid_));
  }
  has_rowid_ = true;
  last_rowid_ = cell.rowid;
}

}  // namespace pvc
