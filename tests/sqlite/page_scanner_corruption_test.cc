#include <fcntl.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <memory>
#include <random>
#include <string>
#include <vector>

#include "base/error.h"
#include "tests/sqlite/page_scan_support.h"
#include "tests/support/temp_folder.h"

namespace pvc {
namespace {

constexpr size_t kPageSize = 512;

// A database that is changed behind SQLite's back while a transaction is open, so that only the
// page scanner sees the change.
class PageScannerCorruptionTest : public ::testing::Test {
 protected:
  void Create(const std::string& sql) {
    RawDatabase(path_).Run("PRAGMA page_size = 512; " + sql);
    original_ = ReadFileBytes(path_);
    // Opened before SQLite opens the file and closed after it closes: closing drops its locks.
    file_ = ::open(path_.c_str(), O_RDWR | O_CLOEXEC);
    ASSERT_GE(file_, 0);
    db_ = std::make_unique<Database>(path_, Database::Options{});
    db_->BeginRead();
    tables_ = ReadSchema(*db_).tables;
  }

  void TearDown() override {
    db_.reset();
    if (file_ >= 0) ::close(file_);
  }

  void Write(size_t offset, const std::string& bytes) {
    ASSERT_EQ(::pwrite(file_, bytes.data(), bytes.size(), static_cast<off_t>(offset)),
              static_cast<ssize_t>(bytes.size()));
  }

  // Offset of a page in the file.
  static size_t PageAt(size_t page) { return (page - 1) * kPageSize; }
  size_t RootPage(const std::string& table) {
    return static_cast<size_t>(
        db_->QueryInteger("SELECT rootpage FROM sqlite_schema WHERE name = '" + table + "'"));
  }
  uint32_t Load(size_t offset, size_t size) const {
    uint32_t value = 0;
    for (size_t i = 0; i < size; ++i)
      value = value << 8 | static_cast<uint8_t>(original_[offset + i]);
    return value;
  }
  size_t CellAt(size_t page, size_t index) const {
    return PageAt(page) + Load(PageAt(page) + 8 + 2 * index, 2);
  }
  static std::string Number(size_t value) {
    return {static_cast<char>(value >> 24), static_cast<char>(value >> 16),
            static_cast<char>(value >> 8), static_cast<char>(value)};
  }

  // Scans the first table. Returns the message of kCorrupt, "" when there was no error.
  std::string Problem() {
    try {
      const auto scanner = MakePageScanner(*db_, tables_.at(0));
      EXPECT_NE(scanner, nullptr);
      ReadAll(*scanner);
      return "";
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kCorrupt);
      return error.message();
    }
  }

  // Scans all tables. Any Error will do, and any rows, but not more than the file can hold.
  void ScanWhateverIsThere() {
    for (const TableInfo& table : tables_) {
      try {
        const auto scanner = MakePageScanner(*db_, table);
        const size_t rows = scanner == nullptr ? 0 : ReadAll(*scanner).size();
        EXPECT_LE(rows, original_.size());
      } catch (const Error& error) {
        EXPECT_FALSE(error.message().empty());
      }
    }
  }

  void CreateSampleOfEverything() {
    Create(
        "CREATE TABLE t(a, b, c REAL); CREATE TABLE w(k TEXT, v, PRIMARY KEY(v, k)) WITHOUT ROWID;"
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 40)"
        " INSERT INTO t SELECT i, zeroblob(i * 7), i / 3 FROM n;"
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 40)"
        " INSERT INTO w SELECT i, zeroblob(i * 7) FROM n;"
        "INSERT INTO t VALUES (1, zeroblob(2000), 'x'); ALTER TABLE t ADD COLUMN d DEFAULT 5");
  }

  TempFolder folder_;
  const std::string path_ = folder_ / "test.db";
  std::string original_;
  int file_ = -1;
  std::unique_ptr<Database> db_;
  std::vector<TableInfo> tables_;
};

constexpr char kManyRows[] =
    "CREATE TABLE t(a); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < "
    "50)"
    " INSERT INTO t SELECT zeroblob(100) FROM n";
constexpr char kFewRows[] = "CREATE TABLE t(a, b); INSERT INTO t VALUES (1000, 'x'), (2000, 'y')";
constexpr char kOverflow[] = "CREATE TABLE t(a); INSERT INTO t VALUES (zeroblob(2000))";

TEST_F(PageScannerCorruptionTest, WrongPageTypeIsNamed) {
  Create(kFewRows);
  Write(PageAt(RootPage("t")), "\x0a");
  EXPECT_EQ(Problem(), "table 't': page 2: is of type 10, not 13 or 5");
}

TEST_F(PageScannerCorruptionTest, TooManyCellsAreRefused) {
  Create(kFewRows);
  Write(PageAt(RootPage("t")) + 3, "\xff\xff");
  EXPECT_EQ(Problem(), "table 't': page 2: cannot hold 65535 cells");
}

TEST_F(PageScannerCorruptionTest, CellOutsideThePageIsRefused) {
  Create(kFewRows);
  Write(PageAt(RootPage("t")) + 10, "\x01\xfe");
  EXPECT_EQ(Problem(), "table 't': page 2: cell 1 lies outside, at offset 510");
}

TEST_F(PageScannerCorruptionTest, CellInThePageHeaderIsRefused) {
  Create(kFewRows);
  Write(PageAt(RootPage("t")) + 8, std::string("\x00\x03", 2));
  EXPECT_EQ(Problem(), "table 't': page 2: cell 0 lies outside, at offset 3");
}

TEST_F(PageScannerCorruptionTest, RowidsOutOfOrderAreRefused) {
  Create(kFewRows);
  const size_t pointers = PageAt(RootPage("t")) + 8;
  Write(pointers, original_.substr(pointers + 2, 2) + original_.substr(pointers, 2));
  EXPECT_EQ(Problem(), "table 't': page 2: rowid 1 comes after 2");
}

TEST_F(PageScannerCorruptionTest, ChildOnItsOwnPathIsRefused) {
  Create(kManyRows);
  const size_t root = RootPage("t");
  Write(PageAt(root) + 8, Number(root));
  EXPECT_EQ(Problem(), "table 't': page 2: refers to page 2, which has another place");
}

TEST_F(PageScannerCorruptionTest, ChildThatIsAlreadyASiblingIsRefused) {
  Create(kManyRows);
  const size_t root = RootPage("t");
  Write(PageAt(root) + 8, original_.substr(PageAt(root) + Load(PageAt(root) + 12, 2), 4));
  EXPECT_THAT(Problem(), ::testing::HasSubstr("which has another place"));
}

TEST_F(PageScannerCorruptionTest, ChildOutsideTheFileIsRefused) {
  Create(kManyRows);
  Write(PageAt(RootPage("t")) + 8, Number(100000));
  EXPECT_THAT(Problem(), ::testing::HasSubstr("page 2: refers to page 100000 of "));
  Write(PageAt(RootPage("t")) + 8, Number(0));
  EXPECT_THAT(Problem(), ::testing::HasSubstr("page 2: refers to page 0 of "));
}

TEST_F(PageScannerCorruptionTest, SchemaPageAsChildIsRefused) {
  Create(kManyRows);
  Write(PageAt(RootPage("t")) + 8, Number(1));
  EXPECT_EQ(Problem(), "table 't': page 2: refers to page 1, which has another place");
}

TEST_F(PageScannerCorruptionTest, OverflowLoopIsRefused) {
  Create(kOverflow);
  Write(PageAt(4), Number(3));
  EXPECT_EQ(Problem(), "table 't': page 4: refers to page 3, which has another place");
}

TEST_F(PageScannerCorruptionTest, ShortOverflowChainIsRefused) {
  Create(kOverflow);
  Write(PageAt(4), Number(0));
  EXPECT_EQ(Problem(), "table 't': page 4: overflow chain ends before the record does");
}

TEST_F(PageScannerCorruptionTest, ReservedSerialTypeIsRefused) {
  Create(kFewRows);
  // payload size, rowid, header size, serial types
  Write(CellAt(2, 0) + 3, "\x0a");
  EXPECT_EQ(Problem(), "table 't': page 2: the record has a field of an unknown type");
}

TEST_F(PageScannerCorruptionTest, FieldLongerThanTheRecordIsRefused) {
  Create(kFewRows);
  Write(CellAt(2, 0) + 4, "\x7f");
  EXPECT_EQ(Problem(), "table 't': page 2: the record's fields are longer than the record");
}

TEST_F(PageScannerCorruptionTest, BytesAfterTheLastFieldAreRefused) {
  Create(kFewRows);
  Write(CellAt(2, 0) + 4, "\x08");
  EXPECT_EQ(Problem(), "table 't': page 2: the record has bytes after its last field");
}

TEST_F(PageScannerCorruptionTest, HeaderLongerThanTheRecordIsRefused) {
  Create(kFewRows);
  Write(CellAt(2, 0) + 2, "\x7f");
  EXPECT_EQ(Problem(), "table 't': page 2: the record's header is cut off");
}

TEST_F(PageScannerCorruptionTest, PayloadLongerThanTheFileIsRefused) {
  Create(kOverflow);
  Write(CellAt(2, 0), "\xff\xff");
  EXPECT_THAT(Problem(), ::testing::HasSubstr("page 2: cell 0 claims "));
}

TEST_F(PageScannerCorruptionTest, FileThatGetsShorterIsRefused) {
  Create(kOverflow);
  const auto scanner = MakePageScanner(*db_, tables_.at(0));
  ASSERT_NE(scanner, nullptr);
  ASSERT_EQ(::ftruncate(file_, static_cast<off_t>(PageAt(4) + 100)), 0);
  EXPECT_THROW(ReadAll(*scanner), Error);
  EXPECT_EQ(MakePageScanner(*db_, tables_.at(0)), nullptr)
      << "the page count is not that of SQLite";
}

TEST_F(PageScannerCorruptionTest, EveryByteOfEveryPageMayBeAnything) {
  CreateSampleOfEverything();
  std::mt19937 random(7);
  SCOPED_TRACE("seed 7");
  for (size_t offset = 0; offset < original_.size(); ++offset) {
    // Of the zeros that fill pages and blobs, few matter.
    if (original_[offset] == 0 && random() % 8 != 0) continue;
    const char old = original_[offset];
    for (const char value : {static_cast<char>(old ^ (1 << random() % 8)),
                             static_cast<char>(random()), '\0', '\xff'}) {
      Write(offset, std::string(1, value));
      ScanWhateverIsThere();
    }
    Write(offset, std::string(1, old));
  }
}

TEST_F(PageScannerCorruptionTest, ManyBitFlipsAtOnceAreSurvived) {
  CreateSampleOfEverything();
  for (uint32_t seed = 1; seed <= 1500; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    std::mt19937 random(seed);
    std::string bytes = original_;
    for (auto flips = 1 + random() % 30; flips > 0; --flips) {
      const size_t at = kPageSize + random() % (bytes.size() - kPageSize);
      bytes[at] = static_cast<char>(bytes[at] ^ (1 << random() % 8));
    }
    Write(0, bytes);
    ScanWhateverIsThere();
  }
}

TEST_F(PageScannerCorruptionTest, PagesInTheWrongPlaceAreSurvived) {
  CreateSampleOfEverything();
  const size_t page_count = original_.size() / kPageSize;
  for (size_t from = 1; from <= page_count; ++from) {
    for (size_t to = 2; to <= page_count; ++to) {
      Write(PageAt(to), original_.substr(PageAt(from), kPageSize));
      ScanWhateverIsThere();
      Write(PageAt(to), original_.substr(PageAt(to), kPageSize));
    }
  }
}

}  // namespace
}  // namespace pvc
