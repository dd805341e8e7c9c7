#include "engine/pack_set.h"

#include <unordered_map>

namespace pvc {

PackSet::PackSet(Root root, const PackSet* previous, const OpenPack& open_pack)
    : root_(std::move(root)) {
  std::unordered_map<ObjectId, std::shared_ptr<PackReader>> known;
  if (previous != nullptr) {
    for (const auto& pack : previous->packs_) known.emplace(pack->entry().id, pack);
  }
  packs_.reserve(root_.packs.size());
  for (const PackEntry& entry : root_.packs) {
    const auto found = known.find(entry.id);
    const bool same = found != known.end() && found->second->entry() == entry;
    packs_.push_back(same ? found->second : open_pack(entry));
  }
}

std::optional<PackSet::Place> PackSet::Find(const ObjectId& id) const {
  for (auto pack = packs_.rbegin(); pack != packs_.rend(); ++pack) {
    if (auto entry = (*pack)->Find(id)) return Place{pack->get(), *entry};
  }
  return std::nullopt;
}

std::optional<StoredRecord> PackSet::FindRecord(const ObjectId& id, unsigned depth_limit) {
  for (auto pack = packs_.rbegin(); pack != packs_.rend(); ++pack) {
    if (auto entry = (*pack)->Find(id)) {
      StoredRecord record = (*pack)->ReadRecord(*entry);
      if (record.header.depth < depth_limit) return record;
    }
  }
  return std::nullopt;
}

}  // namespace pvc
