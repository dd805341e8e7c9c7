#include "vcs/query/range_scan.h"

#include <algorithm>
#include <utility>

#include "base/assert.h"

namespace pvc {

RangeScan::RangeScan(NodeReader& reader, const Tree& tree, std::vector<KeyRange> ranges,
                     ScanDirection direction, ScanUse use)
    : reader_(reader),
      tree_(tree),
      ranges_(std::move(ranges)),
      direction_(direction),
      use_(use),
      cursor_(reader, tree) {
  if (direction_ == ScanDirection::kBackward) std::reverse(ranges_.begin(), ranges_.end());
  StartRange();
}

// Enters ranges_[range_], or the first behind it that holds an entry.
void RangeScan::StartRange() {
  for (; range_ < ranges_.size(); ++range_) {
    has_place_ = false;
    stream_ = nullptr;
    leaves_passed_ = 0;
    if (IsWhole(range()) || use_ == ScanUse::kCountOnly || direction_ == ScanDirection::kBackward) {
      FindOrdinals();
      if (first_ < end_) return;
      continue;
    }
    cursor_.Seek(range().low);
    if (cursor_.Valid() && (range().high.empty() || cursor_.key() < range().high)) {
      has_place_ = true;
      return;
    }
  }
  at_end_ = true;
}

void RangeScan::FindOrdinals() {
  has_place_ = false;
  const auto ordinal_of = [this](const Bytes& key) {
    cursor_.Seek(key);
    return cursor_.Valid() ? cursor_.ordinal() : tree_.entry_count;
  };
  first_ = range().low.empty() ? 0 : ordinal_of(range().low);
  end_ = range().high.empty() ? tree_.entry_count : ordinal_of(range().high);
}

void RangeScan::StartNextRange() {
  ++range_;
  StartRange();
}

// Goes to the entry that the ordinals stand for.
void RangeScan::Place() {
  if (has_place_) return;
  cursor_.SeekToOrdinal(direction_ == ScanDirection::kForward ? first_ : end_ - 1);
  PVC_ASSERT(cursor_.Valid());
  has_place_ = true;
}

void RangeScan::Next() {
  PVC_ASSERT(!at_end_);
  if (!has_place_) {
    if (direction_ == ScanDirection::kForward) {
      ++first_;
    } else {
      --end_;
    }
    if (first_ == end_) StartNextRange();
    return;
  }
  if (direction_ == ScanDirection::kBackward) {
    cursor_.Previous();
    if (!cursor_.Valid() || cursor_.key() < range().low) StartNextRange();
    return;
  }
  if (stream_ != nullptr) {
    if (++index_ == leaf_->count()) {
      leaf_ = stream_->Next();
      index_ = 0;
      if (leaf_ == nullptr) return StartNextRange();
    }
    if (!range().high.empty() && leaf_->key(index_) >= range().high) StartNextRange();
    return;
  }
  const Node* before = cursor_.leaf().get();
  cursor_.Next();
  if (!cursor_.Valid() || (!range().high.empty() && cursor_.key() >= range().high)) {
    return StartNextRange();
  }
  if (cursor_.leaf().get() == before || ++leaves_passed_ < kLeavesBeforeStream) return;
  stream_ = std::make_unique<LeafStream>(reader_, tree_, Bytes(cursor_.key()));
  leaf_ = stream_->Next();
  index_ = 0;
  PVC_ASSERT(leaf_ != nullptr && leaf_->key(0) == cursor_.key());
}

ByteView RangeScan::key() {
  Place();
  return stream_ != nullptr ? leaf_->key(index_) : cursor_.key();
}

ByteView RangeScan::value() {
  Place();
  return stream_ != nullptr ? leaf_->value(index_) : cursor_.value();
}

}  // namespace pvc
