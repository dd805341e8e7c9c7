#include "sqlite/write_behind_vfs.h"

#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <random>

#include "base/error.h"
#include "sqlite/database.h"
#include "tests/support/compare_databases.h"
#include "tests/support/raw_sqlite.h"
#include "tests/support/temp_folder.h"

namespace pvc {
namespace {

constexpr const char* kSettings =
    "PRAGMA page_size=1024; PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=OFF;"
    "PRAGMA synchronous=OFF;";

// A hundred pages of cache: the rest is written, and read back, while the statements run.
constexpr const char* kManyIndexes =
    "PRAGMA cache_size=100; BEGIN;"
    "CREATE TABLE t(id INTEGER PRIMARY KEY, a, b, c UNIQUE, d);"
    "CREATE INDEX t_a ON t(a); CREATE INDEX t_b ON t(b); CREATE INDEX t_ab ON t(a, b);"
    "CREATE TABLE w(k PRIMARY KEY, v) WITHOUT ROWID;"
    "WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n WHERE i < 4000)"
    " INSERT INTO t SELECT i, i * 7919 % 8009, hex(i * 104729 % 8009), i * 31 % 8009,"
    " zeroblob(i % 700) FROM n;"
    "INSERT INTO w SELECT hex(a), d FROM t; UPDATE t SET d = b WHERE a % 3 = 0;"
    "DELETE FROM t WHERE a % 5 = 0; CREATE INDEX t_d ON t(d); COMMIT; VACUUM;";

void Build(const std::string& path, const std::string& vfs_name, const std::string& sql) {
  Database db(path, {.mode = Database::Mode::kCreate, .vfs_name = vfs_name});
  db.Execute(kSettings);
  db.Execute(sql);
}

std::string FileBytes(const std::string& path) {
  std::string bytes(std::filesystem::file_size(path), '\0');
  std::ifstream(path, std::ios::binary).read(bytes.data(), std::ssize(bytes));
  return bytes;
}

// A file of the VFS, opened without a database around it.
class OpenFile {
 public:
  OpenFile(const WriteBehindVfs& vfs, std::string path)
      : path_(std::move(path)), vfs_(sqlite3_vfs_find(vfs.name().c_str())) {
    memory_.resize(static_cast<size_t>(vfs_->szOsFile));
    name_ = sqlite3_create_filename(path_.c_str(), "", "", 0, nullptr);
    const int flags = SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    EXPECT_EQ(vfs_->xOpen(vfs_, name_, file(), flags, nullptr), SQLITE_OK);
  }
  ~OpenFile() {
    Close();
    sqlite3_free_filename(name_);
  }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;

  sqlite3_file* file() { return reinterpret_cast<sqlite3_file*>(memory_.data()); }
  const sqlite3_io_methods& methods() { return *file()->pMethods; }
  int Write(const std::string& bytes, int64_t offset) {
    return methods().xWrite(file(), bytes.data(), static_cast<int>(bytes.size()), offset);
  }
  std::string Read(int size, int64_t offset) {
    std::string bytes(static_cast<size_t>(size), 'x');
    const int result = methods().xRead(file(), bytes.data(), size, offset);
    EXPECT_TRUE(result == SQLITE_OK || result == SQLITE_IOERR_SHORT_READ) << result;
    return bytes;
  }
  int Close() { return file()->pMethods == nullptr ? SQLITE_OK : methods().xClose(file()); }

 private:
  std::string path_;
  sqlite3_vfs* vfs_;
  sqlite3_filename name_ = nullptr;
  std::vector<char> memory_;
};

class WriteBehindVfsTest : public testing::Test {
 protected:
  TempFolder folder_;
  WriteBehindVfs vfs_;
};

TEST_F(WriteBehindVfsTest, DatabaseOfManyIndexesEqualsOneWrittenDirectly) {
  Build(folder_ / "direct.db", "", kManyIndexes);
  Build(folder_ / "behind.db", vfs_.name(), kManyIndexes);
  vfs_.CheckClosedFiles();
  EXPECT_EQ(CompareDatabases(folder_ / "direct.db", folder_ / "behind.db"),
            std::vector<std::string>());
  EXPECT_EQ(FileBytes(folder_ / "direct.db"), FileBytes(folder_ / "behind.db"));
}

TEST_F(WriteBehindVfsTest, CommitWaitsForTheWritesWithoutSync) {
  Database db(folder_ / "a.db", {.mode = Database::Mode::kCreate, .vfs_name = vfs_.name()});
  db.Execute(kSettings);
  db.Execute("BEGIN; CREATE TABLE t(a); INSERT INTO t VALUES(zeroblob(3000000)); COMMIT");
  EXPECT_EQ(static_cast<int64_t>(std::filesystem::file_size(folder_ / "a.db")),
            1024 * db.QueryInteger("PRAGMA page_count"));
}

TEST_F(WriteBehindVfsTest, JournalAndTransactionsWorkThroughIt) {
  Database db(folder_ / "a.db", {.mode = Database::Mode::kCreate, .vfs_name = vfs_.name()});
  db.Execute("PRAGMA cache_size=10; CREATE TABLE t(a); INSERT INTO t VALUES(1)");
  db.Execute("BEGIN; INSERT INTO t VALUES(zeroblob(500000)); UPDATE t SET a = 2; ROLLBACK");
  EXPECT_EQ(db.QueryInteger("SELECT sum(a) FROM t"), 1);
  EXPECT_EQ(db.QueryText("PRAGMA integrity_check"), "ok");
}

TEST_F(WriteBehindVfsTest, WalIsNotToBeHad) {
  Database db(folder_ / "a.db", {.mode = Database::Mode::kCreate, .vfs_name = vfs_.name()});
  EXPECT_NE(db.QueryText("PRAGMA journal_mode=WAL"), "wal");
}

TEST_F(WriteBehindVfsTest, PendingBytesAreRead) {
  OpenFile file(vfs_, folder_ / "a");
  ASSERT_EQ(file.Write("one ", 0), SQLITE_OK);
  ASSERT_EQ(file.Write("two ", 4), SQLITE_OK);
  ASSERT_EQ(file.Write("far", 100), SQLITE_OK);
  ASSERT_EQ(file.Write("ONE", 0), SQLITE_OK);
  EXPECT_EQ(file.Read(8, 0), "ONE two ");
  EXPECT_EQ(file.Read(4, 100), std::string("far\0", 4));
}

TEST_F(WriteBehindVfsTest, SizeCountsPendingBytes) {
  OpenFile file(vfs_, folder_ / "a");
  ASSERT_EQ(file.Write("bytes", 1000), SQLITE_OK);
  sqlite3_int64 size = 0;
  ASSERT_EQ(file.methods().xFileSize(file.file(), &size), SQLITE_OK);
  EXPECT_EQ(size, 1005);
}

TEST_F(WriteBehindVfsTest, AnyOrderOfCallsGivesTheBytesOfAPlainFile) {
  const auto seed = static_cast<unsigned>(std::random_device()());
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937 random(seed);
  const auto below = [&](int64_t n) {
    return static_cast<int64_t>(random() % static_cast<uint64_t>(n));
  };
  for (int round = 0; round < 4; ++round) {
    const std::string path = folder_ / ("f" + std::to_string(round));
    const int64_t page_bytes = int64_t{512} << below(8);
    const int64_t page_count = 1 + below(3 * (int64_t{16} << 20) / page_bytes / 2);
    std::string model;
    int64_t next = 0;
    OpenFile file(vfs_, path);
    for (int step = 0; step < 1500; ++step) {
      const int64_t kind = below(1000);
      if (kind < 10 || next >= page_count) next = below(page_count);
      const int64_t offset = (kind < 700 ? next++ : below(page_count)) * page_bytes;
      if (kind < 900) {
        const std::string page(static_cast<size_t>(page_bytes), static_cast<char>(random()));
        ASSERT_EQ(file.Write(page, offset), SQLITE_OK);
        model.resize(std::max(model.size(), static_cast<size_t>(offset + page_bytes)));
        model.replace(static_cast<size_t>(offset), page.size(), page);
      } else if (kind < 990) {
        std::string expected =
            model.substr(std::min(model.size(), static_cast<size_t>(offset)), page_bytes);
        expected.resize(static_cast<size_t>(page_bytes));
        ASSERT_TRUE(file.Read(static_cast<int>(page_bytes), offset) == expected) << step;
      } else if (kind < 995) {
        ASSERT_EQ(file.methods().xTruncate(file.file(), offset), SQLITE_OK);
        model.resize(static_cast<size_t>(offset));
      } else {
        ASSERT_EQ(file.methods().xSync(file.file(), SQLITE_SYNC_NORMAL), SQLITE_OK);
        ASSERT_TRUE(FileBytes(path) == model) << step;
      }
    }
    ASSERT_EQ(file.Close(), SQLITE_OK);
    ASSERT_TRUE(FileBytes(path) == model);
    std::filesystem::remove(path);
  }
}

// Runs `act` in a process whose files cannot grow past `limit_bytes`. Returns: what it returns.
template <typename Act>
int InSmallDisk(rlim_t limit_bytes, Act act) {
  const pid_t child = fork();
  if (child == 0) {
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{limit_bytes, limit_bytes};
    setrlimit(RLIMIT_FSIZE, &limit);
    int result = 99;
    try {
      result = act();
    } catch (...) {
    }
    _exit(result);
  }
  int status = 0;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status));
  return WEXITSTATUS(status);
}

constexpr int kNoError = 1;
constexpr int kFailedAsIo = 2;
constexpr int kOtherError = 3;

template <typename Act>
int HowItEnds(Act act) {
  try {
    act();
    return kNoError;
  } catch (const Error& error) {
    return error.kind() == ErrorKind::kIo ? kFailedAsIo : kOtherError;
  }
}

// The whole transaction fits into what may be pending: only COMMIT can tell.
TEST_F(WriteBehindVfsTest, CommitFailsWhenTheDiskIsFull) {
  const int ending = InSmallDisk(200000, [&] {
    Database db(folder_ / "a.db", {.mode = Database::Mode::kCreate, .vfs_name = vfs_.name()});
    db.Execute(kSettings);
    db.Execute("BEGIN; CREATE TABLE t(a); INSERT INTO t VALUES(zeroblob(700000))");
    return HowItEnds([&] { db.Commit(); });
  });
  EXPECT_EQ(ending, kFailedAsIo);
}

TEST_F(WriteBehindVfsTest, BuildingManyIndexesFailsWhenTheDiskIsFull) {
  for (const rlim_t limit_bytes : {5000, 100000, 1000000, 2000000}) {
    const std::string path = folder_ / ("a" + std::to_string(limit_bytes));
    const int ending = InSmallDisk(
        limit_bytes, [&] { return HowItEnds([&] { Build(path, vfs_.name(), kManyIndexes); }); });
    EXPECT_EQ(ending, kFailedAsIo) << limit_bytes;
  }
}

TEST_F(WriteBehindVfsTest, FailureSticksToTheFile) {
  const int ending = InSmallDisk(1000, [&] {
    OpenFile file(vfs_, folder_ / "a");
    if (file.Write("x", 5000) != SQLITE_OK) return 10;
    const int failure = file.methods().xSync(file.file(), SQLITE_SYNC_NORMAL);
    if (failure == SQLITE_OK || file.Write("x", 0) != failure) return 11;
    if (file.methods().xSync(file.file(), SQLITE_SYNC_NORMAL) != failure) return 12;
    if (file.methods().xTruncate(file.file(), 0) != failure) return 13;
    char byte = 0;
    if (file.methods().xRead(file.file(), &byte, 1, 0) != failure) return 14;
    return file.Close() == failure ? 0 : 15;
  });
  EXPECT_EQ(ending, 0);
}

TEST_F(WriteBehindVfsTest, FailureThatOnlyClosingFoundIsReported) {
  const int ending = InSmallDisk(1000, [&] {
    {
      OpenFile file(vfs_, folder_ / "a");
      if (file.Write("x", 5000) != SQLITE_OK) return 10;
    }
    return HowItEnds([&] { vfs_.CheckClosedFiles(); });
  });
  EXPECT_EQ(ending, kFailedAsIo);
}

TEST_F(WriteBehindVfsTest, FolderThatIsNotThereCannotBeOpened) {
  Database::Options options{.mode = Database::Mode::kCreate, .vfs_name = vfs_.name()};
  EXPECT_THROW(Database(folder_ / "none/a.db", options), Error);
}

TEST(WriteBehindVfs, IsGoneWithItsObject) {
  std::string name;
  {
    const WriteBehindVfs first;
    const WriteBehindVfs second;
    EXPECT_NE(first.name(), second.name());
    name = first.name();
    EXPECT_NE(sqlite3_vfs_find(name.c_str()), nullptr);
  }
  EXPECT_EQ(sqlite3_vfs_find(name.c_str()), nullptr);
}

}  // namespace
}  // namespace pvc
