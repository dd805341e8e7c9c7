#include "engine/pack_merge.h"

#include <algorithm>
#include <unordered_map>

namespace pvc {

namespace {

/// Copies to leave out, by id: the pack whose copy is taken.
using Choices = std::unordered_map<ObjectId, const PackReader*>;

std::vector<IndexEntry> EntriesByOffset(PackReader& pack) {
  std::vector<IndexEntry> entries;
  for (uint64_t i = 0; i < pack.block_count(); ++i) {
    const auto block = pack.ReadBlock(i);
    entries.insert(entries.end(), block->begin(), block->end());
  }
  std::sort(entries.begin(), entries.end(),
            [](const IndexEntry& a, const IndexEntry& b) { return a.offset < b.offset; });
  return entries;
}

/// The shallowest copy of an object that several packs hold; nullptr when only one does.
const PackReader* ChooseCopy(const std::vector<std::shared_ptr<PackReader>>& packs,
                             const ObjectId& id) {
  const PackReader* best = nullptr;
  uint8_t best_depth = 0;
  for (const auto& pack : packs) {
    const auto entry = pack->Find(id);
    if (!entry) continue;
    const uint8_t depth = pack->ReadRecord(*entry).header.depth;
    if (best == nullptr || depth < best_depth) {
      best = pack.get();
      best_depth = depth;
    }
  }
  return best;
}

Choices ChooseCopies(const std::vector<std::shared_ptr<PackReader>>& packs) {
  std::vector<ObjectId> ids;
  for (const auto& pack : packs) {
    for (uint64_t i = 0; i < pack->block_count(); ++i) {
      for (const IndexEntry& entry : *pack->ReadBlock(i)) ids.push_back(entry.id);
    }
  }
  std::sort(ids.begin(), ids.end());
  Choices choices;
  for (auto it = std::adjacent_find(ids.begin(), ids.end()); it != ids.end();
       it = std::adjacent_find(it + 1, ids.end())) {
    choices.emplace(*it, ChooseCopy(packs, *it));
  }
  return choices;
}

}  // namespace

size_t ChooseMergeStart(const std::vector<PackEntry>& packs) {
  uint64_t newer_bytes = 0;
  size_t start = packs.size();
  size_t out_of_order = 0;
  for (size_t i = packs.size(); i-- > 0;) {
    const uint64_t bytes = packs[i].size_bytes;
    if (bytes > kMaxMergeBytes - newer_bytes) break;
    if (newer_bytes != 0 && bytes < 2 * newer_bytes) {
      start = i;
      ++out_of_order;
    }
    newer_bytes += bytes;
  }
  return out_of_order > kMaxUnmergedPacks ? start : packs.size();
}

void MergePacks(const std::vector<std::shared_ptr<PackReader>>& packs, PackWriter& writer) {
  const Choices choices = ChooseCopies(packs);
  for (const auto& pack : packs) {
    for (const IndexEntry& entry : EntriesByOffset(*pack)) {
      const auto choice = choices.find(entry.id);
      if (choice != choices.end() && choice->second != pack.get()) continue;
      writer.Append(entry.id, pack->ReadRecord(entry).bytes);
    }
  }
}

}  // namespace pvc
