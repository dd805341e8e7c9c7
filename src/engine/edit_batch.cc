#include "engine/edit_batch.h"

namespace pvc {

namespace {

// Edits handed out while a prefetch is under way.
constexpr size_t kPrefetchDistance = 8;

}  // namespace

const Edit* EditBatch::Next() {
  if (!is_sorted_) buffer_.Sort();
  is_sorted_ = true;
  if (next_ == buffer_.size()) return nullptr;
  // Equal keys lie in the order they came in: the last one counts.
  while (next_ + 1 < buffer_.size() && buffer_[next_].HasKeyOf(buffer_[next_ + 1])) ++next_;
  const SortBuffer::Record& record = buffer_[next_++];
  buffer_.Prefetch(next_ + kPrefetchDistance);
  current_ = {record.key(), record.value(), static_cast<Edit::Kind>(record.tag)};
  return &current_;
}

}  // namespace pvc
