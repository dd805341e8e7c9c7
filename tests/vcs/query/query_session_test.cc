#include "vcs/query/query_session.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <atomic>

#include "tests/vcs/query/query_fixture.h"

namespace pvc {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr const char* kTable =
    "CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT);"
    "INSERT INTO t VALUES(1, 'one'), (2, 'two'), (3, 'three');"
    "CREATE VIEW w AS SELECT v FROM t WHERE id > 1";

class QuerySessionTest : public QueryFixture {
 protected:
  /// Makes two commits; returns the first.
  CommitId MakeHistory() {
    const CommitId first = CommitDatabase(kTable);
    CommitDatabase(std::string(kTable) + ";UPDATE t SET v = 'changed' WHERE id = 2");
    return first;
  }

  std::string Text(QuerySession& session, const std::string& sql) {
    return AnswerOf(session, sql).Text();
  }
};

// --- what stock SQLite answers

TEST_F(QuerySessionTest, TablesAndViewsOfACommitAreRead) {
  MakeHistory();
  const auto session = SessionAt("main~1");
  EXPECT_EQ(Text(*session, "SELECT * FROM t ORDER BY id DESC"), "3|three;2|two;1|one");
  EXPECT_EQ(Text(*session, "SELECT v FROM w"), "two;three");
  EXPECT_EQ(Text(*session, "SELECT rowid, oid FROM t WHERE id = 2"), "2|2");
}

TEST_F(QuerySessionTest, AnotherCommitIsASchema) {
  MakeHistory();
  const auto session = SessionAt("main");
  EXPECT_EQ(
      Text(*session,
           "SELECT a.id, a.v, b.v FROM t AS a JOIN \"main~1\".t AS b USING(id) WHERE a.v <> b.v"),
      "2|changed|two");
  EXPECT_EQ(Text(*session, "SELECT v FROM \"main~1\".w"), "two;three");
  EXPECT_EQ(Text(*session, "SELECT v FROM t EXCEPT SELECT v FROM \"main~1\".t"), "changed");
}

TEST_F(QuerySessionTest, RowsWithNullsInTheirKeyAreSortedByWhatFollows) {
  CommitDatabase(
      "CREATE TABLE t(k, v, PRIMARY KEY(k)); INSERT INTO t VALUES(NULL, 3), (NULL, 1), (7, 0), "
      "(NULL, 2)");
  EXPECT_EQ(Ask("main", "SELECT v FROM t ORDER BY k, v").Text(), "1;2;3;0");
  EXPECT_EQ(Ask("main", "SELECT v FROM t WHERE k IS NULL ORDER BY v DESC").Text(), "3;2;1");
}

// Equality of an untyped key with a number may find the number and text that reads as it.
TEST_F(QuerySessionTest, RowsOfOneEqualityWithSeveralReadingsAreInOrder) {
  CommitDatabase(
      "CREATE TABLE t(a, b, PRIMARY KEY(a, b)) WITHOUT ROWID;"
      "INSERT INTO t VALUES(1, 'x'), ('1', 'b'), (1, 'c'), ('1', 'y'), (2, 'a')");
  EXPECT_EQ(Ask("main", "SELECT b FROM t WHERE a = CAST(1 AS INT) ORDER BY b").Text(), "b;c;x;y");
  EXPECT_EQ(Ask("main", "SELECT a, b FROM t WHERE a = CAST(1 AS INT) ORDER BY a, b").Text(),
            "1|c;1|x;1|b;1|y");
}

// Of long keys that begin alike the tree knows no order.
TEST_F(QuerySessionTest, LongKeysThatBeginAlikeAreInOrderBehindAnOffset) {
  CommitDatabase(
      "CREATE TABLE t(k TEXT PRIMARY KEY, v) WITHOUT ROWID;"
      "WITH s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s LIMIT 30)"
      "INSERT INTO t SELECT replace(hex(zeroblob(600)), '00', 'pp') || char(64 + i), i FROM s");
  EXPECT_EQ(Ask("main", "SELECT v FROM t ORDER BY k LIMIT 4 OFFSET 5").Text(), "6;7;8;9");
  EXPECT_EQ(Ask("main", "SELECT v FROM t ORDER BY k DESC LIMIT 3 OFFSET 1").Text(), "29;28;27");
}

// SQLite offers OFFSET beside conditions that it does not offer.
TEST_F(QuerySessionTest, OffsetCountsTheRowsThatAllConditionsLeave) {
  CommitDatabase(
      "CREATE TABLE t(id INTEGER PRIMARY KEY, a, b);"
      "INSERT INTO t VALUES(1, 1, 2), (2, 2, 2), (3, 3, 3), (4, 1, 4), (5, 5, 5);"
      "CREATE VIEW twice AS SELECT id FROM t UNION ALL SELECT id + 10 FROM t");
  EXPECT_EQ(Ask("main", "SELECT id FROM t WHERE a = b LIMIT 5 OFFSET 1").Text(), "3;5");
  EXPECT_EQ(Ask("main", "SELECT id FROM twice LIMIT 3 OFFSET 3").Text(), "4;5;11");
  EXPECT_EQ(Ask("main", "SELECT id FROM t WHERE (id, a) > (2, 2) LIMIT 5 OFFSET 1").Text(), "4;5");
  EXPECT_EQ(Ask("main", "SELECT id FROM t LIMIT 5 OFFSET 9223372036854775807").Text(), "");
  EXPECT_EQ(Ask("main", "SELECT id FROM t WHERE id > 1 ORDER BY id DESC LIMIT 2 OFFSET -3").Text(),
            "5;4");
}

TEST_F(QuerySessionTest, GeneratedColumnsSeeUtf16TextWithAByteOrderMark) {
  CommitDatabase(
      "PRAGMA encoding = 'UTF-16le'; CREATE TABLE t(v, n AS (length(v)), h AS (hex(v)));"
      "INSERT INTO t(v) VALUES(CAST(x'fffe' AS TEXT)), (CAST(x'fffe6100' AS TEXT))");
  EXPECT_EQ(Ask("main", "SELECT n, h = 'FFFE' FROM t").rows,
            (std::vector<AnswerRow>{{"1", "1"}, {"2", "0"}}));
}

TEST_F(QuerySessionTest, Utf16TextThatLooksMarkedKeepsItsBytes) {
  const std::string rows =
      "PRAGMA encoding = 'UTF-16be'; CREATE TABLE t(v);"
      "INSERT INTO t VALUES(CAST(x'fffe' AS TEXT)), (CAST(x'feff0061' AS TEXT)), "
      "(CAST(x'feff' || zeroblob(9000) AS TEXT)), ('')";
  CommitDatabase(rows);
  EXPECT_EQ(
      Ask("main", "SELECT hex(v) = 'FEFF0061', length(CAST(v AS BLOB)), typeof(v) = 'text' FROM t")
          .rows,
      (std::vector<AnswerRow>{
          {"0", "2", "1"}, {"1", "4", "1"}, {"0", "9002", "1"}, {"0", "0", "1"}}));
}

TEST_F(QuerySessionTest, GeneratedColumnsAreComputedWhateverElseTheTableAsksOf) {
  CommitDatabase(
      "PRAGMA ignore_check_constraints = ON;"
      "CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT UNIQUE NOT NULL CHECK(v <> 'b'), "
      "n INT AS (id * 2), l ANY AS (length(v)) STORED, u TEXT AS (upper(substr(v, 1, 2)) || n)) "
      "STRICT;"
      "INSERT INTO t(id, v) VALUES(3, 'b'), (4, replace(hex(zeroblob(3000)), '0', 'l'))");
  EXPECT_EQ(Ask("main", "SELECT n, l, u FROM t").Text(), "6|1|B6;8|6000|LL8");
  EXPECT_EQ(Ask("main", "SELECT id FROM t WHERE l = 1 ORDER BY u").Text(), "3");
}

TEST_F(QuerySessionTest, ListsOfAnotherAffinityFindWhatSqliteFinds) {
  CommitDatabase(
      "CREATE TABLE t(k PRIMARY KEY, v) WITHOUT ROWID; CREATE TABLE n(i INTEGER);"
      "INSERT INTO t VALUES('1', 'text'), (1, 'number'), ('1.0', 'real text'), (2, 'two'), ('x', "
      "'x');"
      "INSERT INTO n VALUES(1), (3)");
  EXPECT_EQ(Ask("main", "SELECT v FROM t WHERE k IN (SELECT i FROM n) ORDER BY v").Text(),
            "number;real text;text");
  EXPECT_EQ(Ask("main", "SELECT v FROM t WHERE k IN (2, 'x', NULL, 1) ORDER BY k").Text(),
            "number;two;x");
  EXPECT_EQ(Ask("main", "SELECT v FROM t WHERE k IN () OR k IN ('x', 'y')").Text(), "x");
  EXPECT_EQ(Ask("main", "SELECT v FROM t WHERE (k, v) IN (SELECT i, 'number' FROM n)").Text(),
            "number");
  EXPECT_EQ(Ask("main",
                "SELECT count(*) FROM t WHERE k IN (WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL "
                "SELECT i + 1 FROM s LIMIT 300000) SELECT i FROM s)")
                .Text(),
            "2");
}

TEST_F(QuerySessionTest, TextOfACommitInAnotherEncodingIsComparedAsTheConnectionDoes) {
  // U+10000 comes before U+E000 in UTF-16, and behind it in UTF-8.
  const std::string rows =
      "CREATE TABLE t(k TEXT PRIMARY KEY, v) WITHOUT ROWID;"
      "INSERT INTO t VALUES(char(65536), 'high'), (char(57344), 'low'), ('a', 'a')";
  CommitDatabase("PRAGMA encoding = 'UTF-16be'; " + rows);
  CommitDatabase(rows);
  const auto session = SessionAt("main");
  for (const char* schema : {"main", "\"main~1\""}) {
    const auto ask = [&](const char* rest) {
      return Text(*session, fmt::format("SELECT v FROM {}.t {}", schema, rest));
    };
    EXPECT_EQ(ask("ORDER BY k"), "a;low;high");
    EXPECT_EQ(ask("WHERE k > char(57344)"), "high");
    EXPECT_EQ(ask("WHERE k = char(65536)"), "high");
  }
  const auto other = SessionAt("main~1");
  EXPECT_EQ(AnswerOf(*other, "SELECT v FROM t ORDER BY k"),
            AnswerOf(*other, "SELECT v FROM \"main\".t ORDER BY +k"));
}

TEST_F(QuerySessionTest, ANameInSingleQuotesOrBracketsIsFound) {
  MakeHistory();
  const auto session = SessionAt("main");
  EXPECT_EQ(Text(*session, "SELECT count(*) FROM 't'"), "3");
  EXPECT_EQ(Text(*session, "SELECT count(*) FROM [main~1].[T]"), "3");
  EXPECT_EQ(Text(*session, "SELECT count(*) FROM `main~1` . `t`"), "3");
  EXPECT_EQ(Text(*session, "SELECT (SELECT count(*) FROM main.t), t.v FROM main.t LIMIT 1"),
            "3|one");
}

TEST_F(QuerySessionTest, NumbersOfTheHeaderAreThoseOfTheCommit) {
  CommitDatabase("PRAGMA user_version = 7; PRAGMA application_id = 99; CREATE TABLE t(v)");
  EXPECT_EQ(Ask("main", "PRAGMA user_version; PRAGMA application_id").Text(), "7;99");
}

TEST_F(QuerySessionTest, ParametersAreBound) {
  MakeHistory();
  const auto session = SessionAt("main");
  BoundValue two;
  two.storage_class = StorageClass::kText;
  two.bytes = "2";
  EXPECT_EQ(AnswerOf(*session, "SELECT v FROM t WHERE id = ?", {two}).Text(), "changed");
}

// --- what is not there

TEST_F(QuerySessionTest, WhatIsNotThereIsNamed) {
  MakeHistory();
  const auto session = SessionAt("main");
  EXPECT_THAT(Text(*session, "SELECT * FROM absent"), StartsWith("error: no such table: absent"));
  EXPECT_THAT(Text(*session, "SELECT * FROM \"main~1\".absent"), HasSubstr("no table 'absent'"));
  const Answer unknown = AnswerOf(*session, "SELECT * FROM \"no-branch\".t");
  ASSERT_TRUE(unknown.error);
  EXPECT_THAT(unknown.error->message(), HasSubstr("no-branch"));
  EXPECT_EQ(AnswerOf(*session, "SELECT * FROM \"main~7\".t").rows.size(), 0U);
  EXPECT_THAT(Text(*session, "SELECT * FROM \"main~7\".t"), StartsWith("error"));
  EXPECT_THAT(Text(*session, "SELECT absent FROM t"), StartsWith("error: no such column"));
}

// --- writes

TEST_F(QuerySessionTest, WritesAreRefusedAndChangeNothing) {
  MakeHistory();
  const auto session = SessionAt("main");
  const std::string file = folder_ / "written.db";
  for (const std::string& sql : std::vector<std::string>{
           "INSERT INTO t VALUES(9, 'x')",
           "UPDATE t SET v = 'x'",
           "DELETE FROM t",
           "DROP TABLE t",
           "DROP VIEW w",
           "ALTER TABLE t RENAME TO u",
           "ALTER TABLE t ADD COLUMN x",
           "CREATE TABLE u(x)",
           "CREATE TEMP TABLE u(x)",
           "CREATE VIEW u AS SELECT 1",
           "CREATE INDEX i ON t(v)",
           "INSERT INTO \"main~1\".t VALUES(9, 'x')",
           "DROP TABLE \"main~1\".t",
           "REPLACE INTO t VALUES(1, 'x')",
           "DELETE FROM sqlite_schema",
           "INSERT INTO w VALUES('x')",
           "CREATE TRIGGER g AFTER INSERT ON t BEGIN SELECT 1; END",
           "VACUUM INTO '" + file + "'",
           "PRAGMA query_only = OFF; DELETE FROM t",
           "PRAGMA query_only = OFF; DROP TABLE t",
           "PRAGMA writable_schema = ON; DELETE FROM sqlite_schema",
           "PRAGMA user_version = 7; SELECT * FROM pragma_user_version WHERE user_version = 0",
           "ATTACH '" + file + "' AS f; CREATE TABLE f.u(x)",
           "CREATE VIRTUAL TABLE x USING pvc_commit_table(0)",
       }) {
    const Answer answer = AnswerOf(*session, sql);
    EXPECT_TRUE(answer.error) << sql << "\n" << answer;
    EXPECT_EQ(Text(*session, "SELECT group_concat(id || v) FROM t"), "1one,2changed,3three") << sql;
    EXPECT_EQ(Text(*session, "SELECT v FROM \"main~1\".w"), "two;three") << sql;
  }
  EXPECT_FALSE(boost::filesystem::exists(file) && boost::filesystem::file_size(file) > 0);
}

TEST_F(QuerySessionTest, AWriteIsRefusedWithTheWayToTheWorkingDatabase) {
  MakeHistory();
  const Answer answer = Ask("main", "DELETE FROM t");
  ASSERT_TRUE(answer.error);
  EXPECT_FALSE(answer.error->hints().empty());
}

// --- revisions that come and go

TEST_F(QuerySessionTest, ABranchThatMovesIsReadWhereItIs) {
  MakeHistory();
  const auto session = SessionAt("main~1");
  EXPECT_EQ(Text(*session, "SELECT v FROM \"refs/heads/main\".t WHERE id = 2"), "changed");
  CommitDatabase(
      "CREATE TABLE t(id INTEGER PRIMARY KEY, v, more); INSERT INTO t VALUES(2, 'moved', 5)");
  EXPECT_EQ(Text(*session, "SELECT v, more FROM \"refs/heads/main\".t WHERE id = 2"), "moved|5");
  // The session's own commit stays.
  EXPECT_EQ(Text(*session, "SELECT v FROM t WHERE id = 2"), "two");
}

TEST_F(QuerySessionTest, ASchemaThatTheUserDetachesIsAttachedAgain) {
  MakeHistory();
  const auto session = SessionAt("main");
  EXPECT_EQ(Text(*session, "SELECT count(*) FROM \"main~1\".t"), "3");
  EXPECT_EQ(Text(*session, "DETACH \"main~1\""), "");
  EXPECT_EQ(Text(*session, "SELECT count(*) FROM \"main~1\".t"), "3");
  EXPECT_EQ(Text(*session, "DETACH \"main~1\""), "");
  CommitDatabase(kTable);
  EXPECT_EQ(Text(*session, "SELECT count(*) FROM \"main~1\".t"), "3");
  // One that the user put in its place is his.
  EXPECT_EQ(Text(*session, "DETACH \"main~1\"; ATTACH ':memory:' AS \"main~1\""), "");
  EXPECT_THAT(Text(*session, "SELECT count(*) FROM \"main~1\".t"), StartsWith("error"));
}

TEST_F(QuerySessionTest, WhatARollbackTakesAwayIsThereAgain) {
  MakeHistory();
  const auto session = SessionAt("main");
  EXPECT_EQ(Text(*session, "BEGIN; SELECT count(*) FROM \"main~1\".t, t; ROLLBACK"), "9");
  EXPECT_EQ(Text(*session, "SELECT count(*) FROM \"main~1\".t, t"), "9");
  EXPECT_EQ(Text(*session, "SAVEPOINT s; SELECT v FROM w; ROLLBACK TO s; RELEASE s"),
            "changed;three");
  EXPECT_EQ(Text(*session, "SELECT v FROM w"), "changed;three");
}

TEST_F(QuerySessionTest, ANameWithoutSchemaIsNeverThatOfARevisionNamedBefore) {
  CommitDatabase("CREATE TABLE gone(v); INSERT INTO gone VALUES(1)");
  CommitDatabase("CREATE TABLE t(v); INSERT INTO t VALUES(2)");
  const auto session = SessionAt("main");
  EXPECT_EQ(Text(*session, "SELECT v FROM \"main~1\".gone"), "1");
  EXPECT_THAT(Text(*session, "SELECT v FROM gone"), StartsWith("error: no such table"));
  EXPECT_EQ(Text(*session, "SELECT v FROM \"main~1\".gone"), "1");
}

TEST_F(QuerySessionTest, AStatementNamesUpToTenRevisionsAndASessionAnyNumber) {
  for (int i = 0; i < 14; ++i) {
    CommitDatabase(fmt::format("CREATE TABLE t(v); INSERT INTO t VALUES({})", i));
  }
  const auto session = SessionAt("main");
  const auto sum_of = [](int first, int count) {
    std::string sql = "SELECT 0";
    for (int i = first; i < first + count; ++i)
      sql += fmt::format(" + (SELECT v FROM \"main~{}\".t)", i);
    return sql;
  };
  EXPECT_EQ(Text(*session, sum_of(1, 10)), "75");
  EXPECT_EQ(Text(*session, sum_of(4, 10)), "45");
  const Answer more = AnswerOf(*session, sum_of(1, 11));
  ASSERT_TRUE(more.error);
  EXPECT_EQ(more.error->kind(), ErrorKind::kTooLarge);
  EXPECT_FALSE(more.error->hints().empty());
  EXPECT_EQ(Text(*session, sum_of(1, 10)), "75");
  EXPECT_EQ(Text(*session, "SELECT v FROM t"), "13");
}

TEST_F(QuerySessionTest, StatementsThatAreReadOneInTheOtherKeepTheirTables) {
  MakeHistory();
  const auto session = SessionAt("main");
  std::string_view outer_text = "SELECT id FROM \"main~1\".t";
  auto outer = session->Take(outer_text);
  ASSERT_TRUE(outer->Step());
  EXPECT_EQ(Text(*session, "SELECT count(*) FROM \"main~1\".t, t"), "9");
  EXPECT_TRUE(outer->Step());
  EXPECT_TRUE(outer->Step());
  EXPECT_FALSE(outer->Step());
}

// --- what the commit needs and SQLite lacks

TEST_F(QuerySessionTest, AnUnknownCollationMattersWhereItCompares) {
  const std::string path = folder_ / "collated.db";
  {
    RawDatabase db(path);
    const auto compare = [](void*, int, const void*, int, const void*) { return 0; };
    sqlite3_create_collation(db.handle(), "odd", SQLITE_UTF8, nullptr, compare);
    db.Run(
        "CREATE TABLE t(id INTEGER PRIMARY KEY, v COLLATE odd, k TEXT);"
        "CREATE TABLE u(k COLLATE odd PRIMARY KEY, v) WITHOUT ROWID;"
        "INSERT INTO t VALUES(1, 'b', 'x'), (2, 'a', 'y'); INSERT INTO u VALUES('q', 1)");
  }
  CommitFile(path);
  const auto session = SessionAt("main");
  EXPECT_EQ(Text(*session, "SELECT v FROM t WHERE id = 2"), "a");
  EXPECT_EQ(Text(*session, "SELECT v FROM t WHERE k = 'x'"), "b");
  EXPECT_EQ(Text(*session, "SELECT k FROM u"), "q");
  EXPECT_EQ(Text(*session, "SELECT v FROM t WHERE v = 'a' COLLATE BINARY"), "a");
  for (const char* sql :
       {"SELECT v FROM t ORDER BY v", "SELECT id FROM t WHERE v = 'a'", "SELECT DISTINCT v FROM t",
        "SELECT * FROM u ORDER BY k", "SELECT * FROM u WHERE k > 'a'", "SELECT max(v) FROM t"}) {
    const Answer answer = AnswerOf(*session, sql);
    // Of one row nothing is compared.
    if (std::string_view(sql).find("FROM u ORDER") != std::string_view::npos) continue;
    ASSERT_TRUE(answer.error) << sql << answer;
    EXPECT_THAT(answer.error->message(), HasSubstr("odd")) << sql;
  }
}

TEST_F(QuerySessionTest, UnknownFunctionsMatterWhereTheyAreNeeded) {
  const std::string path = folder_ / "functions.db";
  {
    RawDatabase db(path);
    const auto answer = [](sqlite3_context* context, int, sqlite3_value**) {
      sqlite3_result_int(context, 1);
    };
    sqlite3_create_function(db.handle(), "mine", 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC, nullptr,
                            answer, nullptr, nullptr);
    db.Run(
        "CREATE TABLE t(id INTEGER PRIMARY KEY, v CHECK(mine(v)), g AS (mine(v)), h AS (id + 1));"
        "CREATE TABLE c(v CHECK(mine(v))); CREATE VIEW w AS SELECT mine(v) FROM c;"
        "CREATE INDEX i ON c(mine(v)); INSERT INTO t(v) VALUES(5); INSERT INTO c VALUES(6)");
  }
  CommitFile(path);
  const auto session = SessionAt("main");
  EXPECT_EQ(Text(*session, "SELECT id, v FROM t"), "1|5");
  EXPECT_EQ(Text(*session, "SELECT * FROM c WHERE v = 6"), "6");
  EXPECT_THAT(Text(*session, "SELECT g FROM t"), HasSubstr("mine"));
  EXPECT_THAT(Text(*session, "SELECT * FROM w"), HasSubstr("mine"));
}

// --- stopping

TEST_F(QuerySessionTest, ALongStatementIsInterrupted) {
  CommitDatabase(
      "CREATE TABLE t(id INTEGER PRIMARY KEY, v); CREATE INDEX i ON t(v);"
      "WITH s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s LIMIT 60000)"
      "INSERT INTO t SELECT i, i % 1000 FROM s");
  for (const char* sql : {"SELECT count(*) FROM t AS a, t AS b, t AS c", "SELECT max(v) FROM t",
                          "SELECT count(*) FROM t WHERE v = 7",
                          "SELECT count(*) FROM t AS a, t AS b WHERE a.v = b.id AND b.v IS NULL"}) {
    std::atomic<bool> stop = false;
    const auto session = SessionAt("main", [&stop] { return stop.load(); });
    std::string_view text = sql;
    auto statement = session->Take(text);
    stop = true;
    try {
      statement->Step();
      ADD_FAILURE() << sql << " went on";
    } catch (const Error& error) {
      EXPECT_EQ(session->Explained(error).kind(), ErrorKind::kInterrupted) << sql;
    }
  }
}

}  // namespace
}  // namespace pvc
