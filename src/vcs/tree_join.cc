#include "vcs/tree_join.h"

#include <utility>

namespace pvc {

KeyRange PrefixRange(Bytes prefix) {
  KeyRange range{prefix, std::move(prefix)};
  while (!range.high.empty() && range.high.back() == '\xFF') range.high.pop_back();
  if (!range.high.empty()) {
    range.high.back() = static_cast<char>(static_cast<uint8_t>(range.high.back()) + 1);
  }
  return range;
}

TreeJoin::TreeJoin(NodeReader& reader, const Tree& before, const Tree& after, KeyRange range)
    : before_(reader, before), after_(reader, after), range_(std::move(range)) {
  before_.Seek(range_.low);
  after_.Seek(range_.low);
}

bool TreeJoin::InRange(const TreeCursor& cursor) const {
  return cursor.Valid() && (range_.high.empty() || cursor.key() < range_.high);
}

bool TreeJoin::Next(TreeChange& change) {
  if (advance_before_) before_.Next();
  if (advance_after_) after_.Next();
  const bool has_before = InRange(before_);
  const bool has_after = InRange(after_);
  if (!has_before && !has_after) {
    advance_before_ = advance_after_ = false;
    return false;
  }
  const int order = !has_before ? 1 : !has_after ? -1 : before_.key().compare(after_.key());
  advance_before_ = order <= 0;
  advance_after_ = order >= 0;
  change.key = advance_before_ ? before_.key() : after_.key();
  change.before.reset();
  change.after.reset();
  if (advance_before_) change.before = before_.value();
  if (advance_after_) change.after = after_.value();
  return true;
}

}  // namespace pvc
