#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <future>
#include <thread>

#include "base/error.h"
#include "base/fs.h"
#include "tests/support/sim_fs.h"

// What both file systems do alike: the simulated one must not promise what the real one does not
// keep.

namespace pvc {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// A file system and an empty folder in it.
class Disk {
 public:
  virtual ~Disk() = default;
  virtual FileSystem& fs() = 0;
  virtual std::string folder() const = 0;
};

class PosixDisk final : public Disk {
 public:
  PosixDisk() : fs_(MakePosixFileSystem()) {
    std::string name = ::testing::TempDir() + "/pvc_fs_XXXXXX";
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make " + name);
    folder_ = name;
  }
  ~PosixDisk() override { std::filesystem::remove_all(folder_); }
  FileSystem& fs() override { return *fs_; }
  std::string folder() const override { return folder_; }

 private:
  std::unique_ptr<FileSystem> fs_;
  std::string folder_;
};

class SimDisk final : public Disk {
 public:
  FileSystem& fs() override { return fs_; }
  std::string folder() const override { return "/"; }

 private:
  SimFs fs_;
};

template <typename DiskType>
class FileSystemTest : public ::testing::Test {
 protected:
  std::string Path(std::string_view name) const { return JoinPath(disk_.folder(), name); }
  FileSystem& fs() { return disk_.fs(); }
  void Write(std::string_view name, ByteView bytes) {
    fs().Open(Path(name), OpenMode::kReadWrite)->WriteAt(0, bytes);
  }
  Bytes Read(std::string_view name) { return ReadWholeFile(fs(), Path(name), 1U << 20); }

  void ExpectError(ErrorKind kind, const std::string& message, const std::function<void()>& act) {
    try {
      act();
      ADD_FAILURE() << "nothing thrown instead of: " << message;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), kind) << error.message();
      EXPECT_EQ(error.message(), message);
    }
  }

  DiskType disk_;
};

using Disks = ::testing::Types<PosixDisk, SimDisk>;
TYPED_TEST_SUITE(FileSystemTest, Disks);

TYPED_TEST(FileSystemTest, WrittenBytesAreReadBack) {
  const auto file = this->fs().Open(this->Path("a"), OpenMode::kCreateNew);
  file->WriteAt(0, "hello world");
  file->WriteAt(6, "there");
  file->StartWriteback(0, 11);
  file->Sync();

  Bytes bytes(20, '?');
  EXPECT_EQ(file->ReadAt(0, bytes.data(), 20), 11U);
  EXPECT_EQ(bytes.substr(0, 11), "hello there");
  EXPECT_EQ(file->Size(), 11U);
  EXPECT_EQ(file->path(), this->Path("a"));
}

TYPED_TEST(FileSystemTest, ReadsAreShortOnlyAtTheEnd) {
  this->Write("a", "0123456789");
  const auto file = this->fs().Open(this->Path("a"), OpenMode::kRead);
  Bytes bytes(4, '?');
  EXPECT_EQ(file->ReadAt(3, bytes.data(), 4), 4U);
  EXPECT_EQ(bytes, "3456");
  EXPECT_EQ(file->ReadAt(8, bytes.data(), 4), 2U);
  EXPECT_EQ(file->ReadAt(10, bytes.data(), 4), 0U);
  EXPECT_EQ(file->ReadAt(1'000'000, bytes.data(), 4), 0U);
  EXPECT_EQ(file->ReadAt(0, bytes.data(), 0), 0U);
}

TYPED_TEST(FileSystemTest, WritingPastTheEndLeavesZeros) {
  const auto file = this->fs().Open(this->Path("a"), OpenMode::kCreateNew);
  file->WriteAt(3, "x");
  file->WriteAt(0, "");
  EXPECT_EQ(this->Read("a"), ByteView("\0\0\0x", 4));
}

TYPED_TEST(FileSystemTest, OpenModesSayWhatMustExist) {
  FileSystem& fs = this->fs();
  const std::string path = this->Path("a");
  this->ExpectError(ErrorKind::kNotFound, "cannot open '" + path + "': No such file or directory",
                    [&] { fs.Open(path, OpenMode::kRead); });
  this->Write("a", "old");
  this->ExpectError(ErrorKind::kExists, "cannot create '" + path + "': File exists",
                    [&] { fs.Open(path, OpenMode::kCreateNew); });
  fs.Open(path, OpenMode::kReadWrite);
  EXPECT_EQ(this->Read("a"), "old");
}

TYPED_TEST(FileSystemTest, FilesOpenedForReadingRefuseWrites) {
  this->Write("a", "old");
  const auto file = this->fs().Open(this->Path("a"), OpenMode::kRead);
  this->ExpectError(ErrorKind::kIo, "cannot write '" + this->Path("a") + "': Bad file descriptor",
                    [&] { file->WriteAt(0, "new"); });
  EXPECT_EQ(this->Read("a"), "old");
}

TYPED_TEST(FileSystemTest, FoldersAreNoFiles) {
  FileSystem& fs = this->fs();
  const std::string path = this->Path("d");
  fs.MakeDirectory(path);
  for (const OpenMode mode : {OpenMode::kRead, OpenMode::kReadWrite}) {
    this->ExpectError(ErrorKind::kIo, "cannot open '" + path + "': Is a directory",
                      [&] { fs.Open(path, mode); });
  }
  this->ExpectError(ErrorKind::kIo, "cannot remove '" + path + "': Is a directory",
                    [&] { fs.Remove(path); });
  this->ExpectError(ErrorKind::kIo, "cannot lock '" + path + "': Is a directory",
                    [&] { fs.Lock(path); });
}

TYPED_TEST(FileSystemTest, FilesAreNoFolders) {
  FileSystem& fs = this->fs();
  this->Write("a", "");
  const std::string path = this->Path("a");
  const std::string text = "': Not a directory";
  this->ExpectError(ErrorKind::kIo, "cannot list '" + path + text, [&] { fs.ListDirectory(path); });
  this->ExpectError(ErrorKind::kIo, "cannot sync folder '" + path + text,
                    [&] { fs.SyncDirectory(path); });
  this->ExpectError(ErrorKind::kIo, "cannot open '" + path + "/b" + text,
                    [&] { fs.Open(path + "/b", OpenMode::kRead); });
  EXPECT_FALSE(fs.Stat(path + "/b").has_value());
}

TYPED_TEST(FileSystemTest, StatTellsTypeAndSize) {
  FileSystem& fs = this->fs();
  this->Write("a", "12345");
  fs.MakeDirectory(this->Path("d"));
  EXPECT_EQ(fs.Stat(this->Path("a"))->type, FileType::kRegular);
  EXPECT_EQ(fs.Stat(this->Path("a"))->size_bytes, 5U);
  EXPECT_EQ(fs.Stat(this->Path("d"))->type, FileType::kDirectory);
  EXPECT_EQ(fs.Stat(this->Path("d"))->size_bytes, 0U);
  EXPECT_FALSE(fs.Stat(this->Path("none")).has_value());
  EXPECT_FALSE(fs.Stat(this->Path("none/below")).has_value());
}

TYPED_TEST(FileSystemTest, RenameReplacesAndMoves) {
  FileSystem& fs = this->fs();
  this->Write("a", "new");
  this->Write("b", "old");
  fs.MakeDirectory(this->Path("d"));
  fs.Rename(this->Path("a"), this->Path("b"));
  EXPECT_EQ(this->Read("b"), "new");
  fs.Rename(this->Path("b"), this->Path("d/c"));
  EXPECT_EQ(this->Read("d/c"), "new");
  EXPECT_THAT(fs.ListDirectory(this->disk_.folder()), ElementsAre("d"));
}

TYPED_TEST(FileSystemTest, RenameMovesFolders) {
  FileSystem& fs = this->fs();
  fs.MakeDirectory(this->Path("d"));
  this->Write("d/a", "x");
  fs.MakeDirectory(this->Path("e"));
  fs.Rename(this->Path("d"), this->Path("e"));
  EXPECT_EQ(this->Read("e/a"), "x");
  fs.Rename(this->Path("e"), this->Path("e"));
  EXPECT_EQ(this->Read("e/a"), "x");
}

TYPED_TEST(FileSystemTest, ImpossibleRenamesAreRefused) {
  FileSystem& fs = this->fs();
  const auto text = [&](std::string_view from, std::string_view to, const std::string& why) {
    return "cannot rename '" + this->Path(from) + "' to '" + this->Path(to) + "': " + why;
  };
  this->Write("a", "x");
  fs.MakeDirectory(this->Path("d"));
  fs.MakeDirectory(this->Path("full"));
  this->Write("full/b", "");
  const auto rename = [&](std::string_view from, std::string_view to) {
    return [this, &fs, from, to] { fs.Rename(this->Path(from), this->Path(to)); };
  };
  this->ExpectError(ErrorKind::kNotFound, text("none", "b", "No such file or directory"),
                    rename("none", "b"));
  this->ExpectError(ErrorKind::kNotFound, text("a", "none/b", "No such file or directory"),
                    rename("a", "none/b"));
  this->ExpectError(ErrorKind::kIo, text("a", "d", "Is a directory"), rename("a", "d"));
  this->ExpectError(ErrorKind::kIo, text("d", "a", "Not a directory"), rename("d", "a"));
  this->ExpectError(ErrorKind::kIo, text("d", "full", "Directory not empty"), rename("d", "full"));
  this->ExpectError(ErrorKind::kIo, text("d", "d/e", "Invalid argument"), rename("d", "d/e"));
  EXPECT_EQ(this->Read("a"), "x");
}

TYPED_TEST(FileSystemTest, RemovedFilesStayReadableWhileOpen) {
  FileSystem& fs = this->fs();
  this->Write("a", "x");
  const auto file = fs.Open(this->Path("a"), OpenMode::kRead);
  fs.Remove(this->Path("a"));
  char byte = 0;
  EXPECT_EQ(file->ReadAt(0, &byte, 1), 1U);
  EXPECT_FALSE(fs.Stat(this->Path("a")).has_value());
  this->ExpectError(ErrorKind::kNotFound,
                    "cannot remove '" + this->Path("a") + "': No such file or directory",
                    [&] { fs.Remove(this->Path("a")); });
}

TYPED_TEST(FileSystemTest, FoldersAreMadeOneAtATime) {
  FileSystem& fs = this->fs();
  const std::string path = this->Path("d");
  this->ExpectError(ErrorKind::kNotFound,
                    "cannot make folder '" + path + "/e': No such file or directory",
                    [&] { fs.MakeDirectory(path + "/e"); });
  fs.MakeDirectory(path);
  fs.SyncDirectory(path);
  this->ExpectError(ErrorKind::kExists, "cannot make folder '" + path + "': File exists",
                    [&] { fs.MakeDirectory(path); });
}

TYPED_TEST(FileSystemTest, OnlyEmptyFoldersAreRemoved) {
  FileSystem& fs = this->fs();
  const std::string path = this->Path("d");
  this->ExpectError(ErrorKind::kNotFound,
                    "cannot remove folder '" + path + "': No such file or directory",
                    [&] { fs.RemoveDirectory(path); });
  fs.MakeDirectory(path);
  this->Write("d/a", "");
  this->ExpectError(ErrorKind::kIo, "cannot remove folder '" + path + "': Directory not empty",
                    [&] { fs.RemoveDirectory(path); });
  this->ExpectError(ErrorKind::kIo, "cannot remove folder '" + path + "/a': Not a directory",
                    [&] { fs.RemoveDirectory(path + "/a"); });
  fs.Remove(path + "/a");
  fs.RemoveDirectory(path);
  EXPECT_FALSE(fs.Stat(path).has_value());
}

TYPED_TEST(FileSystemTest, TemporaryFoldersHaveFreshNames) {
  FileSystem& fs = this->fs();
  const std::string first = fs.MakeTemporaryDirectory(this->Path("t-"));
  const std::string second = fs.MakeTemporaryDirectory(this->Path("t-"));
  EXPECT_NE(first, second);
  EXPECT_TRUE(first.starts_with(this->Path("t-")));
  EXPECT_EQ(fs.Stat(first)->type, FileType::kDirectory);
}

TYPED_TEST(FileSystemTest, FolderTreesAreRemovedWhole) {
  FileSystem& fs = this->fs();
  for (const char* name : {"d", "d/e", "d/e/f", "d/g"}) fs.MakeDirectory(this->Path(name));
  for (const char* name : {"d/a", "d/e/f/b", "kept"}) this->Write(name, "x");
  RemoveFolderTree(fs, this->Path("d"));
  EXPECT_THAT(fs.ListDirectory(this->disk_.folder()), ElementsAre("kept"));
}

TYPED_TEST(FileSystemTest, ListsAreSortedByBytes) {
  FileSystem& fs = this->fs();
  EXPECT_THAT(fs.ListDirectory(this->disk_.folder()), IsEmpty());
  for (const char* name : {"b", "a", "\xc3\xa4", "B", ".hidden"}) this->Write(name, "");
  EXPECT_THAT(fs.ListDirectory(this->disk_.folder()),
              ElementsAre(".hidden", "B", "a", "b", "\xc3\xa4"));
  this->ExpectError(ErrorKind::kNotFound,
                    "cannot list '" + this->Path("none") + "': No such file or directory",
                    [&] { fs.ListDirectory(this->Path("none")); });
}

TYPED_TEST(FileSystemTest, MissingFolderIsNotSynced) {
  this->ExpectError(ErrorKind::kNotFound,
                    "cannot sync folder '" + this->Path("none") + "': No such file or directory",
                    [&] { this->fs().SyncDirectory(this->Path("none")); });
}

TYPED_TEST(FileSystemTest, SecondLockWaitsForTheFirst) {
  FileSystem& fs = this->fs();
  const std::string path = this->Path("lock");
  std::unique_ptr<FileLock> first = fs.Lock(path);
  std::future<void> second = std::async(std::launch::async, [&] { fs.Lock(path); });
  const std::unique_ptr<FileLock> other = fs.Lock(this->Path("other"));
  EXPECT_EQ(second.wait_for(std::chrono::milliseconds(50)), std::future_status::timeout);
  first.reset();
  EXPECT_EQ(second.wait_for(std::chrono::seconds(20)), std::future_status::ready);
  EXPECT_EQ(fs.Stat(path)->size_bytes, 0U);
}

TYPED_TEST(FileSystemTest, WholeFilesAreReadUpToTheLimit) {
  this->Write("a", "12345");
  EXPECT_EQ(ReadWholeFile(this->fs(), this->Path("a"), 5), "12345");
  this->ExpectError(ErrorKind::kTooLarge,
                    "'" + this->Path("a") + "' is too large: 5 bytes, limit 4",
                    [&] { ReadWholeFile(this->fs(), this->Path("a"), 4); });
  this->Write("empty", "");
  EXPECT_EQ(this->Read("empty"), "");
}

TYPED_TEST(FileSystemTest, ReplacedFilesHaveTheNewContentAlone) {
  FileSystem& fs = this->fs();
  ReplaceFile(fs, this->Path("a"), "a longer content");
  ReplaceFile(fs, this->Path("a"), "short");
  EXPECT_EQ(this->Read("a"), "short");
  ReplaceFile(fs, this->Path("a"), "");
  EXPECT_EQ(this->Read("a"), "");
  EXPECT_THAT(fs.ListDirectory(this->disk_.folder()), ElementsAre("a"));
}

TYPED_TEST(FileSystemTest, ReplacingPassesOverLeftoversOfACrash) {
  this->Write("a.tmp1", "left over");
  ReplaceFile(this->fs(), this->Path("a"), "new");
  EXPECT_EQ(this->Read("a"), "new");
  EXPECT_EQ(this->Read("a.tmp1"), "left over");
}

TYPED_TEST(FileSystemTest, FailedReplacementLeavesNoTemporaryFile) {
  FileSystem& fs = this->fs();
  fs.MakeDirectory(this->Path("d"));
  EXPECT_THROW(ReplaceFile(fs, this->Path("d"), "x"), Error);
  EXPECT_THAT(fs.ListDirectory(this->disk_.folder()), ElementsAre("d"));
}

TEST(Paths, JoinedWithOneSlash) {
  EXPECT_EQ(JoinPath("a", "b"), "a/b");
  EXPECT_EQ(JoinPath("a/", "b"), "a/b");
  EXPECT_EQ(JoinPath("/", "b"), "/b");
  EXPECT_EQ(JoinPath("", "b"), "b");
}

TEST(Paths, ParentIsTheFolder) {
  EXPECT_EQ(ParentPath("a/b"), "a");
  EXPECT_EQ(ParentPath("/a/b"), "/a");
  EXPECT_EQ(ParentPath("b"), ".");
  EXPECT_EQ(ParentPath("/b"), "/");
  EXPECT_EQ(ParentPath("/"), "/");
  EXPECT_EQ(ParentPath("a//b/"), "a");
  EXPECT_EQ(ParentPath("//b"), "/");
}

}  // namespace
}  // namespace pvc
