#include "sqlite/database.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <optional>

#include "base/error.h"
#include "tests/support/raw_sqlite.h"
#include "tests/support/temp_folder.h"

namespace pvc {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;

std::optional<Error> OpenError(const std::string& path, Database::Options options = {}) {
  try {
    const Database db(path, options);
    return std::nullopt;
  } catch (const Error& error) {
    return error;
  }
}

void WriteFile(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

/// Runs `body` in a process of its own. Returns its result, or "error: " and the message.
std::string InChild(const std::function<std::string()>& body) {
  int channel[2];
  if (::pipe(channel) != 0) return "no pipe";
  const pid_t child = ::fork();
  if (child == 0) {
    std::string result;
    try {
      result = body();
    } catch (const Error& error) {
      result = "error: " + error.message();
    }
    const ssize_t written = ::write(channel[1], result.data(), result.size());
    ::_exit(written < 0 ? 1 : 0);
  }
  ::close(channel[1]);
  std::string result;
  char buffer[512];
  for (ssize_t n; (n = ::read(channel[0], buffer, sizeof buffer)) > 0;) {
    result.append(buffer, static_cast<size_t>(n));
  }
  ::close(channel[0]);
  ::waitpid(child, nullptr, 0);
  return result;
}

/// The same in a process that may not write what belongs to root.
std::string AsNobody(const std::function<std::string()>& body) {
  return InChild([&] {
    if (::geteuid() == 0 && ::setuid(65534) != 0) return std::string("cannot drop rights");
    return body();
  });
}

class DatabaseTest : public ::testing::Test {
 protected:
  void MakeDatabase(const std::string& before = "") {
    RawDatabase(path_).Run(before +
                           "CREATE TABLE t(id INTEGER PRIMARY KEY, v);"
                           "INSERT INTO t VALUES(1, 'old')");
  }

  TempFolder folder_;
  std::string path_ = folder_ / "app.db";
};

TEST_F(DatabaseTest, MissingFileIsNotFoundWithTheSystemsText) {
  const auto error = OpenError(path_);
  ASSERT_TRUE(error);
  EXPECT_EQ(error->kind(), ErrorKind::kNotFound);
  EXPECT_EQ(error->message(), "cannot open '" + path_ + "': No such file or directory");
}

TEST_F(DatabaseTest, FolderAndDeviceAreRefused) {
  EXPECT_EQ(OpenError(folder_.path())->kind(), ErrorKind::kInvalid);
  EXPECT_EQ(OpenError("/dev/null")->kind(), ErrorKind::kInvalid);
}

TEST_F(DatabaseTest, EmptyFileIsAnEmptyDatabase) {
  WriteFile(path_, "");
  Database db(path_, {});
  db.BeginRead();
  const Schema schema = ReadSchema(db);
  EXPECT_TRUE(schema.objects.empty());
  EXPECT_TRUE(schema.tables.empty());
}

TEST_F(DatabaseTest, ShortFileIsNotADatabase) {
  // SQLite takes a file of one byte for an empty one.
  for (const size_t size : {2U, 16U, 99U}) {
    WriteFile(path_, std::string("SQLite format 3\0", 16).append(100, 'x').substr(0, size));
    const auto error = OpenError(path_);
    ASSERT_TRUE(error) << size;
    EXPECT_EQ(error->kind(), ErrorKind::kNotADatabase);
    EXPECT_THAT(error->message(), HasSubstr("too short"));
  }
}

TEST_F(DatabaseTest, TextFileIsNotADatabase) {
  std::string text;
  while (text.size() < 4096) text += "once upon a time there was a file\n";
  WriteFile(path_, text);
  const auto error = OpenError(path_);
  ASSERT_TRUE(error);
  EXPECT_EQ(error->kind(), ErrorKind::kNotADatabase);
  EXPECT_THAT(error->message(), HasSubstr("is not a SQLite database"));
}

TEST_F(DatabaseTest, CiphertextIsCalledEncrypted) {
  std::string noise;
  uint64_t state = 88172645463325252ULL;
  for (int i = 0; i < 8192; ++i) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    noise += static_cast<char>(state >> 32);
  }
  WriteFile(path_, noise);
  const auto error = OpenError(path_);
  ASSERT_TRUE(error);
  EXPECT_EQ(error->kind(), ErrorKind::kNotADatabase);
  EXPECT_THAT(error->message(), HasSubstr("encrypted"));
}

TEST_F(DatabaseTest, TruncatedFileIsCorrupt) {
  RawDatabase(path_).Run("CREATE TABLE t(v); INSERT INTO t VALUES(zeroblob(50000))");
  std::filesystem::resize_file(path_, 8192);
  const auto error = OpenError(path_);
  ASSERT_TRUE(error);
  EXPECT_EQ(error->kind(), ErrorKind::kCorrupt);
}

TEST_F(DatabaseTest, NamesThatSqliteTreatsSpeciallyAreFiles) {
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(folder_.path());
  for (const char* name : {":memory:", "file:x?mode=memory"}) {
    Database db(name, {Database::Mode::kCreate});
    db.Execute("CREATE TABLE t(a)");
    EXPECT_TRUE(std::filesystem::exists(folder_ / name)) << name;
  }
  std::filesystem::current_path(before);
}

TEST_F(DatabaseTest, CreateRefusesAFileWithContent) {
  MakeDatabase();
  EXPECT_EQ(OpenError(path_, {Database::Mode::kCreate})->kind(), ErrorKind::kExists);
}

TEST_F(DatabaseTest, ExclusivelyLockedFileIsBusyAfterTheTimeout) {
  MakeDatabase();
  RawDatabase other(path_);
  other.Run("BEGIN EXCLUSIVE");
  const auto error = OpenError(path_, {Database::Mode::kReadOnly, milliseconds(20)});
  ASSERT_TRUE(error);
  EXPECT_EQ(error->kind(), ErrorKind::kBusy);
  EXPECT_THAT(error->message(), HasSubstr("exclusive lock"));
}

TEST_F(DatabaseTest, BeginWriteNamesTheWriteLock) {
  MakeDatabase();
  RawDatabase other(path_);
  other.Run("BEGIN IMMEDIATE");
  Database db(path_, {Database::Mode::kReadWrite, milliseconds(20)});
  try {
    db.BeginWrite();
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kBusy);
    EXPECT_THAT(error.message(), HasSubstr("write lock"));
  }
}

TEST_F(DatabaseTest, BeginReadHoldsOneState) {
  MakeDatabase("PRAGMA journal_mode=WAL;");
  Database db(path_, {});
  db.BeginRead();
  RawDatabase(path_).Run("UPDATE t SET v = 'new'");
  EXPECT_EQ(db.QueryText("SELECT v FROM t"), "old");
  db.Rollback();
  db.BeginRead();
  EXPECT_EQ(db.QueryText("SELECT v FROM t"), "new");
}

TEST_F(DatabaseTest, OpeningASecondHandleKeepsTheLocksOfTheFirst) {
  MakeDatabase();
  Database first(path_, {});
  first.BeginRead();
  { const Database second(path_, {}); }
  OpenError(folder_ / "app.db", {Database::Mode::kCreate});
  EXPECT_THAT(InChild([this] {
                Database other(path_, {Database::Mode::kReadWrite, milliseconds(20)});
                other.Execute("BEGIN EXCLUSIVE");
                return std::string("locked exclusively");
              }),
              HasSubstr("error: "));
}

TEST_F(DatabaseTest, ReadOnlyReadsAWalDatabaseWithoutWalFile) {
  MakeDatabase("PRAGMA journal_mode=WAL;");
  ASSERT_FALSE(std::filesystem::exists(path_ + "-wal"));
  const std::string before = ReadFile(path_);
  {
    Database db(path_, {});
    db.BeginRead();
    EXPECT_EQ(db.QueryText("SELECT v FROM t"), "old");
  }
  EXPECT_EQ(ReadFile(path_), before);
}

TEST_F(DatabaseTest, ReadOnlyNeverWritesWalFramesBack) {
  MakeDatabase("PRAGMA journal_mode=WAL;");
  {
    RawDatabase writer(path_);
    writer.KeepWal();
    writer.Run("UPDATE t SET v = 'in the wal'");
  }
  ASSERT_TRUE(std::filesystem::exists(path_ + "-wal"));
  const std::string before = ReadFile(path_);
  {
    Database db(path_, {});
    db.BeginRead();
    EXPECT_EQ(db.QueryText("SELECT v FROM t"), "in the wal");
  }
  EXPECT_EQ(ReadFile(path_), before);
  EXPECT_TRUE(std::filesystem::exists(path_ + "-wal"));
}

TEST_F(DatabaseTest, ReadOnlyReadsBesideAnActiveWalWriter) {
  MakeDatabase("PRAGMA journal_mode=WAL;");
  RawDatabase writer(path_);
  writer.Run("BEGIN IMMEDIATE; UPDATE t SET v = 'not committed'");
  Database db(path_, {});
  db.BeginRead();
  EXPECT_EQ(db.QueryText("SELECT v FROM t"), "old");
  writer.Run("COMMIT");
  EXPECT_EQ(db.QueryText("SELECT v FROM t"), "old");
}

/// Leaves `copy` as a crash in the middle of a transaction would: changed pages and a journal.
void CopyMidTransaction(const std::string& path, const std::string& copy) {
  RawDatabase db(path);
  db.Run(
      "PRAGMA cache_size=2; BEGIN; UPDATE t SET v = 'changed' WHERE id < 400;"
      "UPDATE t SET v = v || 'x';");
  std::filesystem::copy_file(path, copy);
  std::filesystem::copy_file(path + "-journal", copy + "-journal");
  db.Run("ROLLBACK");
}

constexpr char kManyRows[] =
    "CREATE TABLE t(id INTEGER PRIMARY KEY, v); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT "
    "i + 1 FROM n WHERE i < 5000) INSERT INTO t SELECT i, printf('%50d', i) FROM n";

TEST_F(DatabaseTest, HotJournalIsRolledBackForReading) {
  RawDatabase(path_).Run(kManyRows);
  const std::string copy = folder_ / "copy.db";
  CopyMidTransaction(path_, copy);
  ASSERT_NE(ReadFile(copy), ReadFile(path_));

  Database db(copy, {});
  db.BeginRead();
  EXPECT_EQ(db.QueryInteger("SELECT count(*) FROM t WHERE v LIKE '%change%'"), 0);
  EXPECT_EQ(ReadFile(copy), ReadFile(path_));
}

class ReadOnlyFolderTest : public DatabaseTest {
 protected:
  void Lock() {
    for (const auto& entry : std::filesystem::directory_iterator(folder_.path())) {
      ::chmod(entry.path().c_str(), 0444);
    }
    ::chmod(folder_.path().c_str(), 0555);
  }
  ~ReadOnlyFolderTest() override { ::chmod(folder_.path().c_str(), 0755); }

  std::string ReadAsNobody() {
    return AsNobody([this] {
      Database db(path_, {});
      db.BeginRead();
      return db.QueryText("SELECT v FROM t");
    });
  }
};

TEST_F(ReadOnlyFolderTest, PlainDatabaseIsRead) {
  MakeDatabase();
  Lock();
  EXPECT_EQ(ReadAsNobody(), "old");
}

TEST_F(ReadOnlyFolderTest, WalDatabaseWithoutWalFileIsRead) {
  MakeDatabase("PRAGMA journal_mode=WAL;");
  Lock();
  EXPECT_EQ(ReadAsNobody(), "old");
  EXPECT_FALSE(std::filesystem::exists(path_ + "-wal"));
}

TEST_F(ReadOnlyFolderTest, WalFileThatCannotBeReadIsAClearError) {
  MakeDatabase("PRAGMA journal_mode=WAL;");
  {
    RawDatabase writer(path_);
    writer.KeepWal();
    writer.Run("UPDATE t SET v = 'in the wal'");
  }
  std::filesystem::remove(path_ + "-shm");
  Lock();
  // Newer SQLite reads such a file with an index in memory; the stale state must never come back.
  EXPECT_THAT(ReadAsNobody(),
              ::testing::AnyOf(HasSubstr("'-wal' file holds changes"), "in the wal"));
}

TEST_F(ReadOnlyFolderTest, HotJournalIsAClearError) {
  const std::string source = folder_ / "source.db";
  RawDatabase(source).Run(kManyRows);
  CopyMidTransaction(source, path_);
  Lock();
  const std::string result = ReadAsNobody();
  EXPECT_THAT(result, HasSubstr("error: "));
  EXPECT_THAT(result, HasSubstr("rolled back"));
}

TEST_F(ReadOnlyFolderTest, OpeningForWritingIsRefused) {
  MakeDatabase();
  Lock();
  const std::string result = AsNobody([this] {
    const Database db(path_, {Database::Mode::kReadWrite});
    return std::string("opened");
  });
  EXPECT_THAT(result, HasSubstr("for writing: Permission denied"));
}

TEST_F(DatabaseTest, TriggersAndForeignKeyActionsDoNotRun) {
  RawDatabase(path_).Run(
      "CREATE TABLE p(id INTEGER PRIMARY KEY);"
      "CREATE TABLE c(p REFERENCES p(id) ON DELETE CASCADE);"
      "CREATE TRIGGER tr AFTER DELETE ON p BEGIN DELETE FROM c; END;"
      "INSERT INTO p VALUES(1); INSERT INTO c VALUES(1);");
  Database db(path_, {Database::Mode::kReadWrite});
  db.Execute("DELETE FROM p");
  EXPECT_EQ(db.QueryInteger("SELECT count(*) FROM c"), 1);
}

TEST_F(DatabaseTest, RollbackLeavesNoTrace) {
  MakeDatabase();
  Database db(path_, {Database::Mode::kReadWrite});
  db.BeginWrite();
  db.Execute("DELETE FROM t");
  db.Rollback();
  db.Rollback();
  EXPECT_EQ(db.QueryInteger("SELECT count(*) FROM t"), 1);
}

}  // namespace
}  // namespace pvc
