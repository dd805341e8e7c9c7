#pragma once

#include <cstdint>
#include <vector>

#include "sqlite/btree_page.h"
#include "sqlite/page_set.h"
#include "sqlite/page_source.h"

namespace pvc {

/// Reads any part of one record's payload: first the bytes in the cell, then the chain of overflow
/// pages. Each overflow page starts with the number of the next one (0 after the last), then
/// content.
///
/// Lifetime: all that the constructor takes outlives it; the cell's page until the next Reset.
class OverflowChain {
 public:
  /// `leaves` is asked first for a page.
  OverflowChain(const PageSource& source, PageSet& visited, const PageWindow& leaves);

  void Reset(const BtreeCell& cell);
  /// Copies bytes [offset, offset + size) of the payload.   Requires: they lie inside it.
  /// Throws: kCorrupt when the chain ends early or meets a page that has another place; kIo.
  /// Cost:   pages before the range are read once; their numbers are kept, 4 bytes a page.
  void Read(uint64_t offset, uint8_t* out, uint64_t size);

 private:
  const uint8_t* Page(size_t index);
  void Extend();

  const PageSource& source_;
  PageSet& visited_;
  const PageWindow& leaves_;
  PageWindow window_;
  BtreeCell cell_;
  std::vector<uint32_t> pages_;  // the chain as far as it is known
  uint32_t ahead_ = 0;
};

}  // namespace pvc
