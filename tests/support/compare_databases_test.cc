#include "tests/support/compare_databases.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/raw_sqlite.h"
#include "tests/support/temp_folder.h"

namespace pvc {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::vector<std::string> Compare(const std::string& a, const std::string& b) {
  const TempFolder folder;
  RawDatabase(folder / "a.db").Run(a);
  RawDatabase(folder / "b.db").Run(b);
  return CompareDatabases(folder / "a.db", folder / "b.db");
}

/// The one difference between two fillings of the same table.
void ExpectSeen(const std::string& a, const std::string& b, const std::string& what) {
  const std::string table = "CREATE TABLE t(v); INSERT INTO t VALUES(";
  EXPECT_THAT(Compare(table + a + ")", table + b + ")"), ElementsAre(HasSubstr(what)));
}

TEST(CompareDatabases, SameContentIsNoDifference) {
  const std::string sql = "CREATE TABLE t(v); INSERT INTO t VALUES(1), ('x'), (NULL)";
  EXPECT_THAT(Compare(sql, sql), IsEmpty());
}

TEST(CompareDatabases, StorageClassesAreToldApart) {
  ExpectSeen("1", "1.0", "integer 1 in a, real");
  ExpectSeen("'1'", "x'31'", "text x'31' (1 bytes) in a, blob");
  ExpectSeen("0.0", "-0.0", "real");
  ExpectSeen("NULL", "''", "null in a");
  ExpectSeen("'a' || char(0) || 'b'", "'a' || char(0) || 'c'", "610062");
}

TEST(CompareDatabases, RawUtf16BytesAreCompared) {
  const std::string table =
      "PRAGMA encoding='UTF-16le'; CREATE TABLE t(v); INSERT INTO t VALUES(CAST(";
  EXPECT_THAT(Compare(table + "x'00d8' AS TEXT))", table + "x'01d8' AS TEXT))"),
              ElementsAre(HasSubstr("x'00d8'")));
}

TEST(CompareDatabases, RowidsAndMissingRowsAreSeen) {
  const std::string table = "CREATE TABLE t(v); INSERT INTO t(rowid, v) VALUES(1, 'a')";
  EXPECT_THAT(Compare(table, "CREATE TABLE t(v); INSERT INTO t(rowid, v) VALUES(2, 'a')"),
              SizeIs(1));
  EXPECT_THAT(Compare(table + ", (2, 'b')", table), ElementsAre(HasSubstr("only in a")));
}

TEST(CompareDatabases, SchemaTextAndOrderAreSeen) {
  EXPECT_THAT(Compare("CREATE TABLE t(v)", "CREATE TABLE t(v )"), SizeIs(2));
  EXPECT_THAT(
      Compare("CREATE TABLE t(v); CREATE TABLE u(v)", "CREATE TABLE u(v); CREATE TABLE t(v)"),
      ElementsAre(HasSubstr("schema order")));
}

TEST(CompareDatabases, HeaderPropertiesAreSeen) {
  for (const char* pragma :
       {"PRAGMA encoding='UTF-16le'", "PRAGMA page_size=1024", "PRAGMA auto_vacuum=1",
        "PRAGMA user_version=3", "PRAGMA application_id=3", "PRAGMA journal_mode=WAL"}) {
    EXPECT_THAT(Compare("CREATE TABLE t(v)", std::string(pragma) + "; CREATE TABLE t(v)"),
                SizeIs(1))
        << pragma;
  }
}

TEST(CompareDatabases, ShadowTablesAreCompared) {
  const std::string table = "CREATE VIRTUAL TABLE f USING fts5(a); INSERT INTO f VALUES(";
  EXPECT_FALSE(Compare(table + "'x')", table + "'y')").empty());
}

TEST(CompareDatabases, BrokenIndexOfTheSecondIsSeen) {
  const std::string sql =
      "CREATE TABLE t(a, b); CREATE INDEX i ON t(a); INSERT INTO t VALUES(1, 2);";
  // The schema is the same text again after the index was filled by another column.
  const std::string swap =
      "PRAGMA writable_schema=ON; UPDATE sqlite_schema SET sql = 'CREATE INDEX i ON t(b)' WHERE "
      "name = "
      "'i'; PRAGMA writable_schema=RESET; DELETE FROM t; INSERT INTO t VALUES(1, 2); PRAGMA "
      "writable_schema=ON; UPDATE sqlite_schema SET sql = 'CREATE INDEX i ON t(a)' WHERE name = "
      "'i'";
  EXPECT_THAT(Compare(sql, sql + swap), ElementsAre(HasSubstr("integrity_check of b")));
}

TEST(CompareDatabases, ListIsCutAtFiftyLines) {
  const auto rows = [](const std::string& value) {
    return "CREATE TABLE t(v); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
           "WHERE i < "
           "500) INSERT INTO t SELECT " +
           value + " FROM n";
  };
  EXPECT_THAT(Compare(rows("1"), rows("2")), SizeIs(50));
}

}  // namespace
}  // namespace pvc
