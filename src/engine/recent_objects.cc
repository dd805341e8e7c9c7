#include "engine/recent_objects.h"

namespace pvc {

std::shared_ptr<const Bytes> RecentObjects::Find(const ObjectId& id) const {
  const std::lock_guard lock(mutex_);
  for (const Slot& slot : slots_) {
    if (slot.bytes != nullptr && slot.id == id) return slot.bytes;
  }
  return nullptr;
}

void RecentObjects::Insert(const ObjectId& id, ByteView bytes) {
  if (bytes.size() > kMaxObjectBytesHeld) return;
  auto copy = std::make_shared<const Bytes>(bytes);
  const std::lock_guard lock(mutex_);
  slots_[next_] = {id, std::move(copy)};
  next_ = (next_ + 1) % kSlots;
}

}  // namespace pvc
