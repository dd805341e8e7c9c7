#include "engine/pack_reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"

namespace pvc {

namespace {

// One read of this size takes the footer and the directory of most packs, and the whole index of a
// pack of a hundred objects.
constexpr uint64_t kTailBytes = 8U << 10;
// Directories are held in memory; this one is of a pack of 200 million objects.
constexpr uint64_t kMaxDirectoryBytes = 64U << 20;

}  // namespace

PackReader::PackReader(FileSystem& fs, BlockCache& cache, std::string path, HashKind hash_kind,
                       const PackEntry& entry)
    : fs_(fs),
      cache_(cache),
      path_(std::move(path)),
      hash_kind_(hash_kind),
      entry_(entry),
      cache_owner_(cache.NewOwner()) {}

void PackReader::FailCorrupt(std::string_view what) const {
  throw Error(ErrorKind::kCorrupt, fmt::format("pack '{}': {}", path_, what));
}

void PackReader::EnsureOpen() {
  if (open_.load(std::memory_order_acquire)) return;
  const std::lock_guard lock(open_mutex_);
  if (open_.load(std::memory_order_relaxed)) return;
  auto file = fs_.Open(path_, OpenMode::kRead);
  const uint64_t size = file->Size();
  if (size != entry_.size_bytes) {
    FailCorrupt(fmt::format("has {} bytes instead of {}", size, entry_.size_bytes));
  }
  if (size < kPackHeaderBytes + kPackFooterBytes) FailCorrupt("ends too early");
  file_ = std::move(file);

  try {
    CheckPackHeader(ReadRange(0, kPackHeaderBytes), hash_kind_);
    const uint64_t tail_offset = size - std::min(size, kTailBytes);
    const Bytes tail = ReadRange(tail_offset, static_cast<size_t>(size - tail_offset));
    footer_ = DecodePackFooter(ByteView(tail).substr(tail.size() - kPackFooterBytes), size);
    if (footer_.object_count != entry_.object_count) {
      FailCorrupt(
          fmt::format("has {} objects instead of {}", footer_.object_count, entry_.object_count));
    }
    const uint64_t directory_bytes = size - kPackFooterBytes - footer_.directory_offset;
    if (directory_bytes > kMaxDirectoryBytes) FailCorrupt("directory is too large");
    if (footer_.directory_offset >= tail_offset) {
      blocks_ = DecodePackDirectory(
          ByteView(tail).substr(static_cast<size_t>(footer_.directory_offset - tail_offset),
                                static_cast<size_t>(directory_bytes)),
          footer_);
    } else {
      blocks_ = DecodePackDirectory(
          ReadRange(footer_.directory_offset, static_cast<size_t>(directory_bytes)), footer_);
    }
  } catch (Error& error) {
    if (error.message().find(fmt::format("'{}'", path_)) == std::string::npos) {
      error.AddContext(fmt::format("pack '{}'", path_));
    }
    throw;
  }
  open_.store(true, std::memory_order_release);
}

Bytes PackReader::ReadRange(uint64_t offset, size_t size) {
  Bytes bytes(size, '\0');
  if (file_->ReadAt(offset, bytes.data(), size) != size) {
    FailCorrupt(fmt::format("ends too early at offset {}", offset));
  }
  return bytes;
}

std::optional<uint64_t> PackReader::BlockFor(const ObjectId& id) const {
  const auto after = std::upper_bound(
      blocks_.begin(), blocks_.end(), id,
      [](const ObjectId& wanted, const BlockReference& block) { return wanted < block.first_id; });
  if (after == blocks_.begin()) return std::nullopt;
  return static_cast<uint64_t>(after - blocks_.begin()) - 1;
}

std::shared_ptr<const BlockCache::Block> PackReader::ReadBlock(uint64_t block_index) {
  EnsureOpen();
  if (auto cached = cache_.Find(cache_owner_, block_index)) return cached;
  const BlockReference& reference = blocks_[static_cast<size_t>(block_index)];
  const Bytes bytes = ReadRange(reference.offset, reference.bytes);
  try {
    auto block = std::make_shared<BlockCache::Block>(DecodeIndexBlock(
        bytes, reference, IndexBlockEntryCount(footer_.object_count, block_index), footer_));
    // Blocks ascend as their entries do, so that binary search over blocks is right.
    if (block_index + 1 < blocks_.size() &&
        !(block->back().id < blocks_[static_cast<size_t>(block_index) + 1].first_id)) {
      throw Error(ErrorKind::kCorrupt, "overlaps the next");
    }
    cache_.Insert(cache_owner_, block_index, block);
    return block;
  } catch (Error& error) {
    throw error.AddContext(
        fmt::format("pack '{}', index block at offset {}", path_, reference.offset));
  }
}

std::optional<IndexEntry> PackReader::Find(const ObjectId& id) {
  EnsureOpen();
  const auto block_index = BlockFor(id);
  if (!block_index) return std::nullopt;
  const auto block = ReadBlock(*block_index);
  const auto found = std::lower_bound(
      block->begin(), block->end(), id,
      [](const IndexEntry& entry, const ObjectId& wanted) { return entry.id < wanted; });
  if (found == block->end() || found->id != id) return std::nullopt;
  return *found;
}

StoredRecord PackReader::ReadRecord(const IndexEntry& entry) {
  EnsureOpen();
  StoredRecord record;
  record.bytes = ReadRange(entry.offset, entry.record_bytes);
  try {
    record.header = DecodeRecord(record.bytes, entry.id).header;
  } catch (Error& error) {
    throw error.AddContext(
        fmt::format("pack '{}', object {} at offset {}", path_, entry.id.Short(), entry.offset));
  }
  return record;
}

std::vector<IndexEntry> PackReader::FindRange(const ObjectId& first, const ObjectId& last,
                                              size_t limit) {
  EnsureOpen();
  std::vector<IndexEntry> out;
  for (uint64_t i = BlockFor(first).value_or(0); i < blocks_.size(); ++i) {
    if (last < blocks_[static_cast<size_t>(i)].first_id) break;
    const auto block = ReadBlock(i);
    for (const IndexEntry& entry : *block) {
      if (out.size() == limit || last < entry.id) return out;
      if (!(entry.id < first)) out.push_back(entry);
    }
  }
  return out;
}

uint64_t PackReader::block_count() {
  EnsureOpen();
  return blocks_.size();
}

PackFooter PackReader::footer() {
  EnsureOpen();
  return footer_;
}

}  // namespace pvc
