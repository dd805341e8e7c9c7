#include "vcs/query/history_function.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/vcs/history_workshop.h"
#include "tests/vcs/query/query_connection.h"

namespace pvc {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class HistoryFunction : public HistoryWorkshop {
 protected:
  QueryConnection& Connect(const CommitId& base, const std::string& table = "t",
                           TextEncoding encoding = TextEncoding::kUtf8) {
    sql_ = std::make_unique<QueryConnection>(*repository_, base.Hex(), encoding);
    sql_->AddTable(table);
    return *sql_;
  }

  /// Messages and changes of the rows that satisfy a condition.
  std::vector<std::string> History(const CommitId& base, const std::string& columns,
                                   const std::string& condition = "1") {
    return Connect(base).Rows("SELECT message, diff_type, " + columns +
                              " FROM pvc_history_t WHERE " + condition);
  }

  std::unique_ptr<QueryConnection> sql_;
};

constexpr const char* kTable =
    "CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT COLLATE NOCASE, b);"
    "INSERT INTO t VALUES(1,'x',1),(2,'y',2)";

TEST_F(HistoryFunction, EachVersionOfEachRowComesWithItsCommit) {
  const CommitId first = Commit("first", {}, kTable);
  const CommitId second = Commit("second", {first},
                                 "UPDATE t SET b=5 WHERE id=1; INSERT INTO t VALUES(3,'z',3);"
                                 "DELETE FROM t WHERE id=2");
  QueryConnection& sql = Connect(second);
  EXPECT_THAT(sql.ColumnNames("SELECT * FROM pvc_history_t"),
              ElementsAre("id", "a", "b", "commit_id", "date", "author", "message", "diff_type"));
  const std::string when = "'2023-11-15T00:13:20+02:00'|'Ann'|";
  EXPECT_THAT(sql.Rows("SELECT * FROM pvc_history_t"),
              ElementsAre("1|'x'|5|'" + second.Hex() + "'|" + when + "'second'|'modified'",
                          "2|'y'|2|'" + second.Hex() + "'|" + when + "'second'|'removed'",
                          "3|'z'|3|'" + second.Hex() + "'|" + when + "'second'|'added'",
                          "1|'x'|1|'" + first.Hex() + "'|" + when + "'first'|'added'",
                          "2|'y'|2|'" + first.Hex() + "'|" + when + "'first'|'added'"));
}

TEST_F(HistoryFunction, KeysRestrictWhatIsRead) {
  const CommitId first = Commit("first", {}, kTable);
  const CommitId one = Commit("one", {first}, "UPDATE t SET b=5 WHERE id=1");
  const CommitId two = Commit("two", {one}, "UPDATE t SET b=6 WHERE id=2");
  EXPECT_THAT(History(two, "b", "id=1"), ElementsAre("'one'|'modified'|5", "'first'|'added'|1"));
  EXPECT_THAT(History(two, "b", "id='2'"), ElementsAre("'two'|'modified'|6", "'first'|'added'|2"));
  EXPECT_THAT(History(two, "b", "id IN (2, 7, 1) AND b > 4"),
              ElementsAre("'two'|'modified'|6", "'one'|'modified'|5"));
  EXPECT_THAT(History(two, "b", "id > 1"), ElementsAre("'two'|'modified'|6", "'first'|'added'|2"));
  EXPECT_THAT(History(two, "b", "id = 'x'"), IsEmpty());
  EXPECT_THAT(History(two, "b", "id IS NULL"), IsEmpty());
  QueryConnection& sql = Connect(two);
  EXPECT_THAT(sql.PlanOf("SELECT * FROM pvc_history_t WHERE id = 1"), HasSubstr(";="));
  EXPECT_THAT(sql.PlanOf("SELECT * FROM pvc_history_t WHERE a = 'x'"), Not(HasSubstr(";=")));
}

TEST_F(HistoryFunction, JoinAsksForTheHistoryOfEachRow) {
  const CommitId first = Commit("first", {}, kTable);
  const CommitId one = Commit("one", {first}, "UPDATE t SET b=5 WHERE id=1");
  QueryConnection& sql = Connect(one);
  EXPECT_THAT(sql.Rows("SELECT column1, (SELECT count(*) FROM pvc_history_t WHERE id = column1) "
                       "FROM (VALUES (1), (2), (3))"),
              ElementsAre("1|2", "2|1", "3|0"));
}

TEST_F(HistoryFunction, RevisionMayBeARange) {
  const CommitId first = Commit("first", {}, kTable);
  const CommitId one = Commit("one", {first}, "UPDATE t SET b=5 WHERE id=1");
  const CommitId two = Commit("two", {one}, "UPDATE t SET b=6 WHERE id=1");
  QueryConnection& sql = Connect(two);
  EXPECT_THAT(sql.Rows("SELECT message FROM pvc_history_t('" + one.Hex() + "') WHERE id=1"),
              ElementsAre("'one'", "'first'"));
  EXPECT_THAT(sql.Rows("SELECT message FROM pvc_history_t('" + first.Hex() + ".." + two.Hex() +
                       "') WHERE id=1"),
              ElementsAre("'two'", "'one'"));
  EXPECT_THAT(sql.Rows("SELECT message FROM pvc_history_t('" + one.Hex() + ".." + two.Hex() + "')"),
              ElementsAre("'two'"));
  EXPECT_THAT(sql.Failure("SELECT * FROM pvc_history_t('nowhere')"), HasSubstr("'nowhere'"));
}

TEST_F(HistoryFunction, MergeThatAgreesWithAParentIsPassedOverRowByRow) {
  const CommitId base = Commit("base", {}, kTable);
  const CommitId ours = Commit("ours", {base}, "UPDATE t SET b=8 WHERE id=1");
  const CommitId theirs = Commit("theirs", {base}, "UPDATE t SET b=9 WHERE id=2");
  const CommitId merge = Commit("merge", {ours, theirs},
                                "UPDATE t SET b=9 WHERE id=2; INSERT INTO t VALUES(3,'new',0)");
  EXPECT_THAT(History(merge, "id", "id=1"), ElementsAre("'ours'|'modified'|1", "'base'|'added'|1"));
  EXPECT_THAT(History(merge, "id", "id=2"),
              ElementsAre("'theirs'|'modified'|2", "'base'|'added'|2"));
  EXPECT_THAT(History(merge, "id", "id=3"), ElementsAre("'merge'|'added'|3"));
  EXPECT_THAT(Connect(merge).Rows("SELECT message, id FROM pvc_history_t ORDER BY id, message"),
              ElementsAre("'base'|1", "'ours'|1", "'base'|2", "'theirs'|2", "'merge'|3"));
}

TEST_F(HistoryFunction, RowThatDiffersFromAllParentsOfAMergeIsFollowedToAll) {
  const CommitId base = Commit("base", {}, kTable);
  const CommitId ours = Commit("ours", {base}, "UPDATE t SET b=8 WHERE id=1");
  const CommitId theirs = Commit("theirs", {base}, "UPDATE t SET b=9 WHERE id=1");
  const CommitId merge = Commit("merge", {ours, theirs}, "UPDATE t SET b=10 WHERE id=1");
  EXPECT_THAT(
      Connect(merge).Rows("SELECT message, b FROM pvc_history_t WHERE id = 1 ORDER BY b DESC"),
      ElementsAre("'merge'|10", "'theirs'|9", "'ours'|8", "'base'|1"));
}

TEST_F(HistoryFunction, MergeOfManyIsLeftByTheParentThatHasTheRow) {
  const CommitId base = Commit("base", {}, kTable);
  const CommitId one = Commit("one", {base}, "UPDATE t SET b=8 WHERE id=1");
  const CommitId two = Commit("two", {base}, "UPDATE t SET b=9 WHERE id=1");
  const CommitId three = Commit("three", {base}, "UPDATE t SET b=10 WHERE id=1");
  const CommitId merge = Commit("merge", {one, two, three}, "UPDATE t SET b=10 WHERE id=1");
  EXPECT_THAT(History(merge, "b", "id=1"),
              ElementsAre("'three'|'modified'|10", "'base'|'added'|1"));
}

TEST_F(HistoryFunction, RowsOfOlderLayoutsAreLaidIntoTheColumns) {
  const CommitId first = Commit("first", {}, kTable);
  const CommitId renamed =
      Commit("renamed", {first}, "ALTER TABLE t RENAME COLUMN b TO c; UPDATE t SET c=7 WHERE id=1");
  const CommitId added = Commit(
      "added", {renamed}, "ALTER TABLE t ADD COLUMN d DEFAULT 4; UPDATE t SET d=5 WHERE id=2");
  EXPECT_THAT(History(renamed, "c", "id=1"),
              ElementsAre("'renamed'|'modified'|7", "'first'|'added'|1"));
  EXPECT_THAT(History(added, "c, d", "id=2"),
              ElementsAre("'added'|'modified'|2|5", "'first'|'added'|NULL|NULL"));
}

TEST_F(HistoryFunction, TableMayBeAbsentForAWhile) {
  const CommitId first = Commit("first", {}, kTable);
  const CommitId gone = Commit("gone", {first}, "DROP TABLE t; CREATE TABLE u(a)");
  const CommitId again = Commit("again", {gone}, kTable);
  EXPECT_THAT(History(again, "b", "id=2"),
              ElementsAre("'again'|'added'|2", "'gone'|'removed'|2", "'first'|'added'|2"));
}

TEST_F(HistoryFunction, RowsOfATableWithAnotherKeyGoByContent) {
  const CommitId first =
      Commit("first", {}, "CREATE TABLE t(id, a); INSERT INTO t VALUES(1,1),(2,2)");
  const CommitId keyed = Commit("keyed", {first},
                                "DROP TABLE t; CREATE TABLE t(id INTEGER PRIMARY KEY, a);"
                                "INSERT INTO t VALUES(1,1),(2,3)");
  EXPECT_THAT(History(keyed, "a", "id=1"), ElementsAre("'first'|'added'|1"));
  EXPECT_THAT(History(keyed, "a", "id=2"),
              ElementsAre("'keyed'|'removed'|2", "'keyed'|'added'|3", "'first'|'added'|2"));
}

TEST_F(HistoryFunction, RowsWithoutKeyArePairedAsADiffDoes) {
  const CommitId first = Commit("first", {}, "CREATE TABLE t(a); INSERT INTO t VALUES('x'),('y')");
  const CommitId moved = Commit("moved", {first}, "UPDATE t SET rowid = rowid + 10");
  const CommitId changed = Commit("changed", {moved}, "UPDATE t SET a='z' WHERE rowid=12");
  EXPECT_THAT(History(changed, "a"), ElementsAre("'changed'|'modified'|'z'", "'first'|'added'|'x'",
                                                 "'first'|'added'|'y'"));
}

TEST_F(HistoryFunction, ColumnsOfTheTableKeepTheirNames) {
  const CommitId first =
      Commit("first", {},
             "CREATE TABLE t(Message TEXT PRIMARY KEY, revision, g AS (revision) STORED);"
             "INSERT INTO t VALUES('m', 'r')");
  QueryConnection& sql = Connect(first);
  EXPECT_THAT(
      sql.ColumnNames("SELECT * FROM pvc_history_t"),
      ElementsAre("Message", "_revision", "commit_id", "date", "author", "_message", "diff_type"));
  EXPECT_EQ(sql.Row("SELECT Message, _revision, _message FROM pvc_history_t"), "'m'|'r'|'first'");
}

TEST_F(HistoryFunction, CollationsAreTheTablesOwn) {
  const CommitId first = Commit("first", {},
                                "CREATE TABLE t(a TEXT COLLATE NOCASE PRIMARY KEY, b);"
                                "INSERT INTO t VALUES('Ann', 1)");
  EXPECT_THAT(History(first, "a", "a = 'ANN'"), ElementsAre("'first'|'added'|'Ann'"));
  EXPECT_THAT(History(first, "a", "a = 'ANN' COLLATE BINARY"), IsEmpty());
}

TEST_F(HistoryFunction, TextOfAUtf16DatabaseIsRead) {
  const CommitId first = Commit("first", {},
                                "PRAGMA encoding='UTF-16le'; CREATE TABLE t(a TEXT PRIMARY KEY, b);"
                                "INSERT INTO t VALUES('Änne', 'ö')");
  for (const TextEncoding encoding : {TextEncoding::kUtf8, TextEncoding::kUtf16be}) {
    EXPECT_THAT(Connect(first, "t", encoding).Rows("SELECT b FROM pvc_history_t WHERE a = 'Änne'"),
                ElementsAre("'ö'"));
  }
}

TEST_F(HistoryFunction, LargeValuesAreReadWhole) {
  const CommitId first = Commit("first", {},
                                "CREATE TABLE t(id INTEGER PRIMARY KEY, a); "
                                "INSERT INTO t VALUES(1, hex(zeroblob(100000)))");
  EXPECT_THAT(History(first, "length(a), a = hex(zeroblob(100000))", "id=1"),
              ElementsAre("'first'|'added'|200000|1"));
}

TEST_F(HistoryFunction, StopsWhenTheUserWantsTo) {
  const CommitId first = Commit("first", {}, kTable);
  QueryConnection& sql = Connect(first);
  sql.should_stop = true;
  EXPECT_THAT(sql.Failure("SELECT * FROM pvc_history_t"), HasSubstr("interrupted"));
  EXPECT_THAT(sql.Failure("SELECT * FROM pvc_blame_t"), HasSubstr("interrupted"));
}

}  // namespace
}  // namespace pvc
