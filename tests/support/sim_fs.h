#pragma once

#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/fs.h"
#include "tests/support/sim_image.h"

namespace pvc {

/// A disk in memory that logs whatever changes it, so that CrashExplorer can build what a power
/// loss may leave, and that fails on request.
///
/// The process sees the *volatile* image. A new SimFs holds an empty root folder ("/", also the
/// current folder); everything in it at the start is durable. Symbolic links do not exist.
/// Thread-safe. Lifetime: outlives the files and locks it hands out.
class SimFs final : public FileSystem {
 public:
  SimFs();
  /// A disk that holds `image`, all of it durable, with an empty log.
  explicit SimFs(SimImage image);

  std::unique_ptr<File> Open(const std::string& path, OpenMode mode) override;
  std::optional<FileInfo> Stat(const std::string& path) override;
  void Rename(const std::string& from, const std::string& to) override;
  void RenameNew(const std::string& from, const std::string& to) override;
  void Remove(const std::string& path) override;
  void MakeDirectory(const std::string& path) override;
  std::string MakeTemporaryDirectory(const std::string& prefix) override;
  void RemoveDirectory(const std::string& path) override;
  void SyncDirectory(const std::string& path) override;
  std::vector<std::string> ListDirectory(const std::string& path) override;
  std::unique_ptr<FileLock> Lock(const std::string& path) override;
  std::unique_ptr<FileLock> TryLock(const std::string& path, LockKind kind) override;

  /// A new disk that holds, durably, what this one's process sees. Shares contents; cheap.
  std::unique_ptr<SimFs> Clone() const;
  /// Declares everything durable and empties the log.
  void MarkDurable();

  /// What the log starts from.
  const SimImage& base() const { return base_; }
  const std::vector<SimOperation>& log() const { return log_; }
  /// Position in the log, to say from where to explore or when something was acknowledged.
  size_t log_size() const;

  enum class Repeat { kOnce, kForever };
  /// Makes the n-th call from now (1 is the next; reads count, closing and StartWriteback do not)
  /// throw kIo with the text of `error_code`; with kForever all calls after it as well. A write
  /// that fails has written its first half. 0 ends it.
  void FailAt(uint64_t n, int error_code, Repeat repeat = Repeat::kOnce);
  /// Makes the n-th fsync from now, of file or folder, return without doing anything. 0 ends it.
  void IgnoreSync(uint64_t n);
  /// Makes every call that would change something fail with EROFS.
  void SetReadOnly(bool read_only);

  /// Calls and fsyncs (failed, ignored ones too) so far.
  uint64_t call_count() const;
  uint64_t sync_count() const;
  /// Calls that FailAt failed, fsyncs that IgnoreSync ignored.
  uint64_t fault_count() const;

  /// Whole contents of a file. The helpers below throw as Open does, and count as no call. Those
  /// that change a file do it durably, as if somebody had edited the powered-off disk.
  Bytes Contents(const std::string& path) const;
  /// Creates the file when missing; its folder must exist.
  void SetContents(const std::string& path, ByteView bytes);
  /// Cuts the file, or extends it with zeros.
  void Truncate(const std::string& path, uint64_t size);
  /// Flips bit 0..7 of a byte that exists.
  void FlipBit(const std::string& path, uint64_t byte, unsigned bit);
  /// Paths of all regular files, absolute, sorted.
  std::vector<std::string> FilePaths() const;

 private:
  class SimFile;
  class SimFileLock;
  /// Who holds the lock of one file.
  struct LockState {
    bool is_exclusive = false;
    unsigned shared_count = 0;
    bool IsFree() const { return !is_exclusive && shared_count == 0; }
  };
  struct Place;

  size_t ReadNode(SimNodeId node, const std::string& path, uint64_t offset, char* out, size_t size);
  void WriteNode(SimNodeId node, const std::string& path, uint64_t offset, ByteView bytes);
  void SyncNode(SimNodeId node, const std::string& path);
  uint64_t NodeSize(SimNodeId node, const std::string& path);
  void Unlock(SimNodeId node, LockKind kind);
  SimNodeId LockNode(const std::string& path);

  // All below: the mutex is held.
  void LogRemove(const Place& place, const std::string& path);
  int CountCall();
  void BeginCall(std::string_view action, const std::string& path);
  void BeginChange(std::string_view action, const std::string& path);
  bool CountSync();
  Place Find(std::string_view action, const std::string& path) const;
  SimNodeId FindFile(std::string_view action, const std::string& path) const;
  SimNodeId FindDirectory(std::string_view action, const std::string& path) const;
  SimNodeId Create(const Place& place, const std::string& path, bool is_directory);
  void Write(SimNodeId node, const std::string& path, uint64_t offset, ByteView bytes);
  void PlaceContent(SimNodeId node, const std::string& path, Bytes content);
  Bytes& MutableContent(SimNodeId node);
  const Bytes& ContentOf(SimNodeId node) const;

  mutable std::mutex mutex_;
  std::condition_variable unlocked_;
  SimImage base_;
  SimImage image_;
  std::vector<SimOperation> log_;
  std::map<SimNodeId, LockState> locked_;
  uint64_t call_count_ = 0;
  uint64_t sync_count_ = 0;
  uint64_t fault_count_ = 0;
  uint64_t fail_at_call_ = 0;  ///< in call_count_'s counting; 0: never
  int fail_code_ = 0;
  Repeat fail_repeat_ = Repeat::kOnce;
  uint64_t ignore_sync_ = 0;  ///< in sync_count_'s counting; 0: never
  bool read_only_ = false;
};

}  // namespace pvc
