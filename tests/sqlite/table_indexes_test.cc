#include "sqlite/table_indexes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace pvc {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

SchemaObject Table(const std::string& sql) {
  return {SchemaObjectKind::kTable, "t", "t", sql, false};
}
SchemaObject Index(const std::string& name, const std::string& on, const std::string& table = "t") {
  return {SchemaObjectKind::kIndex, name, table, "CREATE INDEX " + name + " ON " + on, false};
}

std::vector<TableIndex> Read(const std::string& table, const std::vector<SchemaObject>& indexes) {
  auto read = ReadTableIndexes(Table(table), indexes, TextEncoding::kUtf8);
  std::sort(read.begin(), read.end(),
            [](const TableIndex& a, const TableIndex& b) { return a.name < b.name; });
  return read;
}

TEST(TableIndexes, PartsHaveColumnCollationAndOrder) {
  const auto indexes = Read("CREATE TABLE t(a, b COLLATE NOCASE, g AS (a), c)",
                            {Index("i", "t(c DESC, b)"), Index("j", "t(b COLLATE RTRIM, g)")});
  EXPECT_THAT(indexes,
              ElementsAre(TableIndex{"i", {{3, "BINARY", true}, {1, "NOCASE", false}}, false},
                          TableIndex{"j", {{1, "RTRIM", false}, {2, "BINARY", false}}, false}));
}

TEST(TableIndexes, UniqueConstraintsHaveIndexesOfTheirOwn) {
  const auto indexes = Read("CREATE TABLE t(k TEXT PRIMARY KEY, a UNIQUE, b, UNIQUE(b, a))", {});
  ASSERT_EQ(indexes.size(), 2U);
  EXPECT_EQ(indexes[0].name, "sqlite_autoindex_t_2");
  EXPECT_THAT(indexes[0].parts, ElementsAre(TableIndex::Part{1, "BINARY", false}));
  EXPECT_TRUE(indexes[0].is_unique);
  EXPECT_EQ(indexes[1].parts.size(), 2U);
}

TEST(TableIndexes, KeysOfWithoutRowidTablesAreNoParts) {
  const auto indexes =
      Read("CREATE TABLE t(k, a, PRIMARY KEY(k)) WITHOUT ROWID", {Index("i", "t(a)")});
  EXPECT_THAT(indexes, ElementsAre(TableIndex{"i", {{1, "BINARY", false}}, false}));
}

TEST(TableIndexes, ColumnThatIsTheRowidIsAColumn) {
  const auto indexes = Read("CREATE TABLE t(a, id INTEGER PRIMARY KEY)", {Index("i", "t(a, id)")});
  ASSERT_EQ(indexes.size(), 1U);
  EXPECT_EQ(indexes[0].parts[1].column, 1);
}

TEST(TableIndexes, PartialOnesAndExpressionsAreLeftOut) {
  const auto indexes =
      Read("CREATE TABLE t(a, b)", {Index("i", "t(a) WHERE b > 1"), Index("j", "t(a, b + 1)"),
                                    Index("k", "t(lower(a))"), Index("l", "t(b)")});
  ASSERT_EQ(indexes.size(), 1U);
  EXPECT_EQ(indexes[0].name, "l");
}

TEST(TableIndexes, WhatSqliteRefusesIsLeftOut) {
  const auto indexes =
      Read("CREATE TABLE t(a, b)",
           {Index("i", "t(b DESC NULLS LAST)"), Index("j", "t(missing)"), Index("k", "t(a); DROP TABLE t"),
            Index("l", "u(a)"), Index("m", "t(a COLLATE german)"), Index("n", "t(a)"),
            Index("o", "t(a)", "u"), Index("p", "t(no_such_function(a))")});
  ASSERT_EQ(indexes.size(), 1U);
  EXPECT_EQ(indexes[0].name, "n");
}

TEST(TableIndexes, TableThatSqliteRefusesHasNone) {
  EXPECT_THAT(Read("CREATE TABLE t(a UNIQUE, b COLLATE german PRIMARY KEY)", {}), IsEmpty());
  EXPECT_THAT(Read("CREATE TABLE u(a UNIQUE)", {}), IsEmpty());
  EXPECT_THAT(Read("DROP TABLE t", {}), IsEmpty());
  EXPECT_THAT(Read("CREATE TABLE t(a UNIQUE); SELECT 1", {}), IsEmpty());
  EXPECT_THAT(Read("CREATE TABLE t AS SELECT 1 a", {}), IsEmpty());
}

}  // namespace
}  // namespace pvc
