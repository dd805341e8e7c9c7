#include "engine/recent_objects.h"

#include <utility>

namespace pvc {

namespace {

// What an object takes beside its bytes: small ones are not free.
constexpr size_t kEntryBytes = 256;

}  // namespace

RecentObjects::Object RecentObjects::Find(const ObjectId& id) {
  const std::lock_guard lock(mutex_);
  const auto found = by_id_.find(id);
  if (found == by_id_.end()) return {};
  newest_first_.splice(newest_first_.begin(), newest_first_, found->second);
  return found->second->object;
}

void RecentObjects::Insert(const ObjectId& id, Object object) {
  if (object.bytes->size() > kMaxObjectBytesHeld) return;
  const std::lock_guard lock(mutex_);
  if (by_id_.contains(id)) return;
  held_bytes_ += object.bytes->size() + kEntryBytes;
  newest_first_.push_front({id, std::move(object)});
  by_id_.emplace(id, newest_first_.begin());
  while (held_bytes_ > kMaxHeldBytes) {
    const Entry& oldest = newest_first_.back();
    held_bytes_ -= oldest.object.bytes->size() + kEntryBytes;
    by_id_.erase(oldest.id);
    newest_first_.pop_back();
  }
}

}  // namespace pvc
