#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "base/error.h"
#include "sqlite/database.h"
#include "sqlite/row_scanner.h"
#include "tests/support/raw_sqlite.h"
#include "tests/support/temp_folder.h"

namespace pvc {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class SqlScannerTest : public ::testing::Test {
 protected:
  /// "rowid: literal literal" for each row of the first table.
  std::vector<std::string> Scan(const std::string& sql) {
    RawDatabase(path_).Run(sql);
    return ScanFile();
  }

  std::vector<std::string> ScanFile() {
    Database db(path_, {});
    db.BeginRead();
    const Schema schema = ReadSchema(db);
    const auto rows = MakeSqlScanner(db, schema.tables.at(0));
    std::vector<std::string> lines;
    while (const ScannedRow* row = rows->Next()) {
      std::string line = std::to_string(row->rowid) + ":";
      for (const Value& value : row->values) {
        line += " " + SqlLiteral(value, schema.properties.encoding);
      }
      lines.push_back(line);
    }
    return lines;
  }

  TempFolder folder_;
  std::string path_ = folder_ / "s.db";
};

TEST_F(SqlScannerTest, RowsComeByRowid) {
  EXPECT_THAT(Scan("CREATE TABLE t(a PRIMARY KEY); CREATE INDEX i ON t(a DESC);"
                   "INSERT INTO t(rowid, a) VALUES(9, 'a'), (-4, 'c'), (5, 'b')"),
              ElementsAre("-4: 'c'", "5: 'b'", "9: 'a'"));
}

TEST_F(SqlScannerTest, WithoutRowidComesInKeyOrder) {
  EXPECT_THAT(Scan("CREATE TABLE t(v, a, PRIMARY KEY(a DESC)) WITHOUT ROWID;"
                   "CREATE INDEX i ON t(v); INSERT INTO t VALUES(1, 'a'), (2, 'b')"),
              ElementsAre("0: 2 'b'", "0: 1 'a'"));
}

TEST_F(SqlScannerTest, RowidAliasIsTheRowid) {
  EXPECT_THAT(Scan("CREATE TABLE t(rowid, oid, _rowid_, id INTEGER PRIMARY KEY);"
                   "INSERT INTO t VALUES(1, 2, 3, 40)"),
              ElementsAre("40: 1 2 3 40"));
}

TEST_F(SqlScannerTest, FreeRowidNameIsFoundWhateverTheCase) {
  EXPECT_THAT(Scan("CREATE TABLE t(RowId, OID); INSERT INTO t(_rowid_, RowId) VALUES(8, 'x')"),
              ElementsAre("8: 'x' NULL"));
}

TEST_F(SqlScannerTest, HiddenRowidIsRefusedByName) {
  try {
    Scan("CREATE TABLE hides(rowid, oid, _rowid_)");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kUnsupported);
    EXPECT_THAT(error.message(), HasSubstr("'hides'"));
  }
}

TEST_F(SqlScannerTest, GeneratedColumnsAreLeftOut) {
  EXPECT_THAT(
      Scan("CREATE TABLE t(a, b AS (a + 1) STORED, c AS (a), d); INSERT INTO t VALUES(1, 2)"),
      ElementsAre("1: 1 2"));
}

TEST_F(SqlScannerTest, ShortRecordsHaveTheirDefaults) {
  EXPECT_THAT(Scan("CREATE TABLE t(a); INSERT INTO t VALUES(1);"
                   "ALTER TABLE t ADD COLUMN b REAL DEFAULT 5; ALTER TABLE t ADD COLUMN c"),
              ElementsAre("1: 1 5.0 NULL"));
}

TEST_F(SqlScannerTest, RealColumnStoredAsIntegerIsReal) {
  EXPECT_THAT(Scan("CREATE TABLE t(a REAL); INSERT INTO t VALUES(5), (5.0)"),
              ElementsAre("1: 5.0", "2: 5.0"));
}

TEST_F(SqlScannerTest, TwoThousandColumnsAndTheRowidFit) {
  std::string columns = "c0";
  for (int i = 1; i < 2000; ++i) columns += ",c" + std::to_string(i);
  const auto rows =
      Scan("CREATE TABLE t(" + columns +
           "); INSERT INTO t(rowid, c0, c1999) VALUES(7, 'first', 'last'), (9, 1, 2)");
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_TRUE(rows[0].starts_with("7: 'first' NULL"));
  EXPECT_TRUE(rows[0].ends_with(" NULL 'last'"));
  EXPECT_TRUE(rows[1].starts_with("9: 1 NULL"));
}

TEST_F(SqlScannerTest, UnknownCollationInKeyAndIndexDoesNotStopReading) {
  {
    RawDatabase db(path_);
    db.AcceptUnknownCollations();
    db.Run(
        "CREATE TABLE t(a COLLATE strange PRIMARY KEY, b) WITHOUT ROWID;"
        "CREATE INDEX i ON t(b COLLATE other); INSERT INTO t VALUES('b', 1), ('a', 2)");
  }
  EXPECT_THAT(ScanFile(), ElementsAre("0: 'a' 2", "0: 'b' 1"));
}

TEST_F(SqlScannerTest, UnknownFunctionsDoNotStopReading) {
  {
    RawDatabase db(path_);
    const auto zero = [](sqlite3_context* context, int, sqlite3_value**) {
      sqlite3_result_int(context, 1);
    };
    sqlite3_create_function(db.handle(), "strange", 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC, nullptr,
                            zero, nullptr, nullptr);
    db.Run(
        "CREATE TABLE t(a CHECK(strange(a)), g AS (strange(a)), s AS (strange(a)) STORED, z);"
        "CREATE INDEX i ON t(strange(a)); CREATE INDEX p ON t(a, z) WHERE strange(z);"
        "INSERT INTO t VALUES('x', 'y')");
  }
  EXPECT_THAT(ScanFile(), ElementsAre("1: 'x' 'y'"));
}

TEST_F(SqlScannerTest, CorruptPageIsNamedWithItsTable) {
  RawDatabase(path_).Run(
      "CREATE TABLE users(a); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
      "WHERE i < 2000) INSERT INTO users SELECT printf('%100d', i) FROM n");
  {
    std::fstream file(path_, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(9 * 4096);
    file << std::string(64, '\xff');
  }
  try {
    ScanFile();
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kCorrupt);
    EXPECT_THAT(error.message(), HasSubstr("table 'users'"));
    EXPECT_THAT(error.message(), HasSubstr("age 10"));
  }
}

}  // namespace
}  // namespace pvc
