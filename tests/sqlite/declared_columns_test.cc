#include "sqlite/declared_columns.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace pvc {
namespace {

std::vector<DeclaredColumn> ColumnsOf(Database& scratch, const std::string& sql) {
  return ReadDeclaredColumns(scratch, {SchemaObjectKind::kTable, "t", "t", sql, false});
}

TEST(ReadDeclaredColumns, SaysWhatTheTextSays) {
  const auto scratch = Database::InMemory(TextEncoding::kUtf8);
  const std::vector<DeclaredColumn> expected = {{"id", "INTEGER", "BINARY"},
                                                {"a b", "VARCHAR (10, 2)", "NOCASE"},
                                                {"c", "", "BINARY"},
                                                {"g", "TEXT", "RTRIM"}};
  EXPECT_EQ(
      ColumnsOf(*scratch,
                "CREATE TABLE t(id INTEGER PRIMARY KEY, \"a b\" VARCHAR (10, 2) COLLATE nocase, "
                "c, g TEXT COLLATE RTRIM AS (c || 'g'))")
          .size(),
      expected.size());
  const auto columns = ColumnsOf(*scratch,
                                 "CREATE TABLE t(id INTEGER PRIMARY KEY, \"a b\" VARCHAR (10, 2) "
                                 "COLLATE NOCASE, c, g TEXT COLLATE RTRIM AS (c || 'g'))");
  for (size_t i = 0; i < columns.size(); ++i) {
    EXPECT_EQ(columns[i].name, expected[i].name);
    EXPECT_EQ(columns[i].collation, expected[i].collation);
  }
  EXPECT_EQ(columns[0].type, "INTEGER");
  EXPECT_EQ(columns[2].type, "");
}

TEST(ReadDeclaredColumns, NeedsNoneOfTheFunctionsAndCollations) {
  const auto scratch = Database::InMemory(TextEncoding::kUtf8);
  const auto columns = ColumnsOf(*scratch,
                                 "CREATE TABLE t(a COLLATE nobody CHECK(absent(a)), "
                                 "b AS (unknown(a)) STORED, PRIMARY KEY(a)) WITHOUT ROWID");
  ASSERT_EQ(columns.size(), 2U);
  EXPECT_EQ(columns[0].collation, "nobody");
}

TEST(ReadDeclaredColumns, TextThatIsNoTablesIsInvalidAndLeavesNothingBehind) {
  const auto scratch = Database::InMemory(TextEncoding::kUtf8);
  for (const char* sql :
       {"", "not SQL", "CREATE TABLE t AS SELECT 1", "CREATE VIEW t AS SELECT 1",
        "CREATE INDEX t ON x(y)", "CREATE TABLE t(", "CREATE TABLE t()", "DROP TABLE t",
        "CREATE VIRTUAL TABLE t USING nothing", "CREATE TABLE t(a, a)"}) {
    try {
      ColumnsOf(*scratch, sql);
      ADD_FAILURE() << sql;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kInvalid) << sql << ": " << error.message();
    }
    EXPECT_EQ(ColumnsOf(*scratch, "CREATE TABLE t(a)").size(), 1U) << sql;
    EXPECT_EQ(scratch->QueryInteger("SELECT count(*) FROM sqlite_schema"), 0) << sql;
  }
}

}  // namespace
}  // namespace pvc
