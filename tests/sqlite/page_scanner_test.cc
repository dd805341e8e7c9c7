#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "base/error.h"
#include "tests/sqlite/page_scan_support.h"
#include "tests/support/temp_folder.h"

namespace pvc {
namespace {

class PageScannerTest : public ::testing::Test {
 protected:
  void Create(const std::string& sql) { RawDatabase(path_).Run(sql); }
  // Text of a recursive query that counts.
  static std::string Count(int from, int to) {
    return "WITH RECURSIVE n(i) AS (SELECT " + std::to_string(from) +
           " UNION ALL SELECT i + 1 FROM n WHERE i < " + std::to_string(to) + ") ";
  }

  TempFolder folder_;
  const std::string path_ = folder_ / "test.db";
};

TEST_F(PageScannerTest, EmptyTableHasNoRows) {
  Create("CREATE TABLE t(a, b)");
  EXPECT_TRUE(RowsByPages(path_, "t").empty());
}

TEST_F(PageScannerTest, AllSerialTypesAreDecoded) {
  Create(
      "CREATE TABLE t(a, b TEXT, c REAL);"
      "INSERT INTO t VALUES (NULL, '', 0.5), (0, 'a', 1), (1, x'00', -1), (127, 'text', 'text'),"
      "(-128, CAST(x'ff00fe' AS TEXT), x''), (128, 'a' || char(0) || 'b', 1e308),"
      "(32767, '', 9e999), (-32768, '', -9e999), (8388607, '', -0.0), (-8388608, '', 5e-324),"
      "(2147483647, '', 1), (-2147483648, '', 1), (140737488355327, '', 1),"
      "(-140737488355328, '', 1), (9223372036854775807, '', 1), (-9223372036854775808, '', 1),"
      "(1.5, '', 140737488355327), (x'3100', '', 2.0), (-1, '', 9223372036854775807)");
  ExpectPagesMatchSql(path_, "t", 19);
}

TEST_F(PageScannerTest, NotANumberOnThePageIsNull) {
  Create("CREATE TABLE t(a); INSERT INTO t VALUES (1.25)");
  std::string bytes = ReadFileBytes(path_);
  const size_t at = bytes.rfind(std::string("\x3f\xf4\0\0\0\0\0\0", 8));
  ASSERT_NE(at, std::string::npos);
  bytes.replace(at, 2, "\x7f\xf8");
  WriteFileBytes(path_, bytes);
  EXPECT_THAT(RowsByPages(path_, "t"), ::testing::ElementsAre("1|n0:"));
}

TEST_F(PageScannerTest, IntegerPrimaryKeyIsTheRowid) {
  Create(
      "CREATE TABLE t(a, id INTEGER PRIMARY KEY, b);"
      "INSERT INTO t VALUES (1, -9223372036854775808, 2), (1, 9223372036854775807, 2),"
      "(1, 0, 2), (1, -1, 2)");
  ExpectPagesMatchSql(path_, "t", 4);
}

TEST_F(PageScannerTest, DescendingIntegerPrimaryKeyIsNotTheRowid) {
  Create("CREATE TABLE t(id INTEGER PRIMARY KEY DESC, b); INSERT INTO t VALUES (7, 1), (5, 2)");
  ExpectPagesMatchSql(path_, "t", 2);
}

TEST_F(PageScannerTest, RowidsHiddenByThreeColumnsAreReached) {
  Create(
      "CREATE TABLE t(a, b, c); INSERT INTO t(rowid, a, b, c) VALUES (5, 1, 2, 3), (-7, 4, 5, 6);"
      "ALTER TABLE t RENAME a TO rowid; ALTER TABLE t RENAME b TO oid;"
      "ALTER TABLE t RENAME c TO _rowid_; ALTER TABLE t ADD COLUMN d DEFAULT 'x';"
      "INSERT INTO t VALUES (7, 8, 9, 'y')");
  EXPECT_THAT(RowsByPages(path_, "t"),
              ::testing::ElementsAre("-7|i1:4|i1:5|i1:6|t1:x", "5|i1:1|i1:2|i1:3|t1:x",
                                     "6|i1:7|i1:8|i1:9|t1:y"));
}

TEST_F(PageScannerTest, OverflowIsReadAtEverySizeOnSmallPages) {
  for (const char* kind : {"", " WITHOUT ROWID"}) {
    SCOPED_TRACE(kind);
    TempFolder folder;
    const std::string path = folder / "test.db";
    RawDatabase(path).Run("PRAGMA page_size = 512; CREATE TABLE t(k INT PRIMARY KEY, v)" +
                          std::string(kind) + ";" + Count(0, 2200) +
                          "INSERT INTO t SELECT i, randomblob(i) FROM n");
    ExpectPagesMatchSql(path, "t", 2201);
  }
}

TEST_F(PageScannerTest, OverflowIsReadAroundTheLimitsOfEveryPageSize) {
  for (int page_size = 512; page_size <= 65536; page_size *= 2) {
    for (const char* kind : {"", " WITHOUT ROWID"}) {
      SCOPED_TRACE(std::to_string(page_size) + kind);
      TempFolder folder;
      const std::string path = folder / "test.db";
      RawDatabase db(path);
      const int usable = page_size;
      const int table_max = usable - 35;
      const int index_max = (usable - 12) * 64 / 255 - 23;
      const int min = (usable - 12) * 32 / 255 - 23;
      db.Run("PRAGMA page_size = " + std::to_string(page_size) +
             "; CREATE TABLE t(k INTEGER PRIMARY KEY, v)" + kind + "; BEGIN");
      for (const int base : {min, table_max, index_max, usable - 4 + min, usable - 4 + table_max,
                             usable - 4 + index_max, 2 * (usable - 4) + index_max}) {
        db.Run(Count(base - 12, base + 2) +
               "INSERT INTO t SELECT (SELECT count(*) FROM t) + i, randomblob(i) FROM n");
      }
      db.Run("COMMIT");
      ExpectPagesMatchSql(path, "t", 105);
    }
  }
}

TEST_F(PageScannerTest, ReservedBytesAreNotUsed) {
  {
    RawDatabase db(path_);
    int reserved = 37;
    ASSERT_EQ(sqlite3_file_control(db.handle(), "main", SQLITE_FCNTL_RESERVE_BYTES, &reserved),
              SQLITE_OK);
    db.Run(
        "PRAGMA page_size = 1024; VACUUM; CREATE TABLE t(a, b); CREATE TABLE w(a PRIMARY KEY, b)"
        " WITHOUT ROWID;" +
        Count(1, 300) + "INSERT INTO t SELECT i, randomblob(i * 11) FROM n;" + Count(1, 300) +
        "INSERT INTO w SELECT i, randomblob(i * 11) FROM n");
  }
  ASSERT_EQ(ReadFileBytes(path_)[20], 37);
  ExpectPagesMatchSql(path_, "t", 300);
  ExpectPagesMatchSql(path_, "w", 300);
}

TEST_F(PageScannerTest, Utf16TextKeepsItsBytes) {
  for (const char* encoding : {"UTF-16le", "UTF-16be"}) {
    SCOPED_TRACE(encoding);
    TempFolder folder;
    const std::string path = folder / "test.db";
    RawDatabase(path).Run(
        "PRAGMA encoding = '" + std::string(encoding) +
        "'; CREATE TABLE t(a, b TEXT);"
        "INSERT INTO t VALUES ('a\xc3\xa9', 'b'), (CAST(x'00d8' AS TEXT), 1),"
        "(CAST(x'410042' AS TEXT), ''); ALTER TABLE t ADD COLUMN c DEFAULT 'x\xc3\xa9'");
    ExpectPagesMatchSql(path, "t", 3);
  }
}

TEST_F(PageScannerTest, KeyOrderDiffersFromColumnOrderWithoutRowid) {
  Create(
      "CREATE TABLE t(a, b TEXT COLLATE NOCASE, c REAL, d INT, e,"
      " PRIMARY KEY(d DESC, b, d, c, b COLLATE BINARY)) WITHOUT ROWID;" +
      Count(1, 3000) +
      "INSERT INTO t SELECT i, 'key' || (i % 7), i / 3, i % 11, randomblob(i % 300) FROM n");
  ExpectPagesMatchSql(path_, "t", 3000);
}

TEST_F(PageScannerTest, DeepTreesAreWalkedInOrder) {
  Create(
      "PRAGMA page_size = 512; CREATE TABLE t(a, b);"
      "CREATE TABLE w(a PRIMARY KEY, b) WITHOUT ROWID;" +
      Count(1, 20000) +
      "INSERT INTO t(rowid, a, b) SELECT (i * 7919) % 100003, i, 'some text' FROM n;" +
      Count(1, 20000) +
      "INSERT INTO w SELECT hex((i * 7919) % 100003), randomblob(90) FROM n;"
      "DELETE FROM t WHERE a % 3 = 0; DELETE FROM w WHERE a LIKE '%3'");
  ExpectPagesMatchSql(path_, "t", 13000);
  ExpectPagesMatchSql(path_, "w", 5000);
}

TEST_F(PageScannerTest, AddedColumnsHaveTheirDefaults) {
  Create(
      "CREATE TABLE t(k INT PRIMARY KEY, a); CREATE TABLE w(k PRIMARY KEY, a) WITHOUT ROWID;"
      "INSERT INTO t VALUES (1, 1), (2, 2); INSERT INTO w VALUES (1, 1), (2, 2)");
  for (const std::string table : {"t", "w"}) {
    for (const char* column :
         {"c1", "c2 DEFAULT 'it''s'", "c3 INTEGER DEFAULT '42'", "c4 REAL DEFAULT 5",
          "c5 TEXT DEFAULT 5.0", "c6 BLOB DEFAULT x'0001'", "c7 DEFAULT -9223372036854775808",
          "c8 DEFAULT TRUE", "c9 NUMERIC DEFAULT '1e3'", "\"\" DEFAULT 'no name'", "g AS (a + 1)",
          "\"a\"\"b\" DEFAULT +7", "c10 NOT NULL DEFAULT 9e999", "c11 DEFAULT ''",
          "c12 REAL DEFAULT 'text'", "c13 DEFAULT -0.0"}) {
      Create("ALTER TABLE " + table + " ADD COLUMN " + column + "; INSERT INTO " + table +
             "(k, a) SELECT count(*) + 1, 0 FROM " + table);
    }
    ExpectPagesMatchSql(path_, table, 18);
  }
}

TEST_F(PageScannerTest, DefaultIsAskedOfTheRowThatLacksTheField) {
  Create(
      "CREATE TABLE w(k PRIMARY KEY) WITHOUT ROWID; INSERT INTO w VALUES (2);"
      "ALTER TABLE w ADD COLUMN c DEFAULT 'default';"
      "INSERT INTO w VALUES (1, 'one'), (3, 'three')");
  ExpectPagesMatchSql(path_, "w", 3);
}

TEST_F(PageScannerTest, DefaultIsNotAskedInTheOrderOfACoveringIndex) {
  Create(
      "CREATE TABLE w(k PRIMARY KEY) WITHOUT ROWID; INSERT INTO w VALUES (1), (2), (3);"
      "ALTER TABLE w ADD COLUMN c DEFAULT 7; UPDATE w SET c = -5 WHERE k = 3;"
      "CREATE INDEX by_c ON w(c)");
  EXPECT_THAT(RowsByPages(path_, "w"),
              ::testing::ElementsAre("0|i1:1|i1:7", "0|i1:2|i1:7", "0|i1:3|i2:-5"));
}

TEST_F(PageScannerTest, GeneratedColumnsAreLeftOut) {
  Create(
      "CREATE TABLE t(a, g AS (a * 2), b REAL, s AS (a || 'x') STORED, c, h AS (b) VIRTUAL, d);"
      "CREATE TABLE w(s AS (a || 'x') STORED, a, g AS (a * 2), k TEXT PRIMARY KEY, b) WITHOUT "
      "ROWID;"
      "INSERT INTO t(a, b, c, d) VALUES (1, 2, 3, 4), (5, 6, 7, 8);"
      "INSERT INTO w(a, k, b) VALUES (1, 2, 3), (4, 5, 6)");
  ExpectPagesMatchSql(path_, "t", 2);
  ExpectPagesMatchSql(path_, "w", 2);
  EXPECT_THAT(RowsByPages(path_, "w"),
              ::testing::ElementsAre("0|i1:1|t1:2|i1:3", "0|i1:4|t1:5|i1:6"));
}

TEST_F(PageScannerTest, DroppedAndRenamedColumnsAreFollowed) {
  Create(
      "CREATE TABLE t(a, b, c, d REAL); INSERT INTO t VALUES (1, 2, 3, 4), (5, 6, 7, 8);"
      "ALTER TABLE t DROP COLUMN b; ALTER TABLE t RENAME d TO e; ALTER TABLE t RENAME TO u;"
      "ALTER TABLE u ADD COLUMN f DEFAULT 9; INSERT INTO u VALUES (10, 11, 12, 13)");
  ExpectPagesMatchSql(path_, "u", 3);
}

TEST_F(PageScannerTest, WideTablesHaveHeadersOnOverflowPages) {
  std::string columns = "c0 INTEGER PRIMARY KEY";
  std::string values = "1";
  for (int i = 1; i < 2000; ++i) {
    columns += ", c" + std::to_string(i);
    values += i % 3 == 0
                  ? ", 'some longer text with more than fifty-eight bytes, so two bytes of type'"
                  : ", " + std::to_string(i);
  }
  Create("PRAGMA page_size = 512; CREATE TABLE t(" + columns + ")");
  Create("INSERT INTO t VALUES (" + values + ")");
  ExpectPagesMatchSql(path_, "t", 1);
  Create("UPDATE t SET c1500 = zeroblob(3000000)");
  ExpectPagesMatchSql(path_, "t", 1);
}

TEST_F(PageScannerTest, AutoVacuumPagesAreSkipped) {
  Create(
      "PRAGMA page_size = 512; PRAGMA auto_vacuum = FULL; CREATE TABLE t(a, b);"
      "CREATE TABLE u(a);" +
      Count(1, 2000) +
      "INSERT INTO t SELECT i, randomblob(i) FROM n;"
      "INSERT INTO u SELECT b FROM t; DELETE FROM u WHERE rowid % 2; DELETE FROM t WHERE a < 500");
  ExpectPagesMatchSql(path_, "t", 1500);
  ExpectPagesMatchSql(path_, "u", 1000);
}

TEST_F(PageScannerTest, LargeValuesAreStreamed) {
  Create(
      "CREATE TABLE t(a, b, c, d REAL); CREATE TABLE w(k INTEGER PRIMARY KEY, v) WITHOUT ROWID;"
      "INSERT INTO t VALUES (1, randomblob(10000000), 'after', 3),"
      "('x', hex(randomblob(1048577)), randomblob(2000000), zeroblob(1048577)),"
      "(randomblob(1048576), randomblob(1048576), NULL, 4);"
      "INSERT INTO w VALUES (1, randomblob(3000000)), (2, 'small')");
  ExpectPagesMatchSql(path_, "t", 3);
  ExpectPagesMatchSql(path_, "w", 2);

  Database db(path_, {});
  db.BeginRead();
  const auto scanner = MakePageScanner(db, FindTable(db, "t"));
  const ScannedRow* row = scanner->Next();
  EXPECT_NE(row->values[1].reader, nullptr);
  EXPECT_TRUE(row->values[1].bytes.empty());
  EXPECT_EQ(row->values[1].size_bytes, 10000000U);
  EXPECT_EQ(row->values[2].bytes, "after");
  row = scanner->Next();
  row = scanner->Next();
  EXPECT_EQ(row->values[0].reader, nullptr) << "not larger than kStreamedValueBytes";
}

TEST_F(PageScannerTest, LargeValuesInScatteredPagesAreStreamed) {
  // Two rows that grow in turns have their overflow pages from a shuffled free list.
  Create("PRAGMA page_size = 1024; CREATE TABLE junk(b); CREATE TABLE t(a, b);" + Count(1, 4000) +
         "INSERT INTO junk SELECT randomblob(900) FROM n; DELETE FROM junk WHERE rowid % 2;"
         "INSERT INTO t VALUES (1, randomblob(1500000)), (2, randomblob(1200000)), (3, 'x')");
  ExpectPagesMatchSql(path_, "t", 3);
}

TEST_F(PageScannerTest, SequenceAndShadowTablesAreRead) {
  Create(
      "CREATE TABLE a(id INTEGER PRIMARY KEY AUTOINCREMENT, x); INSERT INTO a(x) VALUES (1), (2);"
      "CREATE VIRTUAL TABLE f USING fts5(x, y); INSERT INTO f VALUES ('some words', 'and more')");
  ExpectPagesMatchSql(path_, "sqlite_sequence", 1);
  ExpectPagesMatchSql(path_, "f_content", 1);
  ExpectPagesMatchSql(path_, "f_data", 1);
  ExpectPagesMatchSql(path_, "f_idx", 1);
}

TEST_F(PageScannerTest, EmptyWalIsScannedAndWritersDoNotDisturb) {
  RawDatabase writer(path_);
  writer.Run("PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; CREATE TABLE t(a, b);" +
             Count(1, 2000) +
             "INSERT INTO t SELECT i, randomblob(1000) FROM n;"
             "PRAGMA wal_checkpoint(TRUNCATE)");
  const RowTexts expected = RowsBySql(path_, "t");
  Database db(path_, {});
  db.BeginRead();
  const TableInfo table = FindTable(db, "t");
  const auto scanner = MakePageScanner(db, table);
  ASSERT_NE(scanner, nullptr);
  const auto late_scanner = MakePageScanner(db, table);
  scanner->Next();
  writer.Run("UPDATE t SET b = 'changed'; PRAGMA wal_checkpoint(PASSIVE)");
  EXPECT_EQ(ReadAll(*scanner).size(), expected.size() - 1);
  writer.Run("PRAGMA busy_timeout = 0; PRAGMA wal_checkpoint(TRUNCATE)");
  EXPECT_EQ(ReadAll(*late_scanner), expected);
  EXPECT_EQ(MakePageScanner(db, table), nullptr) << "the log is no longer empty";
}

TEST_F(PageScannerTest, FramesInTheWalAreRefused) {
  RawDatabase writer(path_);
  writer.Run("PRAGMA journal_mode = WAL; CREATE TABLE t(a); INSERT INTO t VALUES (1)");
  Database db(path_, {});
  db.BeginRead();
  EXPECT_EQ(MakePageScanner(db, FindTable(db, "t")), nullptr);
}

TEST_F(PageScannerTest, WriteTransactionIsRefused) {
  Create("CREATE TABLE t(a); INSERT INTO t VALUES (1)");
  Database db(path_, {.mode = Database::Mode::kReadWrite});
  db.BeginWrite();
  EXPECT_EQ(MakePageScanner(db, FindTable(db, "t")), nullptr);
  db.Rollback();
}

TEST_F(PageScannerTest, MissingTransactionIsRefused) {
  Create("CREATE TABLE t(a); INSERT INTO t VALUES (1)");
  Database db(path_, {});
  db.BeginRead();
  const TableInfo table = FindTable(db, "t");
  db.Rollback();
  EXPECT_EQ(MakePageScanner(db, table), nullptr);
}

TEST_F(PageScannerTest, TableOfAnotherSchemaIsRefused) {
  Create("CREATE TABLE t(a, b)");
  Database db(path_, {});
  db.BeginRead();
  TableInfo table = FindTable(db, "t");
  table.columns.pop_back();
  EXPECT_EQ(MakePageScanner(db, table), nullptr);
  table.name = "u";
  EXPECT_EQ(MakePageScanner(db, table), nullptr);
}

TEST_F(PageScannerTest, OddNamesAreQuoted) {
  Create(
      "CREATE TABLE \"a\"\"b'\n\"(\"select\", \"x\"\"y\"); INSERT INTO \"a\"\"b'\n\" VALUES (1, 2);"
      "ALTER TABLE \"a\"\"b'\n\" ADD COLUMN \"\"\"\" DEFAULT 3;"
      "CREATE TABLE pragma_table_xinfo(a); INSERT INTO pragma_table_xinfo VALUES (1)");
  ExpectPagesMatchSql(path_, "a\"b'\n", 1);
  EXPECT_THAT(RowsByPages(path_, "pragma_table_xinfo"), ::testing::ElementsAre("1|i1:1"));
}

}  // namespace
}  // namespace pvc
