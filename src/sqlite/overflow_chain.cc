#include "sqlite/overflow_chain.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "base/assert.h"
#include "sqlite/big_endian.h"

namespace pvc {

namespace {

constexpr uint32_t kNextPageBytes = 4;

}  // namespace

OverflowChain::OverflowChain(const PageSource& source, PageSet& visited, const PageWindow& leaves)
    : source_(source), visited_(visited), leaves_(leaves), window_(source) {}

void OverflowChain::Reset(const BtreeCell& cell) {
  cell_ = cell;
  pages_.clear();
  if (cell.overflow_page == 0) return;
  if (!visited_.Insert(cell.overflow_page)) {
    source_.Fail(cell.page,
                 fmt::format("refers to page {}, which has another place", cell.overflow_page));
  }
  pages_.push_back(cell.overflow_page);
}

void OverflowChain::Read(uint64_t offset, uint8_t* out, uint64_t size) {
  PVC_ASSERT(offset <= cell_.payload_size && size <= cell_.payload_size - offset);
  if (size == 0) return;
  if (offset < cell_.local_size) {
    const uint64_t local = std::min(size, cell_.local_size - offset);
    std::memcpy(out, cell_.local + offset, local);
    offset += local;
    out += local;
    size -= local;
  }
  const uint32_t content_size = source_.usable_size() - kNextPageBytes;
  while (size > 0) {
    const uint64_t from = offset - cell_.local_size;
    const auto index = static_cast<size_t>(from / content_size);
    const uint64_t skipped = from % content_size;
    const uint64_t count = std::min(size, content_size - skipped);
    while (pages_.size() <= index) Extend();
    std::memcpy(out, Page(index) + kNextPageBytes + skipped, count);
    offset += count;
    out += count;
    size -= count;
  }
}

// Learns one more page number from the last page known.
void OverflowChain::Extend() {
  const uint32_t last = pages_.back();
  const uint32_t next = LoadBigEndian32(Page(pages_.size() - 1));
  if (next == 0) source_.Fail(last, "overflow chain ends before the record does");
  source_.CheckNumber(next, last);
  if (!visited_.Insert(next)) {
    source_.Fail(last, fmt::format("refers to page {}, which has another place", next));
  }
  pages_.push_back(next);
}

const uint8_t* OverflowChain::Page(size_t index) {
  const uint32_t page = pages_[index];
  if (const uint8_t* found = leaves_.Find(page)) return found;
  if (const uint8_t* found = window_.Find(page)) return found;
  // A chain is usually a run of neighbours: read further ahead each time that this proves true.
  const bool is_run = index > 0 && pages_[index - 1] + 1 == page;
  ahead_ = is_run ? std::min(2 * ahead_ + 1, window_.capacity_pages() - 1) : 0;
  return window_.Get(page, ahead_);
}

}  // namespace pvc
