#include "engine/sort_buffer.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <utility>

#include "base/assert.h"

namespace pvc {

namespace {

constexpr size_t kArenaBlockBytes = 256U << 10;

// Digits of the radix sort: 11 bits make six passes over 64, and a histogram that fits the cache.
constexpr unsigned kDigitBits = 11;
constexpr size_t kDigitValues = size_t{1} << kDigitBits;
constexpr size_t kDigitMask = kDigitValues - 1;
// Below this many records a comparison sort is faster.
constexpr size_t kMinRadixRecords = 512;

}  // namespace

char* SortBuffer::Allocate(size_t bytes) {
  if (arena_.empty() || arena_.back().bytes - arena_used_ < bytes) {
    const size_t block_bytes = std::max(bytes, kArenaBlockBytes);
    arena_.push_back({std::make_unique_for_overwrite<char[]>(block_bytes), block_bytes});
    arena_used_ = 0;
    arena_bytes_ += block_bytes;
  }
  char* memory = arena_.back().memory.get() + arena_used_;
  arena_used_ += bytes;
  return memory;
}

void SortBuffer::Add(ByteView key, ByteView value, uint8_t tag) {
  constexpr size_t kMax = std::numeric_limits<uint32_t>::max();
  PVC_ASSERT(key.size() <= kMax && value.size() <= kMax);
  char* memory = Allocate(key.size() + value.size());
  if (!key.empty()) std::memcpy(memory, key.data(), key.size());
  if (!value.empty()) std::memcpy(memory + key.size(), value.data(), value.size());
  records_.push_back({OrderedPrefix(key), memory, static_cast<uint32_t>(key.size()),
                      static_cast<uint32_t>(value.size()), tag});
}

// Brings the records into the order of their prefixes, keeping the order of equal ones.
void SortBuffer::SortByPrefix() {
  struct Item {
    uint64_t prefix;
    uint32_t index;
  };
  uint64_t varying = 0;
  for (const Record& record : records_) varying |= record.prefix ^ records_.front().prefix;
  std::vector<Item> items(records_.size());
  for (size_t i = 0; i < items.size(); ++i) {
    items[i] = {records_[i].prefix, static_cast<uint32_t>(i)};
  }
  std::vector<Item> other(items.size());
  std::vector<uint32_t> starts(kDigitValues);
  for (unsigned shift = 0; shift < 64; shift += kDigitBits) {
    if (((varying >> shift) & kDigitMask) == 0) continue;
    std::fill(starts.begin(), starts.end(), 0);
    for (const Item& item : items) ++starts[(item.prefix >> shift) & kDigitMask];
    uint32_t start = 0;
    for (uint32_t& count : starts) start += std::exchange(count, start);
    for (const Item& item : items) other[starts[(item.prefix >> shift) & kDigitMask]++] = item;
    items.swap(other);
  }
  std::vector<Record> sorted;
  sorted.reserve(records_.size());
  for (const Item& item : items) sorted.push_back(records_[item.index]);
  records_ = std::move(sorted);
}

void SortBuffer::Sort() {
  const auto precedes = [](const Record& a, const Record& b) { return a.Precedes(b); };
  if (std::is_sorted(records_.begin(), records_.end(), precedes)) return;
  if (records_.size() < kMinRadixRecords ||
      records_.size() > std::numeric_limits<uint32_t>::max()) {
    std::stable_sort(records_.begin(), records_.end(), precedes);
    return;
  }
  SortByPrefix();
  for (auto begin = records_.begin(); begin != records_.end();) {
    auto end = std::next(begin);
    while (end != records_.end() && end->prefix == begin->prefix) ++end;
    if (std::next(begin) != end) std::stable_sort(begin, end, precedes);
    begin = end;
  }
}

void SortBuffer::Clear() {
  records_.clear();
  if (!arena_.empty() && arena_.front().bytes > kArenaBlockBytes) arena_.clear();
  if (!arena_.empty()) arena_.resize(1);
  arena_bytes_ = arena_.empty() ? 0 : arena_.front().bytes;
  arena_used_ = 0;
}

}  // namespace pvc
