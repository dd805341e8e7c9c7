#include "engine/tree_diff.h"

#include <tuple>

#include "base/assert.h"

namespace pvc {

void TreeDiff::Side::Start() {
  if (!tree_.empty()) path_.push_back({reader_.LoadRoot(tree_), 0});
}

void TreeDiff::Side::Descend() {
  const Frame& top = path_.back();
  auto child = top.node->level() == 1 ? reader_.LoadChildOnce(*top.node, top.index)
                                      : reader_.LoadChild(*top.node, top.index);
  path_.push_back({std::move(child), 0});
}

void TreeDiff::Side::Advance() {
  ++path_.back().index;
  while (path_.back().index == path_.back().node->count()) {
    path_.pop_back();
    if (path_.empty()) return;
    ++path_.back().index;
  }
}

void TreeDiff::Side::SkipTo(ByteView low) {
  if (AtEnd()) return;
  Frame& top = path_.back();
  top.index = top.node->LowerBound(low);
  // Only at the root: a child's last key is its parent's.
  if (top.index == top.node->count()) path_.clear();
}

TreeDiff::TreeDiff(NodeReader& before_reader, const Tree& before, NodeReader& after_reader,
                   const Tree& after)
    : before_(before_reader, before), after_(after_reader, after), is_equal_(before == after) {}

void TreeDiff::SetRange(Bytes low, Bytes high) {
  PVC_ASSERT(!started_);
  low_ = std::move(low);
  high_ = std::move(high);
}

// Brings both sides to their first entry in the range, or behind a subtree that both have there.
void TreeDiff::GoToLow() {
  before_.SkipTo(low_);
  after_.SkipTo(low_);
  while (!before_.AtEntry() || !after_.AtEntry()) {
    const int before_level = before_.AtEnd() ? 0 : before_.level();
    const int after_level = after_.AtEnd() ? 0 : after_.level();
    if (before_level == after_level && before_.child_id() == after_.child_id()) return;
    for (auto [side, level, other] : {std::tuple(&before_, before_level, after_level),
                                      std::tuple(&after_, after_level, before_level)}) {
      if (level == 0 || level < other) continue;
      side->Descend();
      side->SkipTo(low_);
    }
  }
}

// Brings both sides to leaf entries, stepping over subtrees with equal ids. Returns false at the
// end of both, and behind the range.
bool TreeDiff::SkipEqualSubtrees() {
  while (true) {
    if (before_.AtEnd() && after_.AtEnd()) return false;
    if (before_.AtEnd() || after_.AtEnd()) {
      Side& rest = before_.AtEnd() ? after_ : before_;
      if (rest.level() == 0) return true;
      rest.Descend();
      continue;
    }
    const uint8_t before_level = before_.level();
    const uint8_t after_level = after_.level();
    if (before_level == 0 && after_level == 0) {
      if (before_.key() != after_.key() || before_.value() != after_.value()) return true;
      if (IsPastHigh(before_.key())) return false;
      before_.Advance();
      after_.Advance();
    } else if (before_level == after_level && before_.child_id() == after_.child_id()) {
      if (IsPastHigh(before_.key())) return false;
      before_.Advance();
      after_.Advance();
    } else {
      if (before_level >= after_level) before_.Descend();
      if (after_level >= before_level) after_.Descend();
    }
  }
}

bool TreeDiff::Next(TreeChange& change) {
  if (is_equal_) return false;
  if (!started_) {
    started_ = true;
    before_.Start();
    after_.Start();
    if (!low_.empty()) GoToLow();
  }
  if (advance_before_) before_.Advance();
  if (advance_after_) after_.Advance();
  advance_before_ = advance_after_ = false;
  if (!SkipEqualSubtrees()) return false;

  const bool has_before = !before_.AtEnd();
  const bool has_after = !after_.AtEnd();
  const int order = !has_before ? 1 : !has_after ? -1 : CompareBytes(before_.key(), after_.key());
  advance_before_ = order <= 0;
  advance_after_ = order >= 0;
  change.key = advance_before_ ? before_.key() : after_.key();
  change.before.reset();
  change.after.reset();
  if (advance_before_) change.before = before_.value();
  if (advance_after_) change.after = after_.value();
  if (IsPastHigh(change.key)) {
    advance_before_ = advance_after_ = false;
    is_equal_ = true;
    return false;
  }
  return true;
}

}  // namespace pvc
