#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

namespace pvc {

/// Which pages a walk has been to. In a sound database each page has one place, so a page met twice
/// is a loop or a page shared by two structures; refusing it bounds every walk by the size of the
/// file.
///
/// Cost: one bit a page, in pieces of 8 KiB made when first needed.
class PageSet {
 public:
  /// Adds a page. Returns: false when it was there already.
  bool Insert(uint32_t page) {
    const size_t segment = page / kSegmentPages;
    if (segment >= segments_.size()) segments_.resize(segment + 1);
    if (segments_[segment] == nullptr) segments_[segment] = std::make_unique<Segment>();
    uint64_t& word = (*segments_[segment])[page % kSegmentPages / 64];
    const uint64_t bit = uint64_t{1} << (page % 64);
    const bool is_new = (word & bit) == 0;
    word |= bit;
    return is_new;
  }

 private:
  static constexpr uint32_t kSegmentPages = 65536;
  using Segment = std::array<uint64_t, kSegmentPages / 64>;

  std::vector<std::unique_ptr<Segment>> segments_;
};

}  // namespace pvc
