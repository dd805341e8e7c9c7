#include "sqlite/condition.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "tests/support/raw_sqlite.h"
#include "tests/support/temp_folder.h"

namespace pvc {
namespace {

class ConditionTest : public testing::Test {
 protected:
  ConditionTest() {
    RawDatabase(folder_ / "c.db").Run("CREATE TABLE t(v); INSERT INTO t VALUES(1), (2)");
  }

  bool Ask(std::string_view query, const std::function<bool()>& should_stop = {}) {
    Database db(folder_ / "c.db", {});
    return QueryIsTrue(db, query, should_stop);
  }
  Error AskError(std::string_view query, const std::function<bool()>& should_stop = {}) {
    try {
      Ask(query, should_stop);
    } catch (const Error& error) {
      return error;
    }
    ADD_FAILURE() << "was answered: " << query;
    return {ErrorKind::kUsage, ""};
  }

  TempFolder folder_;
};

TEST_F(ConditionTest, NumbersOtherThanZeroAreTrue) {
  for (const char* query : {"SELECT 1", "SELECT -1", "SELECT 0.5", "SELECT 9007199254740993",
                            "SELECT '1'", "SELECT count(*) = 2 FROM t", "VALUES(1)"}) {
    EXPECT_TRUE(Ask(query)) << query;
  }
}

TEST_F(ConditionTest, ZeroNullTextAndNoRowAreFalse) {
  for (const char* query : {"SELECT 0", "SELECT 0.0", "SELECT NULL", "SELECT 'yes'", "SELECT ''",
                            "SELECT v FROM t WHERE v > 2"}) {
    EXPECT_FALSE(Ask(query)) << query;
  }
}

TEST_F(ConditionTest, FirstColumnOfFirstRowCounts) {
  EXPECT_FALSE(Ask("SELECT 0, 1 UNION ALL SELECT 1, 1"));
  EXPECT_TRUE(Ask("SELECT v FROM t ORDER BY v;  -- and no more\n ; "));
}

TEST_F(ConditionTest, OnlyOneStatementThatReadsIsRun) {
  EXPECT_EQ(AskError(" -- nothing").message(), "the query is empty");
  EXPECT_EQ(AskError("SELECT 1; SELECT 2").message(), "the query is more than one statement");
  EXPECT_EQ(AskError("DELETE FROM t").message(), "the query would write");
  EXPECT_EQ(AskError("DELETE FROM t RETURNING 1").message(), "the query would write");
  EXPECT_EQ(AskError("VACUUM INTO '" + (folder_ / "copy.db") + "'").message(),
            "the query would write");
  EXPECT_EQ(AskError("ATTACH ':memory:' AS m").message(), "the query answers nothing: no SELECT");
  EXPECT_EQ(AskError(std::string_view("SELECT 1\0", 9)).message(), "the query holds a NUL byte");
  EXPECT_TRUE(Ask("SELECT count(*) = 2 FROM t"));
}

TEST_F(ConditionTest, ErrorsAreSqlitesWords) {
  const Error error = AskError("SELECT * FROM nope");
  EXPECT_EQ(error.kind(), ErrorKind::kInvalid);
  EXPECT_NE(error.message().find("no such table: nope"), std::string::npos) << error.message();
}

TEST_F(ConditionTest, LongQueriesStopWhenAsked) {
  const Error error = AskError(
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n",
      [] { return true; });
  EXPECT_EQ(error.kind(), ErrorKind::kInterrupted);
}

}  // namespace
}  // namespace pvc
