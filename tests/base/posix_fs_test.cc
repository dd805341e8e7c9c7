#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <functional>
#include <vector>

#include "base/error.h"
#include "base/fs.h"

// What only the operating system's file system does; the rest is in file_system_test.cc.

namespace pvc {
namespace {

class PosixFs : public ::testing::Test {
 protected:
  PosixFs() : fs_(MakePosixFileSystem()) {
    folder_ = ::testing::TempDir() + "/pvc_posix_XXXXXX";
    if (mkdtemp(folder_.data()) == nullptr) throw std::runtime_error("cannot make " + folder_);
  }
  ~PosixFs() override { std::filesystem::remove_all(folder_); }

  std::string Path(std::string_view name) const { return JoinPath(folder_, name); }

  /// Descriptors of this process that are open on `path`.
  static std::vector<int> DescriptorsOf(const std::string& path) {
    std::vector<int> found;
    for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
      std::error_code ignored;
      if (std::filesystem::read_symlink(entry.path(), ignored) == path) {
        found.push_back(std::stoi(entry.path().filename()));
      }
    }
    return found;
  }

  static std::string IoMessage(const std::function<void()>& act) {
    try {
      act();
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kIo);
      return error.message();
    }
    return "nothing thrown";
  }

  std::unique_ptr<FileSystem> fs_;
  std::string folder_;
};

TEST_F(PosixFs, PrivateFileIsItsOwnersAlone) {
  fs_->Open(Path("a"), OpenMode::kCreatePrivate)->WriteAt(0, "secret");
  struct stat info {};
  ASSERT_EQ(::stat(Path("a").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0600U);
  try {
    fs_->Open(Path("a"), OpenMode::kCreatePrivate);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kExists);
  }
}

TEST_F(PosixFs, SharedLocksGoTogetherAndExcludeAnExclusiveOne) {
  const std::string path = Path("lock");
  const auto one = fs_->TryLock(path, LockKind::kShared);
  const auto other = fs_->TryLock(path, LockKind::kShared);
  EXPECT_NE(one, nullptr);
  EXPECT_NE(other, nullptr);
  EXPECT_EQ(fs_->TryLock(path, LockKind::kExclusive), nullptr);
}

TEST_F(PosixFs, ExclusiveLockExcludesAllOthersUntilItIsReleased) {
  const std::string path = Path("lock");
  auto lock = fs_->TryLock(path, LockKind::kExclusive);
  EXPECT_EQ(fs_->TryLock(path, LockKind::kShared), nullptr);
  lock.reset();
  EXPECT_NE(fs_->TryLock(path, LockKind::kShared), nullptr);
}

TEST_F(PosixFs, LockHeldByAnotherProcessIsFreedByItsDeath) {
  const std::string path = Path("lock");
  int pipe_ends[2];
  ASSERT_EQ(pipe(pipe_ends), 0);
  const pid_t child = fork();
  if (child == 0) {
    const std::unique_ptr<FileLock> lock = fs_->Lock(path);
    const char byte = 1;
    if (write(pipe_ends[1], &byte, 1) != 1) _exit(1);
    for (;;) pause();
  }
  char byte = 0;
  ASSERT_EQ(read(pipe_ends[0], &byte, 1), 1);

  const int fd = open(path.c_str(), O_RDWR | O_CLOEXEC);
  EXPECT_NE(flock(fd, LOCK_EX | LOCK_NB), 0) << "the child does not hold the lock";
  close(fd);
  kill(child, SIGKILL);
  const std::unique_ptr<FileLock> lock = fs_->Lock(path);  // returns

  waitpid(child, nullptr, 0);
  close(pipe_ends[0]);
  close(pipe_ends[1]);
}

TEST_F(PosixFs, DescriptorsAreClosedOnExecAndByDestructors) {
  {
    const std::unique_ptr<File> file = fs_->Open(Path("a"), OpenMode::kCreateNew);
    const std::unique_ptr<FileLock> lock = fs_->Lock(Path("lock"));
    for (const char* name : {"a", "lock"}) {
      const std::vector<int> fds = DescriptorsOf(Path(name));
      ASSERT_EQ(fds.size(), 1U) << name;
      EXPECT_NE(fcntl(fds[0], F_GETFD) & FD_CLOEXEC, 0) << name;
    }
  }
  fs_->ListDirectory(folder_);
  fs_->SyncDirectory(folder_);
  EXPECT_TRUE(DescriptorsOf(Path("a")).empty());
  EXPECT_TRUE(DescriptorsOf(Path("lock")).empty());
  EXPECT_TRUE(DescriptorsOf(folder_).empty());
}

TEST_F(PosixFs, FailedSyncIsNeverRetried) {
  const std::unique_ptr<File> file = fs_->Open(Path("a"), OpenMode::kCreateNew);
  const int fd = DescriptorsOf(Path("a")).at(0);
  const int kept = dup(fd);
  close(fd);
  EXPECT_EQ(IoMessage([&] { file->Sync(); }),
            "cannot sync '" + Path("a") + "': Bad file descriptor");

  ASSERT_EQ(dup2(kept, fd), fd);  // from here on fsync would succeed
  close(kept);
  EXPECT_EQ(IoMessage([&] { file->Sync(); }),
            "cannot sync '" + Path("a") + "': an earlier sync failed");
  EXPECT_NO_THROW(fs_->Open(Path("a"), OpenMode::kReadWrite)->Sync());
}

TEST_F(PosixFs, ShortWritesAreContinuedAndTheirErrorReported) {
  const std::unique_ptr<File> file = fs_->Open(Path("a"), OpenMode::kCreateNew);
  rlimit old_limit{};
  getrlimit(RLIMIT_FSIZE, &old_limit);
  const auto old_handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit limit{10, old_limit.rlim_max};
  setrlimit(RLIMIT_FSIZE, &limit);
  const std::string message = IoMessage([&] { file->WriteAt(4, "0123456789"); });
  setrlimit(RLIMIT_FSIZE, &old_limit);
  std::signal(SIGXFSZ, old_handler);

  EXPECT_EQ(message, "cannot write '" + Path("a") + "': File too large");
  EXPECT_EQ(ReadWholeFile(*fs_, Path("a"), 100), ByteView("\0\0\0\0"
                                                          "012345",
                                                          10));
}

TEST_F(PosixFs, PipesAreRefusedWithoutWaiting) {
  ASSERT_EQ(mkfifo(Path("pipe").c_str(), 0666), 0);
  const std::string text = " '" + Path("pipe") + "': Not a regular file";
  EXPECT_EQ(IoMessage([&] { fs_->Open(Path("pipe"), OpenMode::kRead); }), "cannot open" + text);
  EXPECT_EQ(IoMessage([&] { fs_->Open(Path("pipe"), OpenMode::kReadWrite); }),
            "cannot open" + text);
  EXPECT_EQ(IoMessage([&] { fs_->Lock(Path("pipe")); }), "cannot lock" + text);
}

TEST_F(PosixFs, StatDoesNotFollowAFinalLink) {
  fs_->Open(Path("a"), OpenMode::kCreateNew)->WriteAt(0, "12345");
  ASSERT_EQ(symlink("a", Path("link").c_str()), 0);
  EXPECT_EQ(fs_->Stat(Path("link"))->type, FileType::kOther);
  EXPECT_EQ(fs_->Stat(Path("link"))->size_bytes, 0U);
}

TEST_F(PosixFs, ImpossibleOffsetsAreErrors) {
  const std::unique_ptr<File> file = fs_->Open(Path("a"), OpenMode::kCreateNew);
  char byte = 0;
  const std::string text = " '" + Path("a") + "': Invalid argument";
  EXPECT_EQ(IoMessage([&] { file->ReadAt(~uint64_t{0}, &byte, 1); }), "cannot read" + text);
  EXPECT_EQ(IoMessage([&] { file->WriteAt(~uint64_t{0}, "x"); }), "cannot write" + text);
  EXPECT_NO_THROW(file->StartWriteback(~uint64_t{0}, 1));
}

TEST_F(PosixFs, TooLongNamesAreErrors) {
  const std::string path = Path(std::string(300, 'x'));
  EXPECT_EQ(IoMessage([&] { fs_->Stat(path); }), "cannot stat '" + path + "': File name too long");
}

}  // namespace
}  // namespace pvc
