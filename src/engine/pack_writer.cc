#include "engine/pack_writer.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/assert.h"
#include "base/error.h"

namespace pvc {

namespace {

constexpr size_t kBufferBytes = 1U << 20;
constexpr uint64_t kWritebackBytes = 8U << 20;

}  // namespace

PackWriter::PackWriter(std::unique_ptr<File> file, HashKind hash_kind)
    : file_(std::move(file)),
      hash_kind_(hash_kind),
      being_written_(std::make_shared<const Bytes>()),
      gathered_(EncodePackHeader(hash_kind)) {}

void PackWriter::Append(const ObjectId& id, ByteView record) {
  bool full = false;
  {
    const std::lock_guard lock(mutex_);
    const uint64_t offset = written_bytes_ + gathered_.size();
    const bool is_new =
        places_.emplace(id, Place{offset, static_cast<uint32_t>(record.size())}).second;
    PVC_ASSERT(is_new);
    // Reserved when it begins to fill, so that a pack of one object costs no megabyte.
    if (gathered_.size() + record.size() > gathered_.capacity() &&
        gathered_.size() > kBufferBytes / 4) {
      gathered_.reserve(
          std::max(kBufferBytes + kBufferBytes / 8, gathered_.size() + record.size()));
    }
    gathered_.append(record);
    full = gathered_.size() >= kBufferBytes;
  }
  if (full) Flush();
}

void PackWriter::Flush() {
  std::shared_ptr<const Bytes> bytes;
  uint64_t offset = 0;
  {
    const std::lock_guard lock(mutex_);
    bytes = std::make_shared<const Bytes>(std::move(gathered_));
    gathered_ = Bytes();
    being_written_ = bytes;
    offset = written_bytes_;
    written_bytes_ += bytes->size();
  }
  file_->WriteAt(offset, *bytes);
  const uint64_t end = offset + bytes->size();
  if (end - writeback_offset_ >= kWritebackBytes) {
    file_->StartWriteback(writeback_offset_, end - writeback_offset_);
    writeback_offset_ = end;
  }
  const std::lock_guard lock(mutex_);
  being_written_ = std::make_shared<const Bytes>();
}

std::optional<IndexEntry> PackWriter::Find(const ObjectId& id) const {
  const std::lock_guard lock(mutex_);
  const auto found = places_.find(id);
  if (found == places_.end()) return std::nullopt;
  return IndexEntry{id, found->second.offset, found->second.record_bytes};
}

uint64_t PackWriter::object_count() const {
  const std::lock_guard lock(mutex_);
  return places_.size();
}

StoredRecord PackWriter::ReadRecord(const IndexEntry& entry) const {
  StoredRecord record;
  {
    const std::lock_guard lock(mutex_);
    const uint64_t being_written_offset = written_bytes_ - being_written_->size();
    if (entry.offset >= written_bytes_) {
      record.bytes =
          gathered_.substr(static_cast<size_t>(entry.offset - written_bytes_), entry.record_bytes);
    } else if (entry.offset >= being_written_offset) {
      record.bytes = being_written_->substr(
          static_cast<size_t>(entry.offset - being_written_offset), entry.record_bytes);
    }
  }
  if (record.bytes.empty()) {
    record.bytes.resize(entry.record_bytes);
    if (file_->ReadAt(entry.offset, record.bytes.data(), entry.record_bytes) !=
        entry.record_bytes) {
      throw Error(ErrorKind::kCorrupt, fmt::format("pack '{}' ends too early at offset {}",
                                                   file_->path(), entry.offset));
    }
  }
  try {
    record.header = DecodeRecord(record.bytes, entry.id).header;
  } catch (Error& error) {
    throw error.AddContext(fmt::format("pack '{}', object {} at offset {}", file_->path(),
                                       entry.id.Short(), entry.offset));
  }
  return record;
}

PackEntry PackWriter::Finish() {
  std::vector<IndexEntry> entries;
  uint64_t index_offset = 0;
  {
    const std::lock_guard lock(mutex_);
    entries.reserve(places_.size());
    for (const auto& [id, place] : places_) {
      entries.push_back(IndexEntry{id, place.offset, place.record_bytes});
    }
    index_offset = written_bytes_ + gathered_.size();
  }
  std::sort(entries.begin(), entries.end(),
            [](const IndexEntry& a, const IndexEntry& b) { return a.id < b.id; });
  const Bytes index = EncodePackIndex(entries, index_offset);

  PackEntry entry;
  entry.id = ComputePackId(hash_kind_, index);
  entry.object_count = entries.size();
  entry.size_bytes = index_offset + index.size();
  {
    const std::lock_guard lock(mutex_);
    gathered_.append(index);
  }
  Flush();
  file_->Sync();
  return entry;
}

}  // namespace pvc
