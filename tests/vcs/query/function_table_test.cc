#include "vcs/query/function_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "sqlite/user_statement.h"

namespace pvc {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Cell = ListedRows::Cell;

/// A connection with f(a, b), whose one row is how it was called.
class FunctionTableTest : public testing::TestWithParam<TextEncoding> {
 protected:
  FunctionTableTest() : db_(Database::InMemory(GetParam())) {
    db_->AllowUserSql();
    Add("f", {{"said", "TEXT"}}, {"a", "b"});
  }

  void Add(const std::string& name, std::vector<FunctionColumn> columns,
           std::vector<std::string> parameters) {
    RegisterModule(
        db_->host(nullptr), name, ModuleUse::kByName,
        [this, columns, parameters](const std::vector<std::string>&) {
          return std::make_unique<FunctionTable>(
              columns, parameters, [this, columns](const FunctionCallValues& call) {
                ++call_count_;
                std::string said;
                for (const auto& value : call.parameters) {
                  said += value ? "[" + *value + "]" : "-";
                }
                std::vector<Cell> row(columns.size(), Cell::Text(said));
                return std::make_unique<ListedRows>(std::vector<ListedRows::ListedRow>{row});
              });
        });
  }

  std::vector<std::string> Rows(const std::string& sql) {
    std::string_view rest = sql;
    auto statement = UserStatement::Take(*db_, rest);
    std::vector<std::string> rows;
    while (statement->Step()) {
      std::string& row = rows.emplace_back();
      for (int i = 0; i < statement->column_count(); ++i) {
        row += (i > 0 ? "|" : "") + SqlLiteral(statement->ColumnValue(i), GetParam());
      }
    }
    return rows;
  }

  std::string Failure(const std::string& sql) {
    try {
      Rows(sql);
    } catch (const Error& error) {
      return error.message();
    }
    return "none";
  }

  std::unique_ptr<Database> db_;
  int call_count_ = 0;
};

TEST_P(FunctionTableTest, ParametersThatAreLeftOutOrNullAreAbsent) {
  EXPECT_THAT(Rows("SELECT * FROM f"), ElementsAre("'--'"));
  EXPECT_THAT(Rows("SELECT * FROM f('x')"), ElementsAre("'[x]-'"));
  EXPECT_THAT(Rows("SELECT * FROM f(NULL, 'y')"), ElementsAre("'-[y]'"));
  EXPECT_THAT(Rows("SELECT * FROM f WHERE b = 'y'"), ElementsAre("'-[y]'"));
  EXPECT_THAT(Rows("SELECT * FROM f WHERE b = 'y' AND 'x' = a"), ElementsAre("'[x][y]'"));
  EXPECT_THAT(Rows("SELECT * FROM f('')"), ElementsAre("'[]-'"));
}

TEST_P(FunctionTableTest, ParametersAreHiddenColumnsWithTheirValues) {
  EXPECT_THAT(Rows("SELECT a, b, said FROM f('ä', 12)"), ElementsAre("'ä'|12|'[ä][12]'"));
  EXPECT_THAT(Rows("SELECT a FROM f(NULL)"), ElementsAre("NULL"));
  EXPECT_THAT(Rows("SELECT * FROM f('x') WHERE a = 'other'"), ElementsAre());
  EXPECT_THAT(Rows("SELECT * FROM f('x') WHERE a LIKE 'X'"), ElementsAre("'[x]-'"));
}

// SQLite has a value then that it does not pass on.
TEST_P(FunctionTableTest, AParameterThatWasLeftOutCannotBeRead) {
  EXPECT_EQ(Failure("SELECT a FROM f"), "no query solution");
  EXPECT_EQ(Failure("SELECT said FROM (SELECT 1) RIGHT JOIN f('x')"), "no query solution");
  EXPECT_THAT(Rows("WITH g AS (SELECT * FROM f('x')) SELECT said FROM (SELECT 1) RIGHT JOIN g"),
              ElementsAre("'[x]-'"));
  EXPECT_THAT(Rows("SELECT said FROM f('x') LEFT JOIN (SELECT 1)"), ElementsAre("'[x]-'"));
}

TEST_P(FunctionTableTest, AFunctionInAJoinIsCalledForEachRowThatGivesAnArgument) {
  EXPECT_THAT(Rows("WITH v(n) AS (VALUES('1'), ('2')) SELECT n, said FROM f(n), v ORDER BY n"),
              ElementsAre("'1'|'[1]-'", "'2'|'[2]-'"));
  EXPECT_EQ(call_count_, 2);
  EXPECT_THAT(Rows("SELECT y.said FROM f(x.said) AS y, f('a') AS x"), ElementsAre("'[[a]-]-'"));
  EXPECT_THAT(Rows("WITH v(n) AS (VALUES('1'), (NULL)) SELECT said FROM v LEFT JOIN f(n)"),
              ElementsAre("'[1]-'", "'--'"));
}

TEST_P(FunctionTableTest, FunctionsThatWaitForEachOtherHaveNoPlan) {
  EXPECT_EQ(Failure("SELECT * FROM f(y.said) AS x, f(x.said) AS y"), "no query solution");
  EXPECT_EQ(call_count_, 0);
}

TEST_P(FunctionTableTest, AListOfValuesIsACallEach) {
  EXPECT_THAT(Rows("SELECT said FROM f WHERE a IN ('x', 'y') ORDER BY said"),
              ElementsAre("'[x]-'", "'[y]-'"));
}

TEST_P(FunctionTableTest, ValuesThatAreNoTextAreRefused) {
  EXPECT_EQ(Failure("SELECT * FROM f(x'00')"), "'a' has to be text");
  EXPECT_EQ(Failure("SELECT * FROM f('x', 1.5)"), "'b' has to be text");
}

TEST_P(FunctionTableTest, NamesThatClashGetUnderscores) {
  Add("g", {{"B"}, {"c", "TEXT", "NOCASE"}, {"C"}, {"_c"}, {"say \"x\""}, {"h", "HIDDEN"}},
      {"a", "b"});
  std::string_view sql = "SELECT * FROM g('x')";
  auto statement = UserStatement::Take(*db_, sql);
  std::vector<std::string> names;
  for (int i = 0; i < statement->column_count(); ++i) names.push_back(statement->ColumnName(i));
  EXPECT_THAT(names, ElementsAre("_B", "c", "_C", "__c", "say \"x\"", "h"));
  EXPECT_THAT(Rows("SELECT 1 FROM g WHERE c = '--' AND upper(c) = '--'"), ElementsAre("1"));
}

TEST_P(FunctionTableTest, TooManyArgumentsAreRefused) {
  EXPECT_THAT(Failure("SELECT * FROM f(1, 2, 3)"), HasSubstr("too many arguments on f()"));
}

INSTANTIATE_TEST_SUITE_P(Encodings, FunctionTableTest,
                         testing::Values(TextEncoding::kUtf8, TextEncoding::kUtf16le,
                                         TextEncoding::kUtf16be),
                         [](const auto& test) {
                           return test.param == TextEncoding::kUtf8      ? "Utf8"
                                  : test.param == TextEncoding::kUtf16le ? "Utf16le"
                                                                         : "Utf16be";
                         });

}  // namespace
}  // namespace pvc
