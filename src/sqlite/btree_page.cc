#include "sqlite/btree_page.h"

#include <fmt/format.h>

#include <algorithm>

#include "sqlite/big_endian.h"

namespace pvc {

namespace {

constexpr uint8_t kIndexInterior = 2;
constexpr uint8_t kTableInterior = 5;
constexpr uint8_t kIndexLeaf = 10;
constexpr uint8_t kTableLeaf = 13;

constexpr uint32_t kCellCountOffset = 3;
constexpr uint32_t kRightChildOffset = 8;
constexpr uint32_t kLeafHeaderBytes = 8;
constexpr uint32_t kInteriorHeaderBytes = 12;
constexpr uint32_t kPageNumberBytes = 4;

// SQLite cannot make a longer record.   Source: https://www.sqlite.org/limits.html
constexpr uint64_t kMaxPayloadBytes = 0x7FFFFFFF;

}  // namespace

BtreePage::BtreePage(const PageSource& source, BtreeKind kind, uint32_t number,
                     const uint8_t* bytes)
    : source_(&source),
      bytes_(bytes),
      number_(number),
      usable_size_(source.usable_size()),
      kind_(kind) {
  const uint8_t leaf = kind == BtreeKind::kTable ? kTableLeaf : kIndexLeaf;
  const uint8_t interior = kind == BtreeKind::kTable ? kTableInterior : kIndexInterior;
  if (bytes[0] != leaf && bytes[0] != interior) {
    source.Fail(number, fmt::format("is of type {}, not {} or {}", bytes[0], leaf, interior));
  }
  is_leaf_ = bytes[0] == leaf;
  cells_offset_ = is_leaf_ ? kLeafHeaderBytes : kInteriorHeaderBytes;
  cell_count_ = LoadBigEndian16(bytes + kCellCountOffset);
  if (cells_offset_ + 2 * cell_count_ > usable_size_) {
    source.Fail(number, fmt::format("cannot hold {} cells", cell_count_));
  }
  // How much of a payload stays in the page.   Source: fileformat2.html#cell_payload_overflow_pages
  min_local_ = (usable_size_ - 12) * 32 / 255 - 23;
  max_local_ = kind == BtreeKind::kTable ? usable_size_ - 35 : (usable_size_ - 12) * 64 / 255 - 23;
  max_payload_ = std::min(kMaxPayloadBytes, uint64_t{source.page_count()} * usable_size_);
}

BtreePage BtreePage::Rebased(const uint8_t* bytes) const {
  BtreePage page = *this;
  page.bytes_ = bytes;
  return page;
}

const uint8_t* BtreePage::CellAt(uint32_t index, uint32_t min_bytes) const {
  const uint32_t offset = LoadBigEndian16(bytes_ + cells_offset_ + 2 * index);
  if (offset < cells_offset_ + 2 * cell_count_ || offset + min_bytes > usable_size_) {
    source_->Fail(number_, fmt::format("cell {} lies outside, at offset {}", index, offset));
  }
  return bytes_ + offset;
}

uint32_t BtreePage::Child(uint32_t index) const {
  if (index == cell_count_) return LoadBigEndian32(bytes_ + kRightChildOffset);
  return LoadBigEndian32(CellAt(index, kPageNumberBytes));
}

void BtreePage::ReadCell(uint32_t index, BtreeCell& cell) const {
  const uint8_t* const end = bytes_ + usable_size_;
  const uint8_t* p = CellAt(index, kPageNumberBytes);
  if (!is_leaf_) p += kPageNumberBytes;
  p = ReadSqliteVarint(p, end, cell.payload_size);
  if (p != nullptr && kind_ == BtreeKind::kTable) {
    uint64_t rowid = 0;
    p = ReadSqliteVarint(p, end, rowid);
    cell.rowid = static_cast<int64_t>(rowid);
  }
  if (p == nullptr) source_->Fail(number_, fmt::format("cell {} is cut off", index));

  cell.page = number_;
  cell.local = p;
  const auto room = static_cast<uint64_t>(end - p);
  if (cell.payload_size <= max_local_) {
    cell.local_size = static_cast<uint32_t>(cell.payload_size);
    cell.overflow_page = 0;
    if (cell.payload_size > room) source_->Fail(number_, fmt::format("cell {} is cut off", index));
    return;
  }
  if (cell.payload_size > max_payload_) {
    source_->Fail(number_, fmt::format("cell {} claims {} bytes", index, cell.payload_size));
  }
  const auto local = static_cast<uint32_t>(min_local_ + (cell.payload_size - min_local_) %
                                                            (usable_size_ - kPageNumberBytes));
  cell.local_size = local <= max_local_ ? local : min_local_;
  if (uint64_t{cell.local_size} + kPageNumberBytes > room) {
    source_->Fail(number_, fmt::format("cell {} is cut off", index));
  }
  cell.overflow_page = LoadBigEndian32(p + cell.local_size);
  source_->CheckNumber(cell.overflow_page, number_);
}

}  // namespace pvc
