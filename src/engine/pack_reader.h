#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/fs.h"
#include "engine/block_cache.h"
#include "engine/pack_format.h"

namespace pvc {

/// A record with its bytes, its checksum verified.
struct StoredRecord {
  Bytes bytes;  ///< the whole record
  RecordHeader header;

  ByteView payload() const { return ByteView(bytes).substr(bytes.size() - header.stored_bytes); }
};

/// Finds records in a pack file. Opens it when first asked, then holds the file and its directory;
/// reads one index block and one record a lookup.
///
/// Thread-safe. Throws: every member throws kCorrupt naming the file; kNotFound when it is missing;
/// kIo. Lifetime: file system and cache outlive the reader.
class PackReader {
 public:
  PackReader(FileSystem& fs, BlockCache& cache, std::string path, HashKind hash_kind,
             const PackEntry& entry);

  const PackEntry& entry() const { return entry_; }
  const std::string& path() const { return path_; }

  std::optional<IndexEntry> Find(const ObjectId& id);
  /// Reads a record that Find gave.
  StoredRecord ReadRecord(const IndexEntry& entry);
  /// Returns the first `limit` entries with first <= id <= last.
  std::vector<IndexEntry> FindRange(const ObjectId& first, const ObjectId& last, size_t limit);

  /// Number of index blocks, and one of them; for whoever walks the whole pack.
  uint64_t block_count();
  std::shared_ptr<const BlockCache::Block> ReadBlock(uint64_t block_index);
  PackFooter footer();
  /// Reads `size` bytes of the file. Throws: kCorrupt when it ends before.
  Bytes ReadRange(uint64_t offset, size_t size);

 private:
  void EnsureOpen();
  [[noreturn]] void FailCorrupt(std::string_view what) const;
  /// Index of the block that would hold `id`; nothing when it is before all of them.
  std::optional<uint64_t> BlockFor(const ObjectId& id) const;

  FileSystem& fs_;
  BlockCache& cache_;
  const std::string path_;
  const HashKind hash_kind_;
  const PackEntry entry_;
  const uint64_t cache_owner_;

  std::mutex open_mutex_;
  std::atomic<bool> open_ = false;
  // Set once, before open_.
  std::unique_ptr<File> file_;
  PackFooter footer_;
  std::vector<BlockReference> blocks_;
};

}  // namespace pvc
