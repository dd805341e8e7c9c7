#include "vcs/query/at_function.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "tests/vcs/query/query_fixture.h"

namespace pvc {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class AtFunctionTest : public QueryFixture {
 protected:
  std::string Text(const std::string& sql) { return Ask("main", sql).Text(); }
};

TEST_F(AtFunctionTest, RowsAreThoseOfTheRevisionGiven) {
  CommitDatabase(
      "CREATE TABLE t(id INTEGER PRIMARY KEY, v); INSERT INTO t VALUES(1, 'a'), (2, 'b')");
  CommitDatabase(
      "CREATE TABLE t(id INTEGER PRIMARY KEY, v); INSERT INTO t VALUES(1, 'x'), (3, 'c')");
  EXPECT_EQ(Text("SELECT * FROM pvc_at_t('main~1')"), "1|a;2|b");
  EXPECT_EQ(Text("SELECT * FROM pvc_at_t"), "1|x;3|c");
  EXPECT_EQ(Text("SELECT * FROM pvc_at_t(NULL) WHERE id = 3"), "3|c");
  EXPECT_EQ(Text("SELECT v FROM pvc_at_t('main~1') WHERE id = 2"), "b");
  EXPECT_EQ(Text("SELECT b.v FROM t JOIN pvc_at_t('main~1') AS b USING(id)"), "a");
  EXPECT_EQ(Text("SELECT column1, v FROM (VALUES('main'), ('main~1')) JOIN pvc_at_t(column1) "
                 "WHERE id = 1"),
            "main|x;main~1|a");
}

TEST_F(AtFunctionTest, TheParameterIsAColumn) {
  CommitDatabase("CREATE TABLE t(id INTEGER PRIMARY KEY, v); INSERT INTO t VALUES(1, 'a')");
  CommitDatabase("CREATE TABLE t(id INTEGER PRIMARY KEY, v); INSERT INTO t VALUES(1, 'b')");
  EXPECT_EQ(Text("SELECT revision, v FROM pvc_at_t('main~1')"), "main~1|a");
  EXPECT_EQ(Text("SELECT revision, v FROM pvc_at_t(NULL)"), "null|b");
  EXPECT_EQ(
      Text("SELECT revision, v FROM pvc_at_t WHERE revision IN ('main', 'main~1') ORDER BY v"),
      "main~1|a;main|b");
  EXPECT_THAT(Text("SELECT revision FROM pvc_at_t"), HasSubstr("no query solution"));
  EXPECT_THAT(Text("SELECT v FROM (SELECT 1) RIGHT JOIN pvc_at_t('main~1')"),
              HasSubstr("no query solution"));
}

TEST_F(AtFunctionTest, ARevisionThatIsNoneIsAnError) {
  CommitDatabase("CREATE TABLE t(v); INSERT INTO t VALUES(1)");
  CommitDatabase("CREATE TABLE u(v)");
  EXPECT_THAT(Text("SELECT * FROM pvc_at_t('nowhere')"), StartsWith("error"));
  EXPECT_THAT(Text("SELECT * FROM pvc_at_t(5.5)"), HasSubstr("has to be text"));
  EXPECT_THAT(Text("SELECT * FROM pvc_at_t(x'00')"), HasSubstr("has to be text"));
  EXPECT_THAT(Text("SELECT * FROM pvc_at_t(123)"), StartsWith("error"));
  EXPECT_THAT(Text("SELECT * FROM pvc_at_t"), HasSubstr("no table 't'"));
  EXPECT_EQ(Text("SELECT * FROM pvc_at_t('main~1')"), "1");
}

TEST_F(AtFunctionTest, RenamedColumnsAreFollowedAndMissingOnesAreNull) {
  CommitDatabase(
      "CREATE TABLE t(id INTEGER PRIMARY KEY, old TEXT, n, g AS (n + 1));"
      "INSERT INTO t VALUES(1, 'a', 5)");
  CommitDatabase(
      "CREATE TABLE t(id INTEGER PRIMARY KEY, fresh TEXT, n, g); INSERT INTO t VALUES(1, 'b', 6, "
      "7)");
  CommitDatabase(
      "CREATE TABLE t(n, added, id INTEGER PRIMARY KEY); INSERT INTO t VALUES(8, 'z', 2)");
  EXPECT_EQ(Ask("main~1", "SELECT id, fresh, n, g FROM pvc_at_t('main~2')").Text(), "1|null|5|6");
  EXPECT_EQ(Text("SELECT id, n, added FROM pvc_at_t('main~1')"), "1|6|null");
  EXPECT_EQ(Text("SELECT n FROM pvc_at_t('main~1') WHERE id = 1"), "6");
  EXPECT_EQ(Text("SELECT n FROM pvc_at_t('main~1') WHERE added IS NULL"), "6");
}

TEST_F(AtFunctionTest, KeysOfAnotherKindAreReadAllTheSame) {
  CommitDatabase(
      "CREATE TABLE t(k TEXT PRIMARY KEY COLLATE NOCASE, v) WITHOUT ROWID;"
      "INSERT INTO t VALUES('A', 1), ('b', 2), ('C', 3), ('5', 4)");
  CommitDatabase("CREATE TABLE t(k INTEGER PRIMARY KEY, v); INSERT INTO t VALUES(5, 9)");
  CommitDatabase("CREATE TABLE t(v, k); INSERT INTO t VALUES(10, 'A')");
  EXPECT_EQ(Text("SELECT v FROM pvc_at_t('main~2') WHERE k = 'A'"), "1");
  EXPECT_EQ(Text("SELECT v FROM pvc_at_t('main~2') WHERE k > 'B' ORDER BY v"), "2;3");
  EXPECT_EQ(Ask("main~1", "SELECT v FROM pvc_at_t('main~2') WHERE k = 5").Text(), "4");
  EXPECT_EQ(Ask("main~1", "SELECT v FROM pvc_at_t('main') WHERE k > 4").Text(), "10");
  EXPECT_EQ(Ask("main~2", "SELECT v FROM pvc_at_t('main~1') WHERE k = '5'").Text(), "9");
  // SQLite tells rows apart by their rowids when it joins two searches.
  EXPECT_EQ(Ask("main~1",
                "SELECT v FROM pvc_at_t('main~2') WHERE k = 'A' OR k > 'B' OR rowid = 3 "
                "ORDER BY v")
                .Text(),
            "1;2;3");
}

TEST_F(AtFunctionTest, ACommitInAnotherEncodingIsComparedAsTheConnectionDoes) {
  const std::string rows =
      "CREATE TABLE t(k TEXT PRIMARY KEY, v) WITHOUT ROWID;"
      "INSERT INTO t VALUES(char(65536), 'high'), (char(57344), 'low'), ('a', 'a')";
  CommitDatabase("PRAGMA encoding = 'UTF-16be'; " + rows);
  CommitDatabase(rows);
  EXPECT_EQ(Text("SELECT v FROM pvc_at_t('main~1') WHERE k > char(57344)"), "high");
  EXPECT_EQ(Text("SELECT v FROM pvc_at_t('main~1') WHERE k < char(65536) ORDER BY k"), "a;low");
  EXPECT_EQ(Text("SELECT v FROM pvc_at_t('main~1') WHERE k = char(65536)"), "high");
}

TEST_F(AtFunctionTest, AColumnOfTheParametersNameKeepsIt) {
  CommitDatabase("CREATE TABLE t(revision, _revision); INSERT INTO t VALUES(1, 2)");
  EXPECT_EQ(Text("SELECT revision, __revision FROM pvc_at_t('main')"), "1|main");
}

TEST_F(AtFunctionTest, RowidsAreThoseOfTheTable) {
  CommitDatabase("CREATE TABLE t(v); INSERT INTO t(rowid, v) VALUES(7, 'a'), (9, 'b')");
  CommitDatabase("CREATE TABLE t(v); INSERT INTO t(rowid, v) VALUES(7, 'c')");
  EXPECT_EQ(Text("SELECT rowid, oid, _rowid_, v FROM pvc_at_t('main~1')"), "7|7|7|a;9|9|9|b");
  EXPECT_EQ(Text("SELECT a.v FROM t JOIN pvc_at_t('main~1') AS a ON a.rowid = t.rowid"), "a");
  EXPECT_THAT(Text("EXPLAIN QUERY PLAN SELECT v FROM pvc_at_t('main~1') WHERE rowid = 9"),
              HasSubstr("key:="));
  EXPECT_EQ(Text("SELECT v FROM pvc_at_t('main~1') WHERE oid > 7"), "b");
  // One row each of two commits, and both have the same rowid.
  EXPECT_EQ(Text("SELECT v FROM pvc_at_t WHERE (revision = 'main' AND rowid > 6) OR "
                 "(revision = 'main~1' AND rowid < 8) ORDER BY v"),
            "a;c");
}

TEST_F(AtFunctionTest, AKeyNeedNotBeOneAtTheRevision) {
  CommitDatabase(
      "CREATE TABLE t(k, v); INSERT INTO t VALUES('a', 1), ('a', 2), (NULL, 3), (NULL, 4)");
  CommitDatabase(
      "CREATE TABLE t(k TEXT PRIMARY KEY, v) WITHOUT ROWID; INSERT INTO t VALUES('a', 9)");
  EXPECT_EQ(Text("SELECT DISTINCT k FROM pvc_at_t('main~1') ORDER BY k"), "null;a");
  EXPECT_EQ(Text("SELECT v FROM pvc_at_t('main~1') WHERE k IS NULL"), "3;4");
  EXPECT_EQ(Text("SELECT count(*) FROM (SELECT 7 AS x) FULL JOIN pvc_at_t('main~1') ON v = x"),
            "5");
  EXPECT_EQ(Text("SELECT rowid, v FROM pvc_at_t('main~1') WHERE v = 2"), "2|2");
  EXPECT_EQ(Text("SELECT rowid, v FROM pvc_at_t"), "null|9");
}

TEST_F(AtFunctionTest, TwoSearchesOfOneTableFindEveryRowOnce) {
  CommitDatabase(
      "CREATE TABLE t(id INTEGER PRIMARY KEY, v); INSERT INTO t VALUES(1, 'a'), (2, 'b'), (3, "
      "'c')");
  CommitDatabase(
      "CREATE TABLE t(id INTEGER PRIMARY KEY, v); INSERT INTO t VALUES(1, 'x'), (2, 'y'), (3, "
      "'z')");
  EXPECT_EQ(Text("SELECT from_v, to_v FROM pvc_diff_t('main~1', 'main') "
                 "WHERE from_id = 1 OR to_id = 2 ORDER BY 1"),
            "a|x;b|y");
  EXPECT_EQ(Text("SELECT from_v, to_v FROM pvc_diff_t('main~1', 'main') "
                 "WHERE from_id = 1 OR to_id = 1 ORDER BY 1"),
            "a|x");
  EXPECT_EQ(Text("SELECT v FROM pvc_at_t('main~1') WHERE id = 1 OR id > 2"), "a;c");
  EXPECT_EQ(Text("SELECT to_id, from_id FROM pvc_diff_t WHERE to_id = 1 OR from_id > 1"),
            "1|1;2|2;3|3");
  EXPECT_EQ(Text("SELECT to_id FROM pvc_diff_t WHERE to_id > 1 OR from_id < 3 ORDER BY 1"),
            "1;2;3");
  EXPECT_EQ(Text("SELECT id, v FROM pvc_history_t WHERE id = 1 OR id > 2 ORDER BY 1, 2"),
            "1|a;1|x;3|c;3|z");
  EXPECT_EQ(Text("SELECT id, v FROM pvc_history_t WHERE id < 3 OR id > 1 ORDER BY 1, 2"),
            "1|a;1|x;2|b;2|y;3|c;3|z");
  EXPECT_EQ(Text("SELECT id FROM pvc_blame_t WHERE id = 1 OR id > 2 ORDER BY 1"), "1;3");
  EXPECT_EQ(
      Text("SELECT count(*) FROM pvc_diff_stat WHERE (\"from\" = 'main~1' AND \"to\" = 'main') "
           "OR (\"from\" = 'main' AND \"to\" = 'main~1')"),
      "2");
}

}  // namespace
}  // namespace pvc
