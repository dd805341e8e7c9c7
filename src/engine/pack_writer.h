#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "base/fs.h"
#include "engine/pack_reader.h"

namespace pvc {

/// Writes one pack into a new file. Gathers records into buffers of 1 MiB, starts writeback as it
/// goes so that the fsync at the end is short, and keeps the index in memory until Finish: about 80
/// bytes an object.
///
/// Append and Finish come from one thread at a time; Find and ReadRecord from any thread meanwhile.
/// Leaves removing the file to its owner.
class PackWriter {
 public:
  /// Takes a file just created, empty.
  PackWriter(std::unique_ptr<File> file, HashKind hash_kind);

  /// Requires: `id` was not appended before.
  void Append(const ObjectId& id, ByteView record);
  std::optional<IndexEntry> Find(const ObjectId& id) const;
  /// Reads a record that Find gave, from memory or from the file.
  StoredRecord ReadRecord(const IndexEntry& entry) const;
  uint64_t object_count() const;

  /// Writes the index and makes the file durable. Requires: at least one object.
  PackEntry Finish();
  const std::shared_ptr<File>& file() const { return file_; }

 private:
  void Flush();

  struct Place {
    uint64_t offset;
    uint32_t record_bytes;
  };

  const std::shared_ptr<File> file_;
  const HashKind hash_kind_;
  uint64_t writeback_offset_ = 0;  // the appending thread's alone

  mutable std::mutex mutex_;
  std::unordered_map<ObjectId, Place> places_;
  // The file's bytes: what is written, then what is being written, then what is still gathered.
  uint64_t written_bytes_ = 0;
  std::shared_ptr<const Bytes> being_written_;
  Bytes gathered_;
};

}  // namespace pvc
