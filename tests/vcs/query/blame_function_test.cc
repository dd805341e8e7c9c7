#include "vcs/query/blame_function.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/vcs/history_workshop.h"
#include "tests/vcs/query/query_connection.h"

namespace pvc {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class BlameFunction : public HistoryWorkshop {
 protected:
  QueryConnection& Connect(const CommitId& base, const std::string& table = "t") {
    sql_ = std::make_unique<QueryConnection>(*repository_, base.Hex());
    sql_->AddTable(table);
    return *sql_;
  }

  std::unique_ptr<QueryConnection> sql_;
};

constexpr const char* kTable =
    "CREATE TABLE t(id INTEGER PRIMARY KEY, a, b);"
    "INSERT INTO t VALUES(1,1,1),(2,2,2),(3,3,3)";

TEST_F(BlameFunction, EachRowComesWithTheCommitThatChangedItLast) {
  const CommitId first = Commit("first", {}, kTable);
  const CommitId second = Commit("second", {first}, "UPDATE t SET a=5 WHERE id=2");
  QueryConnection& sql = Connect(second);
  EXPECT_THAT(sql.ColumnNames("SELECT * FROM pvc_blame_t"),
              ElementsAre("id", "a", "b", "commit_id", "date", "author", "message"));
  EXPECT_EQ(sql.Row("SELECT * FROM pvc_blame_t WHERE id = 2"),
            "2|5|2|'" + second.Hex() + "'|'2023-11-15T00:13:20+02:00'|'Ann'|'second'");
  EXPECT_THAT(sql.Rows("SELECT id, message FROM pvc_blame_t"),
              ElementsAre("1|'first'", "2|'second'", "3|'first'"));
  EXPECT_THAT(sql.Rows("SELECT a, message FROM pvc_blame_t('" + first.Hex() + "') WHERE id IN (2)"),
              ElementsAre("2|'first'"));
  EXPECT_THAT(sql.Rows("SELECT id FROM pvc_blame_t WHERE id = 9"), IsEmpty());
  EXPECT_THAT(sql.Rows("SELECT id, message FROM pvc_blame_t WHERE id >= 2"),
              ElementsAre("2|'second'", "3|'first'"));
}

TEST_F(BlameFunction, RevisionWithoutTheTableIsAnError) {
  const CommitId first = Commit("first", {}, "CREATE TABLE tt(a)");
  const CommitId second = Commit("second", {first}, kTable);
  QueryConnection& sql = Connect(second);
  EXPECT_THAT(sql.Failure("SELECT * FROM pvc_blame_t('" + first.Hex() + "')"),
              HasSubstr("no table 't'"));
  EXPECT_THAT(sql.Failure("SELECT * FROM pvc_blame_t('nowhere')"), HasSubstr("'nowhere'"));
  EXPECT_THAT(sql.Failure("SELECT * FROM pvc_blame_t('WORKING')"), HasSubstr("no commit"));
}

TEST_F(BlameFunction, OtherColumnsOfARevisionAreLaidIntoTheTables) {
  const CommitId first = Commit("first", {}, kTable);
  const CommitId second = Commit(
      "second", {first}, "ALTER TABLE t ADD COLUMN c DEFAULT 3; UPDATE t SET c=4 WHERE id=1");
  QueryConnection& sql = Connect(second);
  EXPECT_THAT(sql.Rows("SELECT id, c, message FROM pvc_blame_t WHERE id < 3"),
              ElementsAre("1|4|'second'", "2|3|'first'"));
  EXPECT_THAT(sql.Rows("SELECT id, c, message FROM pvc_blame_t('" + first.Hex() + "') WHERE id=1"),
              ElementsAre("1|NULL|'first'"));
}

TEST_F(BlameFunction, ManyRowsOfARangeAreAsThoseOfTheWhole) {
  const CommitId first = Commit(
      "first", {},
      "CREATE TABLE t(id INTEGER PRIMARY KEY, a); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL "
      "SELECT i + 1 FROM n WHERE i < 5000) INSERT INTO t SELECT i, i FROM n");
  const CommitId second = Commit("second", {first}, "UPDATE t SET a=0 WHERE id % 700 = 3");
  QueryConnection& sql = Connect(second);
  for (const char* condition : {"id > 1000", "id BETWEEN 690 AND 720", "id < 4990", "id = 703"}) {
    const std::string query = "SELECT * FROM pvc_blame_t WHERE {}{}";
    EXPECT_EQ(sql.Rows(fmt::format(fmt::runtime(query), "", condition)),
              sql.Rows(fmt::format(fmt::runtime(query), "+", condition)));
  }
}

TEST_F(BlameFunction, RowsWithNullInTheirKeyAreTold) {
  const CommitId first = Commit("first", {},
                                "CREATE TABLE t(a, b, PRIMARY KEY(a, b));"
                                "INSERT INTO t VALUES(1,NULL),(1,NULL),(1,2)");
  const CommitId second = Commit("second", {first}, "INSERT INTO t VALUES(1,NULL)");
  QueryConnection& sql = Connect(second);
  EXPECT_THAT(sql.Rows("SELECT b, message FROM pvc_blame_t WHERE a = 1 ORDER BY b, message"),
              ElementsAre("NULL|'first'", "NULL|'first'", "NULL|'second'", "2|'first'"));
}

}  // namespace
}  // namespace pvc
