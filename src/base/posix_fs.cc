#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <system_error>
#include <utility>

#include "base/error.h"
#include "base/fs.h"

namespace pvc {

namespace {

/// Throws "cannot <action> '<path>': <text of errno>".
[[noreturn]] void ThrowErrno(std::string_view action, std::string_view path, int code) {
  ErrorKind kind = ErrorKind::kIo;
  if (code == ENOENT) kind = ErrorKind::kNotFound;
  if (code == EEXIST) kind = ErrorKind::kExists;
  throw Error(
      kind, fmt::format("cannot {} '{}': {}", action, path, std::generic_category().message(code)));
}

/// Calls until a signal is not what ended the call.
template <typename Call>
auto Retried(Call call) {
  auto result = call();
  while (result < 0 && errno == EINTR) result = call();
  return result;
}

/// Owns a file descriptor.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    // Linux frees the descriptor even when close fails: trying again could close another thread's
    // file.
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&&) = delete;

  int get() const { return fd_; }

 private:
  int fd_;
};

constexpr mode_t kMode = 0666;
constexpr mode_t kPrivateMode = 0600;

Descriptor OpenDescriptor(std::string_view action, const std::string& path, int flags,
                          mode_t mode = kMode) {
  const int fd = Retried([&] { return ::open(path.c_str(), flags | O_CLOEXEC | O_NOCTTY, mode); });
  if (fd < 0) ThrowErrno(action, path, errno);
  return Descriptor(fd);
}

// O_NONBLOCK and the check keep a pipe or device that somebody put in a repository from blocking
// us. It means nothing for regular files.
Descriptor OpenRegular(std::string_view action, const std::string& path, int flags,
                       mode_t mode = kMode) {
  Descriptor fd = OpenDescriptor(action, path, flags | O_NONBLOCK, mode);
  struct stat info;
  if (::fstat(fd.get(), &info) < 0) ThrowErrno(action, path, errno);
  if (S_ISDIR(info.st_mode)) ThrowErrno(action, path, EISDIR);
  if (!S_ISREG(info.st_mode)) {
    throw Error(ErrorKind::kIo, fmt::format("cannot {} '{}': Not a regular file", action, path));
  }
  return fd;
}

class PosixFile final : public File {
 public:
  PosixFile(Descriptor fd, std::string path) : fd_(std::move(fd)), path_(std::move(path)) {}

  size_t ReadAt(uint64_t offset, char* out, size_t size) override {
    size_t done = 0;
    while (done < size) {
      const ssize_t n = Retried([&] {
        return ::pread(fd_.get(), out + done, size - done, static_cast<off_t>(offset + done));
      });
      if (n < 0) ThrowErrno("read", path_, errno);
      if (n == 0) break;
      done += static_cast<size_t>(n);
    }
    return done;
  }

  void WriteAt(uint64_t offset, ByteView bytes) override {
    size_t done = 0;
    while (done < bytes.size()) {
      const ssize_t n = Retried([&] {
        return ::pwrite(fd_.get(), bytes.data() + done, bytes.size() - done,
                        static_cast<off_t>(offset + done));
      });
      if (n < 0) ThrowErrno("write", path_, errno);
      // Never seen on a regular file; looping on it would never end.
      if (n == 0) ThrowErrno("write", path_, ENOSPC);
      done += static_cast<size_t>(n);
    }
  }

  void StartWriteback(uint64_t offset, uint64_t size) override {
    // Only a hint: what goes wrong here, the next fsync reports.
    (void)::sync_file_range(fd_.get(), static_cast<off_t>(offset), static_cast<off_t>(size),
                            SYNC_FILE_RANGE_WRITE);
  }

  // After a failure the kernel may have dropped the dirty pages, and a second fsync would report
  // success for data that is gone. So there is no second one, not even after EINTR.
  void Sync() override {
    if (sync_failed_.load()) {
      throw Error(ErrorKind::kIo, fmt::format("cannot sync '{}': an earlier sync failed", path_));
    }
    if (::fsync(fd_.get()) < 0) {
      const int code = errno;
      sync_failed_.store(true);
      ThrowErrno("sync", path_, code);
    }
  }

  uint64_t Size() override {
    struct stat info;
    if (::fstat(fd_.get(), &info) < 0) ThrowErrno("stat", path_, errno);
    return static_cast<uint64_t>(info.st_size);
  }

  const std::string& path() const override { return path_; }

 private:
  Descriptor fd_;
  std::string path_;
  std::atomic<bool> sync_failed_ = false;
};

class PosixFileLock final : public FileLock {
 public:
  explicit PosixFileLock(Descriptor fd) : fd_(std::move(fd)) {}

 private:
  Descriptor fd_;  // closing it releases the lock
};

class DirectoryStream {
 public:
  explicit DirectoryStream(const std::string& path) : stream_(::opendir(path.c_str())) {
    if (stream_ == nullptr) ThrowErrno("list", path, errno);
  }
  ~DirectoryStream() { ::closedir(stream_); }
  DirectoryStream(const DirectoryStream&) = delete;
  DirectoryStream& operator=(const DirectoryStream&) = delete;

  DIR* get() const { return stream_; }

 private:
  DIR* stream_;
};

class PosixFileSystem final : public FileSystem {
 public:
  std::unique_ptr<File> Open(const std::string& path, OpenMode mode) override {
    const bool is_private = mode == OpenMode::kCreatePrivate;
    const bool creates = mode == OpenMode::kCreateNew || is_private;
    int flags = O_RDONLY;
    if (creates) flags = O_RDWR | O_CREAT | O_EXCL;
    if (mode == OpenMode::kReadWrite) flags = O_RDWR | O_CREAT;
    return std::make_unique<PosixFile>(
        OpenRegular(creates ? "create" : "open", path, flags, is_private ? kPrivateMode : kMode),
        path);
  }

  std::optional<FileInfo> Stat(const std::string& path) override {
    struct stat info;
    if (::lstat(path.c_str(), &info) < 0) {
      if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
      ThrowErrno("stat", path, errno);
    }
    FileInfo result;
    if (S_ISREG(info.st_mode)) result.type = FileType::kRegular;
    if (S_ISDIR(info.st_mode)) result.type = FileType::kDirectory;
    if (S_ISREG(info.st_mode)) result.size_bytes = static_cast<uint64_t>(info.st_size);
    const auto nanoseconds = [](const timespec& time) {
      return static_cast<int64_t>(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
    };
    result.inode = static_cast<uint64_t>(info.st_ino);
    result.modified_ns = nanoseconds(info.st_mtim);
    result.changed_ns = nanoseconds(info.st_ctim);
    return result;
  }

  void Rename(const std::string& from, const std::string& to) override {
    if (Retried([&] { return ::rename(from.c_str(), to.c_str()); }) < 0) {
      const int code = errno;
      ThrowErrno(fmt::format("rename '{}' to", from), to, code);
    }
  }

  void RenameNew(const std::string& from, const std::string& to) override {
    const int done = Retried([&] {
      return ::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE);
    });
    if (done == 0) return;
    int code = errno;
    if (code == EINVAL || code == ENOSYS) {  // a file system that cannot; it may know links
      if (::link(from.c_str(), to.c_str()) == 0) {
        Remove(from);
        return;
      }
      code = errno;
    }
    ThrowErrno(fmt::format("rename '{}' to", from), to, code);
  }

  void Remove(const std::string& path) override {
    if (Retried([&] { return ::unlink(path.c_str()); }) < 0) ThrowErrno("remove", path, errno);
  }

  void MakeDirectory(const std::string& path) override {
    if (Retried([&] { return ::mkdir(path.c_str(), 0777); }) < 0) {
      ThrowErrno("make folder", path, errno);
    }
  }

  std::string MakeTemporaryDirectory(const std::string& prefix) override {
    std::string path = prefix + "XXXXXX";
    if (::mkdtemp(path.data()) == nullptr) ThrowErrno("make folder", prefix + "XXXXXX", errno);
    return path;
  }

  void RemoveDirectory(const std::string& path) override {
    if (Retried([&] { return ::rmdir(path.c_str()); }) < 0) {
      ThrowErrno("remove folder", path, errno);
    }
  }

  void SyncDirectory(const std::string& path) override {
    const Descriptor fd = OpenDescriptor("sync folder", path, O_RDONLY | O_DIRECTORY);
    // EINVAL: this file system has no fsync for folders, so there is nothing to wait for.
    if (::fsync(fd.get()) < 0 && errno != EINVAL) ThrowErrno("sync folder", path, errno);
  }

  std::vector<std::string> ListDirectory(const std::string& path) override {
    const DirectoryStream stream(path);
    std::vector<std::string> names;
    for (;;) {
      errno = 0;
      const dirent* entry = ::readdir(stream.get());
      if (entry == nullptr) {
        if (errno != 0) ThrowErrno("list", path, errno);
        break;
      }
      const std::string_view name = entry->d_name;
      if (name != "." && name != "..") names.emplace_back(name);
    }
    std::sort(names.begin(), names.end());
    return names;
  }

  std::unique_ptr<FileLock> Lock(const std::string& path) override {
    Descriptor fd = OpenRegular("lock", path, O_RDWR | O_CREAT);
    if (Retried([&] { return ::flock(fd.get(), LOCK_EX); }) < 0) ThrowErrno("lock", path, errno);
    return std::make_unique<PosixFileLock>(std::move(fd));
  }

  std::unique_ptr<FileLock> TryLock(const std::string& path, LockKind kind) override {
    Descriptor fd = OpenRegular("lock", path, O_RDWR | O_CREAT);
    const int operation = (kind == LockKind::kShared ? LOCK_SH : LOCK_EX) | LOCK_NB;
    if (Retried([&] { return ::flock(fd.get(), operation); }) < 0) {
      if (errno == EWOULDBLOCK) return nullptr;
      ThrowErrno("lock", path, errno);
    }
    return std::make_unique<PosixFileLock>(std::move(fd));
  }
};

}  // namespace

std::unique_ptr<FileSystem> MakePosixFileSystem() { return std::make_unique<PosixFileSystem>(); }

}  // namespace pvc
