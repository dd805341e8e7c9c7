#pragma once

#include <memory>
#include <vector>

#include "engine/pack_reader.h"
#include "engine/pack_writer.h"

namespace pvc {

/// Packs out of geometric order that ROOT may list before a writer merges them: one merge in so
/// many publishes.
inline constexpr size_t kMaxUnmergedPacks = 10;
/// Most bytes that one publish copies: 32 MiB take about 0.1 s. Larger merges are gc's.
inline constexpr uint64_t kMaxMergeBytes = 32U << 20;

/// Decides which packs to merge, so that a lookup touches few packs whatever the number of commits.
///
/// Packs are in order when each is at least twice as large as all newer ones together; then there
/// are at most log2(size) of them. Once more than kMaxUnmergedPacks break that, all from the oldest
/// of these on are merged. An object copied lands in a pack 1.5 times larger than before, so it is
/// copied O(log n) times.
///
/// `packs`: oldest first. Returns: index of the first pack to merge with all after it; packs.size()
/// for none.
size_t ChooseMergeStart(const std::vector<PackEntry>& packs);

/// Appends the records of `packs`, oldest first, to `writer`, byte by byte, their checksums
/// verified. Of an object with several copies the one with the least delta depth is taken: deltas
/// elsewhere may rely on it. Throws: kCorrupt; kNotFound; kIo.
void MergePacks(const std::vector<std::shared_ptr<PackReader>>& packs, PackWriter& writer);

}  // namespace pvc
