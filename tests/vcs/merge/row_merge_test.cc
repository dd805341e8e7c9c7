#include "tests/vcs/merge/merge_fixture.h"

namespace pvc {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class RowMergeTest : public MergeFixture {
 protected:
  std::string All(const std::string& table) {
    return Text(
        "SELECT group_concat(line, ' ') FROM (SELECT (SELECT quote(a) || quote(b) || quote(c))"
        " AS line FROM " +
        table + " ORDER BY a, b, c)");
  }
};

constexpr const char* kKeyed =
    "CREATE TABLE t(a INTEGER PRIMARY KEY, b, c);"
    "INSERT INTO t VALUES(1, 1, 1), (2, 2, 2), (3, 3, 3)";

TEST_F(RowMergeTest, ChangesOfDifferentCellsOfOneRowAreJoined) {
  MergeClean(kKeyed, "UPDATE t SET b = 10 WHERE a = 1", "UPDATE t SET c = 20 WHERE a = 1");
  EXPECT_EQ(All("t"), "11020 222 333");
  EXPECT_EQ(HeadCommitObject().parents.size(), 2U);
  EXPECT_EQ(HeadCommitObject().message, "Merge branch 'try'");
  EXPECT_TRUE(IsClean());
}

TEST_F(RowMergeTest, EqualChangesAreClean) {
  MergeClean(
      kKeyed,
      "UPDATE t SET b = 10 WHERE a = 1; DELETE FROM t WHERE a = 2; INSERT INTO t VALUES(9,9,9)",
      "UPDATE t SET b = 10 WHERE a = 1; DELETE FROM t WHERE a = 2; INSERT INTO t VALUES(9,9,9)");
  EXPECT_EQ(All("t"), "1101 333 999");
}

TEST_F(RowMergeTest, OneCellChangedByBothIsAConflictThatKeepsOurs) {
  EXPECT_THAT(MergeWithConflicts(kKeyed, "UPDATE t SET b = 10, c = 5 WHERE a = 1",
                                 "UPDATE t SET b = 20 WHERE a = 1; UPDATE t SET b = 7 WHERE a = 3"),
              ElementsAre("t:1 b"));
  EXPECT_EQ(All("t"), "1105 222 373");
}

TEST_F(RowMergeTest, DeletionMeetsChangeInAConflict) {
  EXPECT_THAT(
      MergeWithConflicts(kKeyed, "DELETE FROM t WHERE a = 1; UPDATE t SET b = 0 WHERE a = 2",
                         "UPDATE t SET b = 20 WHERE a = 1; DELETE FROM t WHERE a = 2"),
      ElementsAre("t:1", "t:2"));
  EXPECT_EQ(All("t"), "202 333");
}

TEST_F(RowMergeTest, RowsAddedByBothUnderOneKeyConflictInTheCellsThatDiffer) {
  EXPECT_THAT(
      MergeWithConflicts(kKeyed, "INSERT INTO t VALUES(4, 4, 4)", "INSERT INTO t VALUES(4, 4, 5)"),
      ElementsAre("t:4 c"));
}

TEST_F(RowMergeTest, TypesAndBytesTellValuesApart) {
  EXPECT_THAT(MergeWithConflicts(kKeyed, "UPDATE t SET b = 1.0 WHERE a = 1",
                                 "UPDATE t SET b = '1' WHERE a = 1"),
              ElementsAre("t:1 b"));
}

TEST_F(RowMergeTest, TuplesAreRowsOfTheirOwnUnderAnyCollation) {
  MergeClean(
      "CREATE TABLE t(a TEXT COLLATE NOCASE, b, c, PRIMARY KEY(a, b)) WITHOUT ROWID;"
      "INSERT INTO t VALUES('x', 1, 1), ('y', 1, 1)",
      "UPDATE t SET a = 'X' WHERE a = 'x'", "UPDATE t SET c = 2 WHERE a = 'x'");
  EXPECT_EQ(All("t"), "'X'12 'y'11");
}

// Two rows whose keys are one as doubles became one row elsewhere.
TEST_F(RowMergeTest, IntegersBeyondADoubleInATupleStayTwoRows) {
  MergeClean(
      "CREATE TABLE t(a INTEGER, b INTEGER, c, PRIMARY KEY(a, b)) WITHOUT ROWID;"
      "CREATE INDEX t_a ON t(a);"
      "INSERT INTO t VALUES(9007199254740992, 1, 0), (9007199254740993, 1, 0)",
      "UPDATE t SET c = 1 WHERE a = 9007199254740992;"
      "INSERT INTO t VALUES(-9007199254740993, 1, 5)",
      "UPDATE t SET c = 2 WHERE a = 9007199254740993;"
      "INSERT INTO t VALUES(-9007199254740992, 1, 6)");
  EXPECT_EQ(All("t"),
            "-900719925474099315 -900719925474099216 900719925474099211 900719925474099312");
  EXPECT_EQ(Text("SELECT c FROM t INDEXED BY t_a WHERE a = 9007199254740993"), "2");
}

// The rows and changes that came in were lost elsewhere, in a merge that said it was clean.
TEST_F(RowMergeTest, ColumnsAddedByBothKeepAllRowsAndChangesOfBoth) {
  MergeClean(kKeyed,
             "ALTER TABLE t ADD COLUMN o DEFAULT 'o'; UPDATE t SET b = 10 WHERE a = 1;"
             "INSERT INTO t VALUES(4, 4, 4, 'mine')",
             "ALTER TABLE t ADD COLUMN n; UPDATE t SET c = 20, n = 'new' WHERE a = 1;"
             "UPDATE t SET b = 30 WHERE a = 3; INSERT INTO t VALUES(5, 5, 5, 'theirs')");
  EXPECT_EQ(
      Text("SELECT group_concat(a || ',' || b || ',' || c || ',' || o || ',' || ifnull(n, '-'),"
           " ' ') FROM t"),
      "1,10,20,o,new 2,2,2,o,- 3,30,3,o,- 4,4,4,mine,- 5,5,5,o,theirs");
}

TEST_F(RowMergeTest, BothMayAppendToATableWithoutKey) {
  MergeClean("CREATE TABLE t(a, b, c); INSERT INTO t VALUES(1, 1, 1)",
             "INSERT INTO t VALUES(2, 2, 2)", "INSERT INTO t VALUES(3, 3, 3), (4, 4, 4)");
  EXPECT_EQ(All("t"), "111 222 333 444");
}

TEST_F(RowMergeTest, EqualRowsAddedByBothToATableWithoutKeyAreThereOnce) {
  MergeClean("CREATE TABLE t(a, b, c)", "INSERT INTO t VALUES(2, 2, 2), (5, 5, 5)",
             "INSERT INTO t VALUES(3, 3, 3), (2, 2, 2), (2, 2, 2)");
  EXPECT_EQ(All("t"), "222 222 333 555");
}

TEST_F(RowMergeTest, RowsWithoutKeyAreMergedByCellsAndConflictByCells) {
  EXPECT_THAT(
      MergeWithConflicts("CREATE TABLE t(a, b, c); INSERT INTO t VALUES(1,1,1), (2,2,2), (3,3,3)",
                         "UPDATE t SET b = 9 WHERE a = 1; UPDATE t SET b = 8 WHERE a = 2; DELETE "
                         "FROM t WHERE a = 3",
                         "UPDATE t SET c = 9 WHERE a = 1; UPDATE t SET b = 7 WHERE a = 2"),
      ElementsAre("t:2 b"));
  EXPECT_EQ(All("t"), "199 282");
}

TEST_F(RowMergeTest, RenumberedRowsWithoutKeyAreNoChange) {
  MergeClean(
      "CREATE TABLE t(a, b, c); INSERT INTO t VALUES(1,1,1), (2,2,2), (3,3,3), (4,4,4)",
      "DELETE FROM t WHERE a = 1; UPDATE t SET rowid = rowid + 10",
      "UPDATE t SET b = 20 WHERE a = 2; DELETE FROM t WHERE a = 3; INSERT INTO t VALUES(5,5,5)");
  EXPECT_EQ(All("t"), "2202 444 555");
}

TEST_F(RowMergeTest, RowidsThatAreNoKeyDoNotConflict) {
  MergeClean("CREATE TABLE t(a TEXT PRIMARY KEY, b, c); INSERT INTO t VALUES('x', 1, 1)",
             "INSERT INTO t VALUES('o', 2, 2)", "INSERT INTO t VALUES('t', 3, 3), ('u', 4, 4)");
  EXPECT_EQ(All("t"), "'o'22 't'33 'u'44 'x'11");
  EXPECT_EQ(Text("SELECT count(DISTINCT rowid) FROM t"), "4");
}

TEST_F(RowMergeTest, RowsWithNullInTheirKeyGoByContent) {
  MergeClean("CREATE TABLE t(a, b, c, PRIMARY KEY(a, b)); INSERT INTO t VALUES(NULL, 1, 1)",
             "INSERT INTO t VALUES(NULL, 1, 2)", "INSERT INTO t VALUES(NULL, 1, 3), (NULL, 1, 2)");
  EXPECT_EQ(All("t"), "NULL11 NULL12 NULL13");
}

TEST_F(RowMergeTest, AutoincrementCountsOnFromTheGreaterSide) {
  MergeClean(
      "CREATE TABLE t(a INTEGER PRIMARY KEY AUTOINCREMENT, b, c); INSERT INTO t(b) VALUES(1)",
      "INSERT INTO t(a, b) VALUES(10, 1)", "INSERT INTO t(a, b) VALUES(20, 1)");
  EXPECT_EQ(Text("SELECT group_concat(seq) FROM sqlite_sequence"), "20");
  Run("INSERT INTO t(b) VALUES(1)");
  EXPECT_EQ(Text("SELECT max(a) FROM t"), "21");
}

TEST_F(RowMergeTest, LargeValuesAreMergedByReference) {
  MergeClean(
      "CREATE TABLE t(a INTEGER PRIMARY KEY, b, c);"
      "INSERT INTO t VALUES(1, zeroblob(100000), printf('%.*c', 50000, 'x'))",
      "UPDATE t SET b = zeroblob(100001)", "UPDATE t SET c = printf('%.*c', 50001, 'y')");
  EXPECT_EQ(Text("SELECT length(b) || ' ' || length(c) || substr(c, 1, 1) FROM t"),
            "100001 50001y");
}

TEST_F(RowMergeTest, JsonIsMergedByKeyWhereASettingSaysSo) {
  Config config;
  config.Set("table.t.json", "b, c");
  repository_->UseSettings(config);
  MergeClean(
      "CREATE TABLE t(a INTEGER PRIMARY KEY, b TEXT, c);"
      "INSERT INTO t VALUES(1, '{\"x\": 1, \"y\": 1}', 0)",
      "UPDATE t SET b = '{\"x\": 2, \"y\": 1}'", "UPDATE t SET b = '{\"x\": 1, \"y\": 3}'");
  EXPECT_EQ(Text("SELECT b FROM t"), "{\"x\": 2, \"y\": 3}");
}

TEST_F(RowMergeTest, UnchangedSideTakesTheOther) {
  Begin(kKeyed);
  SwitchToNew("try");
  Run("UPDATE t SET b = 5");
  Commit("theirs");
  SwitchTo("main");
  MergeRequest request = Request();
  request.fast_forward = FastForward::kNever;
  EXPECT_EQ(MergeRevision(*repository_, request, {}).outcome, MergeResult::Outcome::kMerged);
  EXPECT_EQ(All("t"), "151 252 353");
}

}  // namespace
}  // namespace pvc
