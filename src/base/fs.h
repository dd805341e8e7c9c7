#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"

namespace pvc {

/// An open file. Closing is the destructor's; it reports nothing, so call Sync() before what
/// matters.
///
/// Throws: every member throws kIo with path, system call and errno text; nothing is retried after
/// a failed Sync().
class File {
 public:
  virtual ~File() = default;

  /// Reads up to `size` bytes at `offset` into `out`. Returns fewer only at the end of the file.
  virtual size_t ReadAt(uint64_t offset, char* out, size_t size) = 0;
  /// Writes all of `bytes` at `offset`; the file grows as needed.
  virtual void WriteAt(uint64_t offset, ByteView bytes) = 0;
  /// Starts writing the range to the device without waiting. A hint: it promises nothing.
  virtual void StartWriteback(uint64_t offset, uint64_t size) = 0;
  /// Makes content and size durable (fsync).
  virtual void Sync() = 0;
  virtual uint64_t Size() = 0;
  virtual const std::string& path() const = 0;
};

/// Holds a `flock`; the destructor releases it. The system releases it when the process dies.
class FileLock {
 public:
  virtual ~FileLock() = default;
};

enum class LockKind {
  kShared,     ///< beside other shared ones
  kExclusive,  ///< alone
};

enum class OpenMode {
  kRead,           ///< must exist
  kCreateNew,      ///< must not exist (O_EXCL); read and write
  kCreatePrivate,  ///< the same, and no other user may open it
  kReadWrite,      ///< created when missing; not truncated
};

enum class FileType { kRegular, kDirectory, kOther };

struct FileInfo {
  FileType type = FileType::kOther;
  uint64_t size_bytes = 0;
  /// What tells a file from another of its name, and a version of it from the next; zero where the
  /// file system does not say.
  uint64_t inode = 0;
  int64_t modified_ns = 0;  ///< content, since 1970; only to be compared
  int64_t changed_ns = 0;   ///< content or attributes

  bool operator==(const FileInfo&) const = default;
};

/// The one way by which pvc touches files, so that tests can put a simulated disk under it.
/// Databases are the exception: SQLite opens them itself.
///
/// Paths are used as given (absolute, or relative to the process's folder), bytes, '/'-separated.
/// Throws: kIo; kNotFound and kExists where named.
class FileSystem {
 public:
  virtual ~FileSystem() = default;

  /// Throws: kNotFound (kRead, no such file), kExists (kCreateNew, kCreatePrivate), kIo.
  virtual std::unique_ptr<File> Open(const std::string& path, OpenMode mode) = 0;
  /// Returns: nothing when there is no such file. Does not follow a final symbolic link.
  virtual std::optional<FileInfo> Stat(const std::string& path) = 0;
  /// Replaces `to` atomically. Durable after SyncDirectory of both folders.
  virtual void Rename(const std::string& from, const std::string& to) = 0;
  /// The same, but never replaces a file.   Throws: kExists, with nothing changed; kIo.
  virtual void RenameNew(const std::string& from, const std::string& to) = 0;
  /// Throws: kNotFound, kIo.
  virtual void Remove(const std::string& path) = 0;
  /// Makes one folder. Throws: kExists, kIo.
  virtual void MakeDirectory(const std::string& path) = 0;
  /// Makes a folder that only its owner may enter, under a fresh name that begins with `prefix`.
  /// Returns: its path.
  virtual std::string MakeTemporaryDirectory(const std::string& prefix) = 0;
  /// Removes an empty folder.   Throws: kNotFound, kIo.
  virtual void RemoveDirectory(const std::string& path) = 0;
  /// Makes the folder's entries durable (fsync of the directory).
  virtual void SyncDirectory(const std::string& path) = 0;
  /// Names in the folder, sorted, without "." and "..".   Throws: kNotFound, kIo.
  virtual std::vector<std::string> ListDirectory(const std::string& path) = 0;
  /// Waits for an exclusive lock on `path`, a file that exists for its lock alone: created when
  /// missing, never renamed or removed.
  virtual std::unique_ptr<FileLock> Lock(const std::string& path) = 0;
  /// The same without waiting.   Returns: null when another holder is in the way.
  virtual std::unique_ptr<FileLock> TryLock(const std::string& path, LockKind kind) = 0;
};

/// The operating system's file system.
std::unique_ptr<FileSystem> MakePosixFileSystem();

/// Reads a whole file. Throws: kNotFound, kIo, kTooLarge when it holds more than `max_bytes`.
Bytes ReadWholeFile(FileSystem& fs, const std::string& path, uint64_t max_bytes);

/// Replaces `path` so that a crash leaves the old or the new content: temporary file beside it,
/// fsync, rename, fsync of the folder. Leaves no temporary file behind when it throws; a crash may
/// leave
/// "<path>.tmp<number>", which later calls pass over.
void ReplaceFile(FileSystem& fs, const std::string& path, ByteView content);

/// Removes a folder and everything in it; follows no symbolic links.
/// Throws: kNotFound, kIo; what was not reached by then is left.
void RemoveFolderTree(FileSystem& fs, const std::string& path);

/// "a/b" of "a" and "b"; `name` alone when `folder` is empty.
std::string JoinPath(std::string_view folder, std::string_view name);
/// The folder of a path: "a" of "a/b", "." of "b", "/" of "/b".
std::string ParentPath(std::string_view path);

}  // namespace pvc
