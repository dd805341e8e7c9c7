#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/error.h"
#include "engine/object_store.h"
#include "engine/pack_set.h"

namespace pvc {

inline constexpr std::string_view kRootName = "ROOT";
inline constexpr std::string_view kLockName = "lock";
inline constexpr std::string_view kPacksName = "packs";
inline constexpr std::string_view kIncomingName = "incoming";
inline constexpr uint64_t kMaxRootBytes = 256 + kMaxPackCount * 48;

/// What ObjectStore, WriteBatch and Check share: the folder, the packs of the ROOT as last read,
/// and the caches. Thread-safe.
class ObjectStore::Impl final : public RecordSource {
 public:
  /// Reads ROOT.
  Impl(FileSystem& fs, std::string path);

  FileSystem& fs() { return fs_; }
  BlockCache& cache() { return cache_; }
  DecompressorPool& decompressors() { return decompressors_; }
  RecentObjects& recent() { return recent_; }
  HashKind hash_kind() const { return hash_kind_; }
  std::string PathOf(std::string_view name) const { return JoinPath(path_, name); }
  std::string PackPath(const ObjectId& id) const {
    return JoinPath(PathOf(kPacksName), PackFileName(id));
  }

  std::shared_ptr<PackSet> packs() const;
  /// Waits for the repository's lock. Makes its file when missing.
  std::unique_ptr<FileLock> Lock() { return fs_.Lock(PathOf(kLockName)); }
  /// The bytes of ROOT on disk.
  Bytes ReadRootFile();
  /// Makes `root` the one that is read; packs already open stay so.
  void Adopt(Root root);
  /// Returns: whether ROOT had changed.
  bool Refresh();

  std::optional<StoredRecord> FindRecord(const ObjectId& id, unsigned depth_limit) override;
  bool Contains(const ObjectId& id);

  /// Calls `use(packs)`; once more with ROOT re-read when a pack is gone because a writer merged it
  /// into another meanwhile.
  template <typename Use>
  auto WithPacks(Use use) {
    try {
      return use(*packs());
    } catch (Error& error) {
      if (error.kind() != ErrorKind::kNotFound) throw;
      if (!Refresh()) throw Error(ErrorKind::kCorrupt, error.message());
    }
    try {
      return use(*packs());
    } catch (Error& error) {
      if (error.kind() != ErrorKind::kNotFound) throw;
      throw Error(ErrorKind::kCorrupt, error.message());
    }
  }

 private:
  FileSystem& fs_;
  const std::string path_;
  BlockCache cache_;
  DecompressorPool decompressors_;
  RecentObjects recent_;
  HashKind hash_kind_ = HashKind::kBlake2b256;

  mutable std::mutex mutex_;
  std::shared_ptr<PackSet> packs_;
};

}  // namespace pvc
