#include "sqlite/create_table_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <stdexcept>

#include "sqlite/sql_tokens.h"
#include "tests/support/raw_sqlite.h"

namespace pvc {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> PartTexts(const std::string& sql) {
  std::vector<std::string> texts;
  const auto table = SplitCreateTable(sql);
  if (!table) return {"malformed"};
  for (const auto& part : table->parts) texts.push_back(part.text);
  return texts;
}

std::vector<std::string> ColumnNames(const CreateTableText& table) {
  std::vector<std::string> names;
  for (const auto& part : table.parts) {
    if (part.is_column) names.push_back(part.column_name);
  }
  return names;
}

/// What SQLite makes of a CREATE TABLE: its columns, indexes and foreign keys, a line each.
struct Created {
  std::vector<std::string> names;
  std::vector<std::string> facts;
};

Created Create(const std::string& sql, const std::string& name) {
  RawDatabase db(":memory:");
  db.Run("CREATE TABLE other(k PRIMARY KEY)");
  db.Run(sql);
  Created created;
  RawStatement columns(db, "PRAGMA table_xinfo(" + RawQuote(name) + ")");
  while (columns.Step()) created.names.push_back(columns.Text(1));
  for (const char* pragma : {"table_xinfo", "index_list", "foreign_key_list"}) {
    RawStatement rows(db, "PRAGMA " + std::string(pragma) + "(" + RawQuote(name) + ")");
    while (rows.Step()) {
      std::string fact;
      for (int i = 0; i < sqlite3_column_count(rows.handle()); ++i) fact += rows.Text(i) + "|";
      created.facts.push_back(fact);
    }
  }
  RawStatement options(db, "SELECT wr, strict FROM pragma_table_list WHERE name <> 'other'");
  while (options.Step()) created.facts.push_back(options.Text(0) + options.Text(1));
  return created;
}

/// Fails unless `sql`, split and joined in several ways, makes the table that `sql` makes.
void ExpectSameTable(const std::string& sql) {
  SCOPED_TRACE(sql);
  const auto table = SplitCreateTable(sql);
  ASSERT_TRUE(table.has_value());
  const std::string name = TableName(*table);
  const Created created = Create(sql, name);
  EXPECT_EQ(ColumnNames(*table), created.names);

  const std::string joined = JoinCreateTable(*table);
  EXPECT_EQ(Create(joined, name).facts, created.facts) << joined;
  EXPECT_TRUE(SameSql(joined, sql)) << joined;
  EXPECT_EQ(SplitCreateTable(joined), table) << joined;

  CreateTableText tight = *table;
  for (auto& part : tight.parts) part.space_before.clear();
  tight.space_before_tail.clear();
  EXPECT_EQ(Create(JoinCreateTable(tight), name).facts, created.facts) << JoinCreateTable(tight);

  const std::string renamed = JoinCreateTable(WithTableName(*table, "new \"name\""));
  EXPECT_EQ(Create(renamed, "new \"name\"").names, created.names) << renamed;
}

TEST(SplitCreateTable, HeadPartsAndTailAreVerbatim) {
  const auto table = SplitCreateTable(
      "CREATE TABLE \"t\" (\n  id INTEGER PRIMARY KEY,\n  \"a b\"  TEXT\n) WITHOUT ROWID, STRICT");
  ASSERT_TRUE(table.has_value());
  EXPECT_EQ(table->head, "CREATE TABLE \"t\" (");
  EXPECT_EQ(table->tail, ") WITHOUT ROWID, STRICT");
  EXPECT_EQ(table->parts, (std::vector<CreateTableText::Part>{{.text = "id INTEGER PRIMARY KEY",
                                                               .is_column = true,
                                                               .column_name = "id",
                                                               .space_before = "\n  "},
                                                              {.text = "\"a b\"  TEXT",
                                                               .is_column = true,
                                                               .column_name = "a b",
                                                               .space_before = "\n  "}}));
}

TEST(SplitCreateTable, CommasWithinAPartDoNotSplitIt) {
  EXPECT_THAT(PartTexts("CREATE TABLE t(a DECIMAL(10,2) DEFAULT (max(1,(2))), b DEFAULT ',)('"
                        ", c /*,)*/ -- ,)\n, \"d,\" , [e,(], `f)`)"),
              ElementsAre("a DECIMAL(10,2) DEFAULT (max(1,(2)))", "b DEFAULT ',)('",
                          "c /*,)*/ -- ,)", "\"d,\"", "[e,(]", "`f)`"));
}

TEST(SplitCreateTable, UnquotedConstraintWordsBeginTableConstraints) {
  const auto table = SplitCreateTable(
      "CREATE TABLE t(\"check\" INT, [primary], `unique`, 'foreign', constraints,"
      "primary key(\"check\"), Unique([primary]), /* c */ CHECK(1), CONSTRAINT x CHECK(2),"
      "FOREIGN KEY(\"foreign\") REFERENCES other(k))");
  ASSERT_TRUE(table.has_value());
  EXPECT_THAT(ColumnNames(*table),
              ElementsAre("check", "primary", "unique", "foreign", "constraints"));
  EXPECT_EQ(table->parts.size(), 10U);
}

TEST(SplitCreateTable, ConstraintsWithoutCommaAreOnePart) {
  EXPECT_THAT(PartTexts("CREATE TABLE t(a, CONSTRAINT b CHECK(a) CONSTRAINT c UNIQUE(a))"),
              ElementsAre("a", "CONSTRAINT b CHECK(a) CONSTRAINT c UNIQUE(a)"));
}

TEST(SplitCreateTable, OtherStatementsAreNone) {
  for (const char* sql : {"",
                          "CREATE",
                          "CREATE TABLE",
                          "CREATE TABLE t",
                          "CREATE TABLE t AS SELECT 1",
                          "CREATE TABLE t AS SELECT (1)",
                          "CREATE VIRTUAL TABLE t USING fts5(a)",
                          "CREATE VIEW v(a) AS SELECT 1",
                          "CREATE INDEX i ON t(a)",
                          "CREATE TABLE t()",
                          "CREATE TABLE t(",
                          "CREATE TABLE t(a",
                          "CREATE TABLE t(a,)",
                          "CREATE TABLE t(,a)",
                          "CREATE TABLE t(a,,b)",
                          "CREATE TABLE t(a, 'b)",
                          "CREATE TABLE t(a /* )",
                          "CREATE TABLE t(a",
                          "CREATE TABLE t(a -- )",
                          "CREATE TABLE t(CHECK(1))",
                          "CREATE TABLE t(a, CHECK(1), b)",
                          "CREATE TABLE t(1)",
                          "CREATE TABLE t(a) garbage(",
                          "CREATE TABLE t(a); SELECT a",
                          "CREATE TABLE 1(a)",
                          "CREATE TABLE t.(a)",
                          "CREATE TABLE IF NOT t(a)",
                          "TABLE t(a)",
                          "CREATE TABLE t(a {})",
                          "CREATE TABLE t(a)) "}) {
    EXPECT_FALSE(SplitCreateTable(sql).has_value()) << sql;
  }
}

TEST(SplitCreateTable, TheNameIsFoundInEveryHead) {
  const auto name = [](const std::string& sql) { return TableName(SplitCreateTable(sql).value()); };
  EXPECT_EQ(name("CREATE TABLE t(a)"), "t");
  EXPECT_EQ(name("create temp table if not exists /* x( */ [a b] (a)"), "a b");
  EXPECT_EQ(name("CREATE TEMPORARY TABLE \"main\" . \"q\"\"\"(a)"), "q\"");
  EXPECT_EQ(name("CREATE TABLE if(a)"), "if");
  EXPECT_EQ(name("CREATE TABLE 'str'(a)"), "str");
  EXPECT_EQ(name("CREATE TABLE\"\"(a)"), "");
}

TEST(SplitCreateTable, RenamingTouchesNothingButTheName) {
  const auto table = SplitCreateTable("CREATE TABLE /* t */ main.t /* t */ (t)");
  EXPECT_EQ(JoinCreateTable(WithTableName(table.value(), "a\"b")),
            "CREATE TABLE /* t */ main.\"a\"\"b\" /* t */ (t)");
}

TEST(SplitCreateTable, DefinitionsCompareApartFromTheName) {
  const auto table = SplitCreateTable(
      "CREATE TABLE t(a INTEGER NOT NULL, /* b's */ \"b\"integer not null -- x\n, c, d'x')");
  ASSERT_TRUE(table.has_value());
  EXPECT_EQ(DefinitionBehindName(table->parts[0]), "INTEGER NOT NULL");
  EXPECT_EQ(DefinitionBehindName(table->parts[1]), "integer not null -- x");
  EXPECT_EQ(DefinitionBehindName(table->parts[2]), "");
  EXPECT_EQ(DefinitionBehindName(table->parts[3]), "'x'");
  EXPECT_TRUE(
      SameSql(DefinitionBehindName(table->parts[0]), DefinitionBehindName(table->parts[1])));
}

TEST(JoinCreateTable, WhatWasSplitComesBackVerbatim) {
  for (const char* sql :
       {"CREATE TABLE t(a)", "CREATE TABLE t (\n  a INT,\n  b TEXT -- last\n)",
        "CREATE TABLE t(a,b , c)", "CREATE TABLE t( a )\tSTRICT;", "CREATE TABLE t(a -- x\n, b)"}) {
    std::string expected = sql;
    if (const size_t at = expected.find(" ,"); at != std::string::npos) expected.erase(at, 1);
    EXPECT_EQ(JoinCreateTable(SplitCreateTable(sql).value()), expected);
  }
}

TEST(JoinCreateTable, CommentsDoNotSwallowWhatFollows) {
  auto table = SplitCreateTable("CREATE TABLE t(a, b -- the last\n)").value();
  std::swap(table.parts[0], table.parts[1]);
  EXPECT_EQ(JoinCreateTable(table), "CREATE TABLE t( b -- the last\n,a\n)");
  table.space_before_tail.clear();
  std::swap(table.parts[0], table.parts[1]);
  EXPECT_EQ(JoinCreateTable(table), "CREATE TABLE t(a, b -- the last\n)");
}

TEST(CreateTableText, SqliteMakesTheSameTable) {
  for (const char* sql : {
           "CREATE TABLE t(a)",
           "CREATE TABLE t(\"\" INT)",
           "CREATE TABLE \"\"(\"\")",
           "CREATE TABLE t(a, b -- c, d\n, e /* ) */)",
           "CREATE TABLE t(a -- one\n, -- two\n b -- three\n)",
           "CREATE TABLE t(-- first\na)",
           "CREATE TABLE t(a/**/,/**/b/**/)",
           "CREATE TABLE t(a DECIMAL(10,2) NOT NULL DEFAULT (1 + (2)), b VARCHAR ( 5 ) , c)",
           "CREATE TABLE t(a DEFAULT 'it''s, \"x\" -- no', b DEFAULT \"x,\"\"\", c DEFAULT "
           "x'2c29')",
           "CREATE TABLE t(a DEFAULT -1.5e-3, b DEFAULT +.5, c DEFAULT 0xFF)",
           "CREATE TABLE t(a INTEGER PRIMARY KEY AUTOINCREMENT, b UNIQUE ON CONFLICT REPLACE)",
           "CREATE TABLE t(a, b, PRIMARY KEY(a, b DESC)) WITHOUT ROWID",
           "CREATE TABLE t(a INT, b ANY, UNIQUE(b COLLATE NOCASE)) STRICT",
           "CREATE TABLE t(a TEXT PRIMARY KEY, b BLOB) STRICT, WITHOUT ROWID -- end",
           "CREATE TABLE t(a, b AS (a || ','), c INT GENERATED ALWAYS AS (a + 1) STORED)",
           "CREATE TABLE t(a, CONSTRAINT x CHECK(a IN (1,2)) CONSTRAINT y CHECK(a > 0) UNIQUE(a))",
           "CREATE TABLE t(a CHECK(a <> ')') CHECK(a != ','), b CONSTRAINT n NOT NULL)",
           "CREATE TABLE t(a REFERENCES other(k) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,"
           "FOREIGN KEY(a) REFERENCES other)",
           "CREATE TABLE t(\"check\" INT CHECK(\"check\">0), [primary] TEXT, `unique`, 'foreign' "
           "INT)",
           "CREATE TABLE t(key, desc, action, if, temp, [order], abort)",
           "CREATE TABLE t(größe TEXT, \"日,本\" INT, `😀` DEFAULT 'é')",
           "CREATE TABLE [t(](a, b)",
           "CREATE TABLE 'x y'('a' INT, b 'some type' (3))",
           "create table T\n(\n\tA\tint\n,\tB\n)\n",
           "CREATE TABLE main.t(a);",
           "CREATE TABLE IF NOT EXISTS t(a) ;-- x",
           "CREATE TABLE t(a CHECK(json_extract(a, '$.x') ->> '$.y' IS NOT NULL))",
       }) {
    ExpectSameTable(sql);
  }
}

class RandomStatement {
 public:
  explicit RandomStatement(std::mt19937& random) : random_(random) {}

  std::string Make() {
    std::string sql = Pick({"CREATE TABLE t", "create table [t]", "CREATE TABLE main.\"t\"",
                            "CREATE TABLE IF NOT EXISTS t"}) +
                      Gap() + "(";
    const size_t column_count = 1 + random_() % 4;
    for (size_t i = 0; i < column_count; ++i) {
      if (i > 0) sql += ",";
      sql += Gap() + Column(i) + Gap();
    }
    for (size_t n = random_() % 3; n > 0; --n) sql += "," + Gap() + Constraint() + Gap();
    return sql + ")" + Gap() + Pick({"", "", "STRICT"}) + Gap();
  }

 private:
  std::string Pick(const std::vector<std::string>& choices) {
    return choices[random_() % choices.size()];
  }
  std::string Gap() {
    return Pick({"", "", " ", "\n\t", " /* ,( */ ", " -- ') ,\n", "/*'*/", " --\n  "});
  }
  std::string Space() { return Pick({" ", "\n", "/**/", " -- ,\n"}); }

  std::string Column(size_t i) {
    const std::string number = std::to_string(i);
    std::string sql = Pick({"a" + number, "\"check," + number + "\"", "[(" + number + "]",
                            "`p\"" + number + "`", "ö" + number, "'s''" + number + "'"});
    sql += Space() + Pick({"INT", "TEXT", "integer", "ANY"});
    for (size_t n = random_() % 3; n > 0; --n) {
      sql += Space() +
             Pick({"NOT NULL", "UNIQUE", "DEFAULT 'a,'')'", "DEFAULT (1+(2))", "CHECK(1)",
                   "CONSTRAINT c CHECK((1),(2)=(1),(2))", "COLLATE nocase", "REFERENCES other(k)",
                   "DEFAULT \"x\"", "CONSTRAINT \"-- n\" UNIQUE", "CHECK(','<>'\"')"});
    }
    return sql;
  }
  std::string Constraint() {
    const std::string one =
        Pick({"CHECK(1)", "CONSTRAINT \"c,\" CHECK (2 IN (1, 2))", "check(')'<>'')"});
    return random_() % 3 == 0 ? one + Space() + "CONSTRAINT d CHECK(3)" : one;
  }

  std::mt19937& random_;
};

TEST(CreateTableText, SqliteMakesTheSameTableOfRandomText) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE(seed);
  std::mt19937 random(seed);
  int accepted = 0;
  for (int round = 0; round < 600; ++round) {
    const std::string sql = RandomStatement(random).Make();
    try {
      Create(sql, "t");
    } catch (const std::runtime_error&) {
      continue;  // a row value in a CHECK, say
    }
    ++accepted;
    ExpectSameTable(sql);
    if (HasFailure()) return;
  }
  EXPECT_GT(accepted, 200);
}

}  // namespace
}  // namespace pvc
