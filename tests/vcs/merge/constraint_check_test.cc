#include "tests/vcs/merge/merge_fixture.h"

namespace pvc {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class ConstraintCheckTest : public MergeFixture {
 protected:
  /// What a query gives, its rows parted by blanks.
  std::string All(const std::string& columns, const std::string& from) {
    return Text("SELECT group_concat(line, ' ') FROM (SELECT " + columns + " AS line FROM " + from +
                " ORDER BY 1)");
  }
  std::string ForeignKeyErrors() { return Text("SELECT count(*) FROM pragma_foreign_key_check"); }

  static std::string Rebuilt(const std::string& columns, const std::string& options = "") {
    return "CREATE TABLE made(" + columns + ")" + options +
           "; INSERT INTO made SELECT * FROM t; DROP TABLE t; ALTER TABLE made RENAME TO t;";
  }
};

// --- UNIQUE

constexpr const char* kUnique =
    "CREATE TABLE t(id INTEGER PRIMARY KEY, u UNIQUE, n);"
    "INSERT INTO t VALUES(1, 'a', 1), (2, 'b', 2)";

TEST_F(ConstraintCheckTest, AnIncomingRowThatMeetsOneOfOursStaysOut) {
  EXPECT_THAT(MergeWithConflicts(kUnique, "INSERT INTO t VALUES(5, 'x', 5)",
                                 "INSERT INTO t VALUES(6, 'x', 6), (7, 'y', 7)"),
              ElementsAre("t:6 UNIQUE(u)"));
  EXPECT_EQ(All("id || u", "t"), "1a 2b 5x 7y");
  Resolve({"t:6"}, Resolution::kSet, {{"u", "z"}});
  EXPECT_EQ(All("id || u", "t"), "1a 2b 5x 6z 7y");
}

TEST_F(ConstraintCheckTest, AChangedRowThatMeetsOneOfOursGoesBackToOurs) {
  EXPECT_THAT(MergeWithConflicts(kUnique, "UPDATE t SET u = 'x' WHERE id = 1",
                                 "UPDATE t SET u = 'x', n = 9 WHERE id = 2"),
              ElementsAre("t:2 UNIQUE(u)"));
  EXPECT_EQ(All("id || u || n", "t"), "1x1 2b2");
}

TEST_F(ConstraintCheckTest, ValuesMeetAsTheCollationSays) {
  EXPECT_THAT(MergeWithConflicts("CREATE TABLE t(id INTEGER PRIMARY KEY, u TEXT UNIQUE COLLATE "
                                 "NOCASE); INSERT INTO t VALUES(1, 'a')",
                                 "INSERT INTO t VALUES(5, 'New')",
                                 "INSERT INTO t VALUES(6, 'nEW'), (7, 'new ')"),
              ElementsAre("t:6 UNIQUE(u)"));
}

TEST_F(ConstraintCheckTest, NullsNeverMeet) {
  MergeClean(kUnique, "INSERT INTO t VALUES(5, NULL, 5)", "INSERT INTO t VALUES(6, NULL, 6)");
  EXPECT_EQ(All("id", "t"), "1 2 5 6");
}

TEST_F(ConstraintCheckTest, RowsMaySwapTheirValues) {
  MergeClean(kUnique, "UPDATE t SET n = 10 WHERE id = 1",
             "UPDATE t SET u = 'tmp' WHERE id = 1; UPDATE t SET u = 'a' WHERE id = 2; UPDATE t SET "
             "u = 'b' WHERE id = 1");
  EXPECT_EQ(All("id || u || n", "t"), "1b10 2a2");
}

TEST_F(ConstraintCheckTest, ARowThatGoesBackPushesOutTheOneThatTookItsValue) {
  // Theirs moves a to 2 and b to 3; ours gives c to a row of its own, which 1 wants.
  EXPECT_THAT(
      MergeWithConflicts("CREATE TABLE t(id INTEGER PRIMARY KEY, u UNIQUE); INSERT INTO t "
                         "VALUES(1, 'a'), (2, 'b'), (3, 'z')",
                         "INSERT INTO t VALUES(9, 'c')",
                         "UPDATE t SET u = 'y' WHERE id = 3; UPDATE t SET u = 'tmp' WHERE id = 2;"
                         "UPDATE t SET u = 'c' WHERE id = 1; UPDATE t SET u = 'a' WHERE id = 2"),
      ElementsAre("t:1 UNIQUE(u)", "t:2 UNIQUE(u)"));
  EXPECT_EQ(All("id || u", "t"), "1a 2b 3y 9c");
}

TEST_F(ConstraintCheckTest, ATupleOfCellsFromBothSidesMeetsARowThatNobodyTouched) {
  EXPECT_THAT(
      MergeWithConflicts("CREATE TABLE t(id INTEGER PRIMARY KEY, a, b, UNIQUE(a, b));"
                         "INSERT INTO t VALUES(1, 1, 1), (2, 5, 5)",
                         "UPDATE t SET a = 5 WHERE id = 1", "UPDATE t SET b = 5 WHERE id = 1"),
      ElementsAre("t:1 UNIQUE(a, b)"));
  EXPECT_EQ(All("id || a || b", "t"), "151 255");
}

TEST_F(ConstraintCheckTest, PartialIndexesCountWhereTheyApply) {
  const std::string base = std::string(kUnique) + "; CREATE UNIQUE INDEX i ON t(n) WHERE n > 10";
  EXPECT_THAT(MergeWithConflicts(base, "INSERT INTO t VALUES(5, 'x', 5), (6, 'y', 50)",
                                 "INSERT INTO t VALUES(7, 'p', 5), (8, 'q', 50)"),
              ElementsAre("t:8 UNIQUE(n)"));
  EXPECT_EQ(All("id || u || n", "t"), "1a1 2b2 5x5 6y50 7p5");
}

TEST_F(ConstraintCheckTest, ExpressionIndexesAreCheckedToo) {
  const std::string base = std::string(kUnique) + "; CREATE UNIQUE INDEX i ON t(lower(u))";
  EXPECT_THAT(MergeWithConflicts(base, "INSERT INTO t VALUES(5, 'New', 5)",
                                 "INSERT INTO t VALUES(6, 'NEW', 6)"),
              SizeIs(1));
  EXPECT_EQ(All("id || u", "t"), "1a 2b 5New");
}

TEST_F(ConstraintCheckTest, AUniqueIndexOfOursKeepsIncomingDuplicatesOut) {
  EXPECT_THAT(MergeWithConflicts(kUnique, "CREATE UNIQUE INDEX i ON t(n)",
                                 "INSERT INTO t VALUES(5, 'x', 1), (6, 'y', 6)"),
              ElementsAre("t:5 UNIQUE(n)"));
  EXPECT_EQ(All("id || n", "t"), "11 22 66");
}

TEST_F(ConstraintCheckTest, AUniqueIndexOfTheirsRefusesATableOfOursWithDuplicates) {
  EXPECT_THAT(
      MergeWithConflicts(kUnique, "INSERT INTO t VALUES(5, 'x', 1)",
                         "CREATE UNIQUE INDEX i ON t(n); UPDATE t SET u = 'B' WHERE id = 2"),
      ElementsAre("schema t: rows of ours break UNIQUE (n) of theirs"));
  EXPECT_EQ(All("id || u || n", "t"), "1a1 2b2 5x1");
  Resolve({"t"}, Resolution::kTheirs);
  EXPECT_EQ(All("id || u || n", "t"), "1a1 2B2");
  EXPECT_EQ(Text("SELECT count(*) FROM sqlite_schema WHERE name = 'i'"), "1");
}

TEST_F(ConstraintCheckTest, ATypeThatMakesRowsEqualMeetsTheirUnique) {
  EXPECT_THAT(
      MergeWithConflicts("CREATE TABLE t(id INTEGER PRIMARY KEY, u TEXT, UNIQUE(u)); INSERT INTO t "
                         "VALUES(1, '1')",
                         Rebuilt("id INTEGER PRIMARY KEY, u INTEGER, UNIQUE(u)"),
                         "INSERT INTO t VALUES(2, '01'), (3, '3')"),
      ElementsAre("t:2 UNIQUE(u)"));
  EXPECT_EQ(All("id || u", "t"), "11 33");
}

TEST_F(ConstraintCheckTest, ACollationThatMakesRowsEqualMeetsTheirUnique) {
  EXPECT_THAT(MergeWithConflicts("CREATE TABLE t(id INTEGER PRIMARY KEY, u TEXT); CREATE UNIQUE "
                                 "INDEX i ON t(u); INSERT INTO t VALUES(1, 'a')",
                                 "INSERT INTO t VALUES(2, 'A')",
                                 Rebuilt("id INTEGER PRIMARY KEY, u TEXT COLLATE NOCASE") +
                                     "CREATE UNIQUE INDEX i ON t(u)"),
              ElementsAre("schema t: rows of ours break UNIQUE (u) of theirs"));
}

TEST_F(ConstraintCheckTest, ATableThatBothCreatedIsCheckedToo) {
  constexpr const char* kMade =
      "CREATE TABLE fresh(id INTEGER PRIMARY KEY, u UNIQUE); INSERT INTO ";
  EXPECT_THAT(MergeWithConflicts(kUnique, std::string(kMade) + "fresh VALUES(1, 'x')",
                                 std::string(kMade) + "fresh VALUES(2, 'x'), (3, 'y')"),
              ElementsAre("fresh:2 UNIQUE(u)"));
}

TEST_F(ConstraintCheckTest, TablesWithoutRowidAndWithLooseRowidsAreChecked) {
  EXPECT_THAT(MergeWithConflicts(
                  "CREATE TABLE w(k TEXT PRIMARY KEY, u UNIQUE) WITHOUT ROWID; CREATE TABLE "
                  "l(k TEXT PRIMARY KEY, u UNIQUE); CREATE TABLE n(a, u UNIQUE)",
                  "INSERT INTO w VALUES('o', 1); INSERT INTO l VALUES('o', 1); INSERT INTO n "
                  "VALUES('o', 1)",
                  "INSERT INTO w VALUES('h', 1); INSERT INTO l VALUES('h', 1); INSERT INTO n "
                  "VALUES('h', 1)"),
              ElementsAre("l:h UNIQUE(u)", "n:2 UNIQUE(u)", "w:h UNIQUE(u)"));
  EXPECT_EQ(All("k", "w") + All("k", "l") + All("a", "n"), "ooo");
  Resolve({}, Resolution::kOurs);
  Continue();
}

// --- NOT NULL and CHECK

TEST_F(ConstraintCheckTest, ACheckMayBreakByCellsOfBothSides) {
  EXPECT_THAT(MergeWithConflicts("CREATE TABLE t(id INTEGER PRIMARY KEY, low, high, CHECK(low <= "
                                 "high)); INSERT INTO t VALUES(1, 1, 10), (2, 1, 10)",
                                 "UPDATE t SET low = 8", "UPDATE t SET high = 5 WHERE id = 1"),
              ElementsAre("t:1 CHECK(low <= high)"));
  EXPECT_EQ(All("id || '-' || low || '-' || high", "t"), "1-8-10 2-8-10");
}

TEST_F(ConstraintCheckTest, NotNullOfOursKeepsIncomingRowsOut) {
  EXPECT_THAT(
      MergeWithConflicts("CREATE TABLE t(id INTEGER PRIMARY KEY, n); INSERT INTO t "
                         "VALUES(1, 1), (2, 2)",
                         Rebuilt("id INTEGER PRIMARY KEY, n NOT NULL"),
                         "UPDATE t SET n = NULL WHERE id = 1; INSERT INTO t VALUES(3, NULL), "
                         "(4, 4)"),
      ElementsAre("t:1 NOT NULL(n)", "t:3 NOT NULL(n)"));
  EXPECT_EQ(All("id || n", "t"), "11 22 44");
}

TEST_F(ConstraintCheckTest, NotNullOfTheirsRefusesATableOfOursWithNulls) {
  EXPECT_THAT(MergeWithConflicts("CREATE TABLE t(id INTEGER PRIMARY KEY, n); INSERT INTO t "
                                 "VALUES(1, 1)",
                                 "INSERT INTO t VALUES(2, NULL)",
                                 Rebuilt("id INTEGER PRIMARY KEY, n NOT NULL")),
              ElementsAre("schema t: rows of ours break NOT NULL (n) of theirs"));
}

TEST_F(ConstraintCheckTest, RowsThatCannotHaveAnAddedColumnAreAConflict) {
  EXPECT_THAT(
      MergeWithConflicts("CREATE TABLE t(id INTEGER PRIMARY KEY); INSERT INTO t VALUES(1)",
                         "CREATE TABLE made(id INTEGER PRIMARY KEY, n NOT NULL); INSERT INTO "
                         "made SELECT id, 5 FROM t; DROP TABLE t; ALTER TABLE made RENAME "
                         "TO t",
                         "INSERT INTO t VALUES(2)"),
      ElementsAre("t:2 NOT NULL(n)"));
}

TEST_F(ConstraintCheckTest, StrictOfOursKeepsValuesOfOtherTypesOut) {
  EXPECT_THAT(MergeWithConflicts("CREATE TABLE t(id INTEGER PRIMARY KEY, n INT); INSERT INTO t "
                                 "VALUES(1, 1)",
                                 Rebuilt("id INTEGER PRIMARY KEY, n INT", " STRICT"),
                                 "INSERT INTO t VALUES(2, 'text'), (3, '3')"),
              SizeIs(1));
  EXPECT_EQ(All("id || n", "t"), "11 33");
}

TEST_F(ConstraintCheckTest, ATypeOfOursAndACheckOfTheirsAreHeldToAllRows) {
  EXPECT_THAT(
      MergeWithConflicts(
          "CREATE TABLE t(id INTEGER PRIMARY KEY, n INTEGER); INSERT INTO t VALUES(1, 1)",
          Rebuilt("id INTEGER PRIMARY KEY, n TEXT"),
          Rebuilt("id INTEGER PRIMARY KEY, n INTEGER, CHECK(typeof(n) <> 'text')")),
      ElementsAre("schema t: its rows break CHECK (typeof(n) <> 'text') in what both made of it"));
}

// --- foreign keys

constexpr const char* kFamily =
    "CREATE TABLE p(id INTEGER PRIMARY KEY, code TEXT UNIQUE);"
    "CREATE TABLE c(id INTEGER PRIMARY KEY, p INTEGER REFERENCES p(id), note);"
    "INSERT INTO p VALUES(1, 'one'), (2, 'two'), (3, 'three'); INSERT INTO c VALUES(1, 1, 'first')";

TEST_F(ConstraintCheckTest, AChildOfARowThatTheOtherSideDeletedStaysAndIsAConflict) {
  EXPECT_THAT(MergeWithConflicts(kFamily, "INSERT INTO c VALUES(5, 2, 'ours')",
                                 "DELETE FROM p WHERE id = 2"),
              ElementsAre("c:5 FOREIGN KEY(p -> p(id))"));
  EXPECT_EQ(All("id || note", "c"), "1first 5ours");
  Resolve({"c:5"}, Resolution::kDelete);
  Continue();
  EXPECT_EQ(ForeignKeyErrors(), "0");
}

TEST_F(ConstraintCheckTest, AnIncomingChildOfARowThatOursDeletedComesInAndIsAConflict) {
  EXPECT_THAT(MergeWithConflicts(kFamily, "DELETE FROM p WHERE id = 2",
                                 "INSERT INTO c VALUES(5, 2, 'theirs'); UPDATE c SET p = 2"),
              ElementsAre("c:1 FOREIGN KEY(p -> p(id))", "c:5 FOREIGN KEY(p -> p(id))"));
  EXPECT_EQ(All("id || p", "c"), "12 52");
}

TEST_F(ConstraintCheckTest, NullsPointAtNothing) {
  MergeClean(kFamily, "INSERT INTO c VALUES(5, NULL, 'ours')", "DELETE FROM p WHERE id = 2");
}

TEST_F(ConstraintCheckTest, AParentThatCameBackIsThere) {
  MergeClean(kFamily, "INSERT INTO c VALUES(5, 2, 'ours')",
             "DELETE FROM p WHERE id = 2; INSERT INTO p VALUES(2, 'again')");
}

TEST_F(ConstraintCheckTest, AChildDeletedByACascadeMeetsItsChange) {
  EXPECT_THAT(MergeWithConflicts(
                  "CREATE TABLE p(id INTEGER PRIMARY KEY); CREATE TABLE c(id INTEGER PRIMARY "
                  "KEY, p REFERENCES p(id) ON DELETE CASCADE, note); INSERT INTO p VALUES(1);"
                  "INSERT INTO c VALUES(1, 1, 'x'), (2, 1, 'y')",
                  "UPDATE c SET note = 'ours' WHERE id = 1; INSERT INTO c VALUES(3, 1, 'z')",
                  "PRAGMA foreign_keys=ON; DELETE FROM p"),
              ElementsAre("c:1 FOREIGN KEY(p -> p(id))", "c:3 FOREIGN KEY(p -> p(id))"));
  EXPECT_EQ(All("id || note", "c"), "1ours 3z");
}

TEST_F(ConstraintCheckTest, AChangedParentKeyIsALostOne) {
  EXPECT_THAT(
      MergeWithConflicts("CREATE TABLE p(id INTEGER PRIMARY KEY, code TEXT UNIQUE); CREATE "
                         "TABLE c(id INTEGER PRIMARY KEY, p REFERENCES p(code)); INSERT INTO "
                         "p VALUES(1, 'one'), (2, 'two')",
                         "INSERT INTO c VALUES(1, 'one'), (2, 'two')",
                         "UPDATE p SET code = 'uno' WHERE id = 1"),
      ElementsAre("c:1 FOREIGN KEY(p -> p(code))"));
}

TEST_F(ConstraintCheckTest, AParentKeyMayBeOfAnIndexOfItsOwn) {
  EXPECT_THAT(MergeWithConflicts("CREATE TABLE p(id INTEGER PRIMARY KEY, code TEXT); CREATE UNIQUE "
                                 "INDEX i ON p(code); CREATE TABLE c(id INTEGER PRIMARY KEY, p "
                                 "REFERENCES p(code)); INSERT INTO p VALUES(1, 'one')",
                                 "INSERT INTO c VALUES(1, 'one')", "UPDATE p SET code = 'uno'"),
              ElementsAre("c:1 FOREIGN KEY(p -> p(code))"));
}

TEST_F(ConstraintCheckTest, ParentKeysCompareAsTheirColumnDoes) {
  constexpr const char* kText =
      "CREATE TABLE p(k TEXT COLLATE NOCASE PRIMARY KEY, n); CREATE TABLE c(id INTEGER PRIMARY "
      "KEY, "
      "p REFERENCES p); INSERT INTO p VALUES('One', 0), ('Two', 0)";
  EXPECT_THAT(MergeWithConflicts(kText, "INSERT INTO c VALUES(1, 'ONE'), (2, 'two')",
                                 "DELETE FROM p WHERE k = 'one'; UPDATE p SET k = 'TWO'"),
              ElementsAre("c:1 FOREIGN KEY(p -> p(k))"));
}

TEST_F(ConstraintCheckTest, ParentKeysCompareWithTheirAffinity) {
  EXPECT_THAT(
      MergeWithConflicts("CREATE TABLE p(id INTEGER PRIMARY KEY); CREATE TABLE c(id INTEGER "
                         "PRIMARY KEY, p TEXT REFERENCES p(id)); INSERT INTO p VALUES(1), "
                         "(2)",
                         "INSERT INTO c VALUES(1, '1'), (2, '02'), (3, '2')",
                         "DELETE FROM p WHERE id = 2"),
      ElementsAre("c:2 FOREIGN KEY(p -> p(id))", "c:3 FOREIGN KEY(p -> p(id))"));
}

TEST_F(ConstraintCheckTest, NumbersPointAtTextThatIsSpelledAlike) {
  MergeClean(
      "CREATE TABLE p(k TEXT PRIMARY KEY); CREATE TABLE c(id INTEGER PRIMARY KEY, p INTEGER "
      "REFERENCES p(k)); INSERT INTO p VALUES('1'), ('01')",
      "INSERT INTO c VALUES(1, 1)", "DELETE FROM p WHERE k = '01'");
  EXPECT_EQ(ForeignKeyErrors(), "0");
}

TEST_F(ConstraintCheckTest, CompositeKeysAreLostAsAWhole) {
  EXPECT_THAT(
      MergeWithConflicts("CREATE TABLE p(a, b, n, PRIMARY KEY(a, b)) WITHOUT ROWID; CREATE TABLE "
                         "c(id INTEGER PRIMARY KEY, x, y, FOREIGN KEY(x, y) REFERENCES p(a, b));"
                         "INSERT INTO p VALUES(1, 1, 0), (1, 2, 0), (2, 1, 0)",
                         "INSERT INTO c VALUES(1, 1, 1), (2, 1, 2), (3, 1, NULL)",
                         "DELETE FROM p WHERE a = 1 AND b = 2; UPDATE p SET n = 5"),
      ElementsAre("c:2 FOREIGN KEY(x, y -> p(a, b))"));
}

TEST_F(ConstraintCheckTest, ATableMayReferToItself) {
  EXPECT_THAT(MergeWithConflicts("CREATE TABLE t(id INTEGER PRIMARY KEY, up REFERENCES t(id));"
                                 "INSERT INTO t VALUES(1, NULL), (2, 1), (3, 1)",
                                 "INSERT INTO t VALUES(10, 3), (11, 10)",
                                 "DELETE FROM t WHERE id = 3; INSERT INTO t VALUES(12, 2)"),
              ElementsAre("t:10 FOREIGN KEY(up -> t(id))"));
  EXPECT_EQ(All("id", "t"), "1 2 10 11 12");
}

TEST_F(ConstraintCheckTest, AForeignKeyAddedByTheirsIsHeldToAllRows) {
  EXPECT_THAT(MergeWithConflicts(
                  "CREATE TABLE p(id INTEGER PRIMARY KEY); CREATE TABLE t(id INTEGER PRIMARY "
                  "KEY, p); INSERT INTO p VALUES(1), (2); INSERT INTO t VALUES(1, 1), (2, 2)",
                  "DELETE FROM p WHERE id = 1; INSERT INTO t VALUES(3, 99), (4, 2)",
                  Rebuilt("id INTEGER PRIMARY KEY, p REFERENCES p(id)")),
              ElementsAre("t:1 FOREIGN KEY(p -> p(id))", "t:3 FOREIGN KEY(p -> p(id))"));
}

TEST_F(ConstraintCheckTest, AParentThatStayedOutForAnotherReasonIsMissed) {
  EXPECT_THAT(
      MergeWithConflicts(kFamily, "INSERT INTO p VALUES(5, 'same')",
                         "INSERT INTO p VALUES(6, 'same'); INSERT INTO c VALUES(6, 6, 'n')"),
      ElementsAre("c:6 FOREIGN KEY(p -> p(id))", "p:6 UNIQUE(code)"));
}

TEST_F(ConstraintCheckTest, RowsThatBrokeAForeignKeyBeforeAreNoMatterOfTheMerge) {
  MergeClean(std::string(kFamily) + "; INSERT INTO c VALUES(8, 88, 'dangling')",
             "INSERT INTO c VALUES(9, 99, 'ours')",
             "ALTER TABLE c ADD COLUMN x; DELETE FROM p WHERE id = 3");
  EXPECT_EQ(All("id", "c"), "1 8 9");
}

}  // namespace
}  // namespace pvc
