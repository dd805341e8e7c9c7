#include <sys/stat.h>

#include <fstream>

#include "tests/vcs/merge/merge_fixture.h"

namespace pvc {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kBase =
    "CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT, n);"
    "INSERT INTO t VALUES(1, 'a', 1), (2, 'b', 2)";

class SchemaMergeTest : public MergeFixture {
 protected:
  /// "id|v|n" lines of a table, in the order of all columns.
  std::string Lines(const std::string& table) {
    RawDatabase db(path_);
    std::string terms;
    RawStatement columns(db, "SELECT name FROM pragma_table_xinfo(" + RawQuote(table) +
                                 ") WHERE hidden <> 1 ORDER BY cid");
    while (columns.Step()) {
      terms += (terms.empty() ? "" : "||'|'||") + std::string("quote(") +
               RawQuote(columns.Text(0)) + ")";
    }
    return db.Text("SELECT group_concat(line, ' ') FROM (SELECT " + terms + " AS line FROM " +
                   RawQuote(table) + " ORDER BY 1)");
  }
  std::string Columns(const std::string& table) {
    return Text("SELECT group_concat(name) FROM pragma_table_xinfo(" + RawQuote(table) + ")");
  }
  std::string Sql(const std::string& name) {
    return Text("SELECT sql FROM sqlite_schema WHERE name = '" + name + "'");
  }
  void ExpectStored() {
    EXPECT_TRUE(IsClean());
    EXPECT_EQ(Differences(path_, repository_->GetSnapshot(HeadCommitObject().snapshot)),
              std::vector<std::string>());
  }
};

// --- columns

TEST_F(SchemaMergeTest, ColumnsAddedOnBothSidesAreThereWithAllRowsOfBoth) {
  MergeClean(kBase,
             "ALTER TABLE t ADD COLUMN o DEFAULT 'do'; UPDATE t SET o = 'set' WHERE id = 1;"
             "INSERT INTO t VALUES(3, 'ours', 3, 'oo')",
             "ALTER TABLE t ADD COLUMN h INTEGER NOT NULL DEFAULT 7; UPDATE t SET h = 8 WHERE id = "
             "1; INSERT INTO t VALUES(4, 'theirs', 4, 9)");
  EXPECT_EQ(Columns("t"), "id,v,n,o,h");
  EXPECT_EQ(Lines("t"), "1|'a'|1|'set'|8 2|'b'|2|'do'|7 3|'ours'|3|'oo'|7 4|'theirs'|4|'do'|9");
  ExpectStored();
}

TEST_F(SchemaMergeTest, ColumnsOfOursStandFirstThenThoseOfTheirsInTheirOrder) {
  MergeClean(kBase, "ALTER TABLE t ADD COLUMN o1; ALTER TABLE t ADD COLUMN o2",
             "ALTER TABLE t ADD COLUMN h1; ALTER TABLE t ADD COLUMN h2; UPDATE t SET h2 = 5");
  EXPECT_EQ(Columns("t"), "id,v,n,o1,o2,h1,h2");
  EXPECT_EQ(Lines("t"), "1|'a'|1|NULL|NULL|NULL|5 2|'b'|2|NULL|NULL|NULL|5");
}

TEST_F(SchemaMergeTest, TheSameColumnAddedByBothMergesItsCells) {
  EXPECT_THAT(
      MergeWithConflicts(kBase, "ALTER TABLE t ADD COLUMN x TEXT; UPDATE t SET x = 'o' || id",
                         "ALTER TABLE t ADD COLUMN \"x\"  text; UPDATE t SET x = 'o1'"),
      ElementsAre("t:2 x"));
  EXPECT_EQ(Lines("t"), "1|'a'|1|'o1' 2|'b'|2|'o2'");
}

TEST_F(SchemaMergeTest, GeneratedColumnsAndChecksComeAlong) {
  MergeClean(kBase, "ALTER TABLE t ADD COLUMN twice AS (n * 2)",
             "ALTER TABLE t ADD COLUMN h INT CHECK(h > 0); UPDATE t SET h = n; INSERT INTO t "
             "VALUES(3, 'c', 3, 3)");
  EXPECT_EQ(Columns("t"), "id,v,n,twice,h");
  EXPECT_EQ(Lines("t"), "1|'a'|1|2|1 2|'b'|2|4|2 3|'c'|3|6|3");
  EXPECT_THAT(Sql("t"), HasSubstr("CHECK(h > 0)"));
}

TEST_F(SchemaMergeTest, AddedColumnsHaveWhatSqliteMakesOfTheirDefault) {
  MergeClean("CREATE TABLE t(id INTEGER PRIMARY KEY); INSERT INTO t VALUES(1)",
             "INSERT INTO t VALUES(2)",
             "ALTER TABLE t ADD COLUMN a INTEGER DEFAULT '12'; ALTER TABLE t ADD COLUMN b TEXT "
             "DEFAULT 3.5; ALTER TABLE t ADD COLUMN c DEFAULT x'00ff'; ALTER TABLE t ADD COLUMN d "
             "REAL DEFAULT 2; ALTER TABLE t ADD COLUMN e DEFAULT TRUE");
  EXPECT_EQ(Lines("t"), "1|12|'3.5'|X'00FF'|2.0|1 2|12|'3.5'|X'00FF'|2.0|1");
  ExpectStored();
}

TEST_F(SchemaMergeTest, DroppedColumnTakesRowsThatWereAdded) {
  MergeClean(kBase, "ALTER TABLE t DROP COLUMN n",
             "INSERT INTO t VALUES(3, 'c', 3); UPDATE t SET v = 'B' WHERE id = 2");
  EXPECT_EQ(Lines("t"), "1|'a' 2|'B' 3|'c'");
  ExpectStored();
}

TEST_F(SchemaMergeTest, DroppedColumnMeetsChangedValuesInAConflict) {
  EXPECT_THAT(MergeWithConflicts(kBase, "ALTER TABLE t DROP COLUMN n",
                                 "UPDATE t SET n = 10 WHERE id = 1; UPDATE t SET v = 'B' WHERE id "
                                 "= 2; INSERT INTO t VALUES(3, 'c', 3)"),
              ElementsAre("schema t.n: theirs changed its values, ours dropped it"));
  EXPECT_EQ(Lines("t"), "1|'a' 2|'b'");
  Resolve({"t"}, Resolution::kOurs);
  EXPECT_EQ(Lines("t"), "1|'a' 2|'B' 3|'c'");
  Undo();
  Resolve({"t"}, Resolution::kTheirs);
  EXPECT_EQ(Lines("t"), "1|'a'|10 2|'B'|2 3|'c'|3");
  Continue();
  ExpectStored();
}

TEST_F(SchemaMergeTest, DroppedColumnOfTheirsDoesNotLoseWhatOursChangedThere) {
  EXPECT_THAT(MergeWithConflicts(kBase, "UPDATE t SET n = 10 WHERE id = 1",
                                 "ALTER TABLE t DROP COLUMN n; INSERT INTO t VALUES(3, 'c')"),
              ElementsAre("schema t.n: ours changed its values, theirs dropped it"));
  EXPECT_EQ(Lines("t"), "1|'a'|10 2|'b'|2");
  Resolve({"t"}, Resolution::kTheirs);
  EXPECT_EQ(Lines("t"), "1|'a' 2|'b' 3|'c'");
}

TEST_F(SchemaMergeTest, AFavouredSideBringsADroppedColumnBackWithItsValues) {
  constexpr const char* kRedefined =
      "CREATE TABLE made(id INTEGER PRIMARY KEY, v TEXT, n REAL); INSERT INTO made SELECT * FROM t;"
      "DROP TABLE t; ALTER TABLE made RENAME TO t";
  EXPECT_THAT(MergeWithConflicts(kBase, "ALTER TABLE t DROP COLUMN n", kRedefined),
              ElementsAre("schema t.n: dropped by ours, changed by theirs"));
  Resolve({"t"}, Resolution::kTheirs);
  EXPECT_EQ(Lines("t"), "1|'a'|1.0 2|'b'|2.0");
}

TEST_F(SchemaMergeTest, AColumnThatBecameGeneratedDoesNotSwallowValues) {
  EXPECT_THAT(
      MergeWithConflicts(kBase, "UPDATE t SET n = 10 WHERE id = 1",
                         "ALTER TABLE t DROP COLUMN n; ALTER TABLE t ADD COLUMN n AS (id * 3)"),
      ElementsAre("schema t.n: ours changed its values, theirs dropped it"));
}

TEST_F(SchemaMergeTest, RenamedColumnTakesValuesOfTheOldNameAlong) {
  MergeClean(std::string(kBase) +
                 "; CREATE INDEX i ON t(n); CREATE VIEW w AS SELECT n FROM t; CREATE TRIGGER r "
                 "AFTER UPDATE OF n ON t BEGIN SELECT new.n; END",
             "ALTER TABLE t RENAME COLUMN n TO \"count of\"",
             "UPDATE t SET n = 10 WHERE id = 1; CREATE INDEX i2 ON t(n, v); CREATE VIEW w2 AS "
             "SELECT max(n) FROM t");
  EXPECT_EQ(Lines("t"), "1|'a'|10 2|'b'|2");
  for (const char* name : {"t", "i", "w", "r", "i2", "w2"}) {
    EXPECT_THAT(Sql(name), HasSubstr("\"count of\"")) << name;
  }
  EXPECT_EQ(Text("SELECT * FROM w2"), "10");
  ExpectStored();
}

TEST_F(SchemaMergeTest, RenamesByBothOfDifferentThingsAreAllFollowed) {
  MergeClean(
      "CREATE TABLE p(id INTEGER PRIMARY KEY); CREATE TABLE t(id INTEGER PRIMARY KEY, p "
      "REFERENCES p(id), v); INSERT INTO p VALUES(1), (2); INSERT INTO t VALUES(1, 1, 'a'), (5, 1, "
      "'e')",
      "ALTER TABLE t RENAME TO items; INSERT INTO items VALUES(2, 2, 'ours')",
      "ALTER TABLE p RENAME TO parents; ALTER TABLE t RENAME COLUMN v TO w; UPDATE t SET w "
      "= 'A' WHERE id = 1; INSERT INTO t VALUES(3, 1, 'theirs')");
  EXPECT_EQ(Lines("items"), "1|1|'A' 2|2|'ours' 3|1|'theirs' 5|1|'e'");
  EXPECT_EQ(Columns("items"), "id,p,w");
  EXPECT_EQ(Text("SELECT \"table\" FROM pragma_foreign_key_list('items')"), "parents");
  ExpectStored();
}

TEST_F(SchemaMergeTest, TwoNamesForOneTableAreAConflictOfTheName) {
  const std::string base = std::string(kBase) +
                           "; CREATE TABLE c(t REFERENCES t(id)); INSERT INTO c VALUES(1);"
                           "CREATE VIEW w AS SELECT v FROM t";
  EXPECT_THAT(
      MergeWithConflicts(base, "ALTER TABLE t RENAME TO ours_t; UPDATE ours_t SET n = 5",
                         "ALTER TABLE t RENAME TO their_t; UPDATE their_t SET v = 'x'"),
      ElementsAre("schema ours_t: both renamed 't'", "schema c: it names 't', which both renamed",
                  "schema w: it names 't', which both renamed"));
  EXPECT_EQ(Lines("ours_t"), "1|'x'|5 2|'x'|5");
  Resolve({}, Resolution::kTheirs);
  EXPECT_EQ(Lines("their_t"), "1|'x'|5 2|'x'|5");
  EXPECT_EQ(Text("SELECT group_concat(v) FROM w"), "x,x");
  EXPECT_EQ(Text("SELECT \"table\" FROM pragma_foreign_key_list('c')"), "their_t");
  Continue();
  ExpectStored();
}

TEST_F(SchemaMergeTest, ANameThatTheOtherSideGaveAwayIsAConflict) {
  const auto open = MergeWithConflicts(kBase, "ALTER TABLE t RENAME TO u",
                                       "CREATE TABLE u(other); INSERT INTO u VALUES(7)");
  ASSERT_FALSE(open.empty());
  EXPECT_THAT(open[0],
              HasSubstr("schema t: the rename cannot be followed: there is already another table"));
  EXPECT_EQ(Lines("u"), "1|'a'|1 2|'b'|2");
}

TEST_F(SchemaMergeTest, AnEmptyTableIsNotTwoThatAreGone) {
  MergeClean("CREATE TABLE a(x); CREATE TABLE b(x); CREATE TABLE keep(x)",
             "DROP TABLE a; DROP TABLE b; CREATE TABLE c(x)", "CREATE INDEX i ON keep(x)");
  EXPECT_EQ(Text("SELECT group_concat(name) FROM (SELECT name FROM sqlite_schema ORDER BY 1)"),
            "c,i,keep");
}

// --- types

TEST_F(SchemaMergeTest, ChangedTypeConvertsTheOtherSidesValuesAsSqliteStoresThem) {
  const std::vector<std::string> types = {"INTEGER", "TEXT", "REAL", "NUMERIC", "BLOB"};
  std::string before = "id INTEGER PRIMARY KEY";
  std::string after = before;
  std::string names;
  size_t count = 0;
  for (const std::string& from : types) {
    for (const std::string& to : types) {
      const std::string name = "c" + std::to_string(count++);
      before += ", " + name + " " + from;
      after += ", " + name + " " + to;
      names += (names.empty() ? "" : ", ") + name;
    }
  }
  std::string inserts;
  int id = 1;
  for (const char* value : {"'12'",
                            "' 34 '",
                            "'0x10'",
                            "'1e3'",
                            "'abc'",
                            "5",
                            "5.0",
                            "2.5",
                            "NULL",
                            "x'31'",
                            "'9223372036854775808'",
                            "'12.0'",
                            "9007199254740993",
                            "''",
                            "1e300",
                            "-0.0",
                            "'9007199254740993'",
                            "'1_0'",
                            "printf('%.*c', 3000, '1')",
                            "printf('%.*c', 3000, 'x')"}) {
    inserts += "INSERT INTO t VALUES(" + std::to_string(++id);
    for (size_t i = 0; i < count; ++i) inserts += std::string(", ") + value;
    inserts += ");";
  }
  const std::string base = "CREATE TABLE t(" + before + "); INSERT INTO t(id) VALUES(1)";
  const std::string change = "CREATE TABLE made(" + after +
                             "); INSERT INTO made SELECT * FROM t; DROP TABLE t; ALTER TABLE made "
                             "RENAME TO t";
  MergeClean(base, inserts, change);
  RawDatabase expected(folder_ / "expected-types.db");
  expected.Run(base + ";" + inserts + change);
  RawDatabase merged(path_);
  for (size_t i = 0; i < count; ++i) {
    const std::string column = "c" + std::to_string(i);
    const std::string values = "SELECT group_concat(typeof(" + column + ") || quote(" + column +
                               "), ' ') FROM (SELECT * FROM t ORDER BY id)";
    EXPECT_EQ(merged.Text(values), expected.Text(values)) << column;
  }
  ExpectStored();
}

TEST_F(SchemaMergeTest, ChangedTypeMeetsEditsOfTheSameCellsAndOthers) {
  MergeClean(
      "CREATE TABLE t(id INTEGER PRIMARY KEY, x TEXT, y); INSERT INTO t VALUES(1, '1', 0), "
      "(2, '2', 0)",
      "UPDATE t SET x = '10' WHERE id = 1; UPDATE t SET y = 1 WHERE id = 2",
      "CREATE TABLE made(id INTEGER PRIMARY KEY, x INTEGER, y); INSERT INTO made SELECT * "
      "FROM t; DROP TABLE t; ALTER TABLE made RENAME TO t; UPDATE t SET x = 20 WHERE id = "
      "2");
  EXPECT_EQ(Lines("t"), "1|10|0 2|20|1");
}

TEST_F(SchemaMergeTest, KeysChangedOnOneSideRefuseTheOtherSidesRows) {
  constexpr const char* kRekeyed =
      "CREATE TABLE made(id, v TEXT PRIMARY KEY, n); INSERT INTO made SELECT * FROM t; DROP TABLE "
      "t; ALTER TABLE made RENAME TO t";
  EXPECT_THAT(MergeWithConflicts(kBase, kRekeyed, "INSERT INTO t VALUES(3, 'c', 3)"),
              ElementsAre("schema t: ours changed its key, theirs its rows"));
  EXPECT_EQ(Lines("t"), "1|'a'|1 2|'b'|2");
  Resolve({}, Resolution::kTheirs);
  EXPECT_EQ(Lines("t"), "1|'a'|1 2|'b'|2 3|'c'|3");
}

TEST_F(SchemaMergeTest, KeysChangedOnOneSideTakeWhatTheOtherDidToColumns) {
  MergeClean(kBase,
             "CREATE TABLE made(id, v TEXT PRIMARY KEY, n); INSERT INTO made SELECT * FROM t; DROP "
             "TABLE t; ALTER TABLE made RENAME TO t; INSERT INTO t VALUES(7, 'z', 7)",
             "ALTER TABLE t ADD COLUMN x DEFAULT 5; ALTER TABLE t DROP COLUMN n");
  EXPECT_EQ(Lines("t"), "1|'a'|5 2|'b'|5 7|'z'|5");
  ExpectStored();
}

// --- table constraints and options

TEST_F(SchemaMergeTest, ConstraintsAddedOnBothSidesAreBothThere) {
  const auto rebuilt = [](const std::string& columns) {
    return "CREATE TABLE made(" + columns +
           "); INSERT INTO made SELECT * FROM t; DROP TABLE t; ALTER TABLE made RENAME TO t";
  };
  MergeClean(kBase, rebuilt("id INTEGER PRIMARY KEY, v TEXT, n, CHECK(n > 0), UNIQUE(v)"),
             rebuilt("id INTEGER PRIMARY KEY, v TEXT, n, CONSTRAINT short CHECK(length(v) < 5)"));
  EXPECT_THAT(Sql("t"), HasSubstr("CHECK(n > 0)"));
  EXPECT_THAT(Sql("t"), HasSubstr("UNIQUE(v)"));
  EXPECT_THAT(Sql("t"), HasSubstr("CONSTRAINT short CHECK(length(v) < 5)"));
  ExpectStored();
}

TEST_F(SchemaMergeTest, OneConstraintChangedByBothIsAConflict) {
  const auto made = [](const std::string& constraint) {
    return "CREATE TABLE t(id INTEGER PRIMARY KEY, n, CONSTRAINT c CHECK(" + constraint + "))";
  };
  EXPECT_THAT(MergeWithConflicts(made("n > 0"), "DROP TABLE t; " + made("n > 1"),
                                 "DROP TABLE t; " + made("n > 2")),
              ElementsAre("schema t: both changed constraint CONSTRAINT c"));
}

TEST_F(SchemaMergeTest, OneConstraintChangedByOursAndDroppedByTheirsIsAConflict) {
  EXPECT_THAT(
      MergeWithConflicts("CREATE TABLE p(id INTEGER PRIMARY KEY, o UNIQUE); CREATE TABLE t(id "
                         "INTEGER PRIMARY KEY, p, FOREIGN KEY(p) REFERENCES p(id))",
                         "DROP TABLE t; CREATE TABLE t(id INTEGER PRIMARY KEY, p, FOREIGN KEY(p) "
                         "REFERENCES p(o))",
                         "DROP TABLE t; CREATE TABLE t(id INTEGER PRIMARY KEY, p)"),
      ElementsAre("schema t: ours changed constraint FOREIGN KEY, theirs dropped it"));
}

TEST_F(SchemaMergeTest, StrictAndWithoutRowidMergeEachByItself) {
  const auto made = [](const std::string& options) {
    return "DROP TABLE IF EXISTS t; CREATE TABLE t(k TEXT PRIMARY KEY, n INT)" + options;
  };
  MergeClean(made(""), made(" STRICT"), made(" WITHOUT ROWID"));
  EXPECT_EQ(Text("SELECT wr || strict FROM pragma_table_list('t') WHERE schema = 'main'"), "11");
  ExpectStored();
}

TEST_F(SchemaMergeTest, WithoutRowidOnOneSideTakesRowsOfTheOther) {
  constexpr const char* kMade =
      "CREATE TABLE t(k TEXT NOT NULL PRIMARY KEY, n INT); INSERT INTO t VALUES('a', 1), ('b', 2)";
  MergeClean(kMade,
             "CREATE TABLE made(k TEXT NOT NULL PRIMARY KEY, n INT) WITHOUT ROWID; INSERT INTO "
             "made SELECT * FROM t; DROP TABLE t; ALTER TABLE made RENAME TO t; UPDATE t SET n = "
             "10 WHERE k = 'a'",
             "INSERT INTO t VALUES('c', 3); UPDATE t SET n = 20 WHERE k = 'b'");
  EXPECT_EQ(Lines("t"), "'a'|10 'b'|20 'c'|3");
  ExpectStored();
}

TEST_F(SchemaMergeTest, RowidsComeBackWhereTheirsStillHasThem) {
  MergeClean(
      "CREATE TABLE t(k TEXT NOT NULL PRIMARY KEY, n INT); INSERT INTO t VALUES('a', 1), "
      "('b', 2)",
      "INSERT INTO t VALUES('c', 3); UPDATE t SET n = 20 WHERE k = 'b'",
      "CREATE TABLE made(k TEXT NOT NULL PRIMARY KEY, n INT) WITHOUT ROWID; INSERT INTO "
      "made SELECT * FROM t; DROP TABLE t; ALTER TABLE made RENAME TO t; UPDATE t SET n = "
      "10 WHERE k = 'a'");
  EXPECT_EQ(Lines("t"), "'a'|10 'b'|20 'c'|3");
  ExpectStored();
}

// --- indexes, views, triggers

TEST_F(SchemaMergeTest, ObjectsOnARenamedTableFollowWhoeverMadeThem) {
  MergeClean(kBase, "ALTER TABLE t RENAME TO items",
             "CREATE INDEX i ON t(v); CREATE VIEW w AS SELECT t.v FROM t; CREATE TRIGGER r AFTER "
             "INSERT ON t BEGIN UPDATE t SET n = 0 WHERE id = new.id; END; INSERT INTO t VALUES(3, "
             "'c', 3)");
  EXPECT_EQ(Text("SELECT group_concat(name || '>' || tbl_name) FROM (SELECT * FROM sqlite_schema "
                 "ORDER BY name)"),
            "i>items,items>items,r>items,w>w");
  EXPECT_EQ(Text("SELECT group_concat(v) FROM w"), "a,b,c");
  Run("INSERT INTO items VALUES(9, 'z', 9)");
  EXPECT_EQ(Text("SELECT n FROM items WHERE id = 9"), "0");
}

TEST_F(SchemaMergeTest, ViewsOnViewsOfBothSides) {
  MergeClean(std::string(kBase) + "; CREATE VIEW one AS SELECT id, v FROM t",
             "CREATE VIEW two AS SELECT v FROM one",
             "DROP VIEW one; CREATE VIEW one AS SELECT id, "
             "v, n FROM t; CREATE VIEW three AS SELECT n FROM one");
  EXPECT_EQ(Text("SELECT group_concat(v) FROM two") + Text("SELECT group_concat(n) FROM three"),
            "a,b1,2");
}

TEST_F(SchemaMergeTest, AViewThatLosesWhatAnotherViewGaveItIsAConflictWithIt) {
  EXPECT_THAT(MergeWithConflicts(std::string(kBase) + "; CREATE VIEW one AS SELECT id, v FROM t",
                                 "CREATE VIEW two AS SELECT v FROM one",
                                 "DROP VIEW one; CREATE VIEW one AS SELECT id FROM t"),
              ElementsAre("schema one: changed by theirs, view 'two' of ours needs it",
                          "schema two: it does not fit what theirs changed: no such column: v"));
  EXPECT_EQ(Text("SELECT group_concat(v) FROM two"), "a,b");
  Resolve({}, Resolution::kTheirs);
  EXPECT_EQ(Text("SELECT group_concat(name) FROM (SELECT name FROM sqlite_schema ORDER BY 1)"),
            "one,t");
}

TEST_F(SchemaMergeTest, ATriggerIsInConflictWithTheOtherTableThatItNeeds) {
  const std::string base = std::string(kBase) + "; CREATE TABLE log(line)";
  EXPECT_THAT(
      MergeWithConflicts(
          base,
          "INSERT INTO t VALUES(3, 'c', 3); CREATE TRIGGER r AFTER INSERT ON t BEGIN "
          "INSERT INTO log VALUES(new.v); END",
          "DROP TABLE log; UPDATE t SET n = 9 WHERE id = 1"),
      ElementsAre("schema log: dropped by theirs, trigger 'r' of ours needs it",
                  "schema r: it does not fit what theirs changed: no such table: main.log"));
  EXPECT_EQ(Lines("t"), "1|'a'|9 2|'b'|2 3|'c'|3");
  Resolve({}, Resolution::kTheirs);
  EXPECT_EQ(Text("SELECT group_concat(name) FROM sqlite_schema"), "t");
  Continue();
}

TEST_F(SchemaMergeTest, ViewsThatWereBrokenBeforeAreNoMatterOfTheMerge) {
  MergeClean(std::string(kBase) + "; CREATE VIEW broken AS SELECT missing FROM nowhere",
             "CREATE INDEX i ON t(v)", "PRAGMA legacy_alter_table=ON; ALTER TABLE t RENAME TO u");
  EXPECT_EQ(Text("SELECT tbl_name FROM sqlite_schema WHERE name = 'i'"), "u");
  EXPECT_THAT(Sql("broken"), HasSubstr("nowhere"));
}

TEST_F(SchemaMergeTest, AForeignKeyToATableThatTheOtherSideDroppedIsAConflict) {
  EXPECT_THAT(MergeWithConflicts("CREATE TABLE p(id INTEGER PRIMARY KEY); INSERT INTO p VALUES(1)",
                                 "CREATE TABLE c(p REFERENCES p(id)); INSERT INTO c VALUES(1)",
                                 "DROP TABLE p"),
              ElementsAre("schema p: dropped by theirs, table 'c' of ours needs it",
                          "schema c: it does not fit what theirs changed: no such table: p"));
  EXPECT_EQ(Text("SELECT count(*) FROM p") + Text("SELECT count(*) FROM c"), "11");
}

TEST_F(SchemaMergeTest, NewChildrenOfATableThatTheOtherSideDroppedAreAConflict) {
  EXPECT_THAT(
      MergeWithConflicts("CREATE TABLE p(id INTEGER PRIMARY KEY); CREATE TABLE c(p REFERENCES "
                         "p(id)); INSERT INTO p VALUES(1)",
                         "DROP TABLE p", "INSERT INTO c VALUES(1); CREATE INDEX i ON c(p)"),
      ElementsAre("schema p: dropped by ours, table 'c' of theirs needs it",
                  "schema c: it does not fit what ours changed: no such table: p"));
}

TEST_F(SchemaMergeTest, NamesAreSharedByTablesViewsAndIndexes) {
  EXPECT_THAT(MergeWithConflicts(kBase, "CREATE TABLE x(a)", "CREATE VIEW x AS SELECT 1"),
              ElementsAre("schema x: both made something else of it"));
  EXPECT_EQ(Text("SELECT type FROM sqlite_schema WHERE name = 'x'"), "table");
  Resolve({}, Resolution::kTheirs);
  EXPECT_EQ(Text("SELECT type FROM sqlite_schema WHERE name = 'x'"), "view");
}

TEST_F(SchemaMergeTest, NamesWithQuotesSpacesAndKeywords) {
  MergeClean(
      "CREATE TABLE \"select \"\"x\"\"\"(\"order by\" INTEGER PRIMARY KEY, [a b], `from`);"
      "INSERT INTO \"select \"\"x\"\"\" VALUES(1, 1, 1)",
      "ALTER TABLE \"select \"\"x\"\"\" RENAME COLUMN [a b] TO \"it's\"; CREATE INDEX \"my "
      "index\" ON \"select \"\"x\"\"\"(\"it's\")",
      "ALTER TABLE \"select \"\"x\"\"\" RENAME TO \"group\"; ALTER TABLE \"group\" ADD "
      "COLUMN \"new, one\" DEFAULT 'd'; UPDATE \"group\" SET [a b] = 2");
  EXPECT_EQ(Lines("group"), "1|2|1|'d'");
  EXPECT_EQ(Columns("group"), "order by,it's,from,new, one");
  ExpectStored();
}

TEST_F(SchemaMergeTest, PropertiesMergeByName) {
  EXPECT_THAT(MergeWithConflicts(kBase, "PRAGMA user_version=5; PRAGMA application_id=1",
                                 "PRAGMA user_version=6"),
              ElementsAre("schema user_version: both changed it"));
  EXPECT_EQ(Text("PRAGMA user_version") + Text("PRAGMA application_id"), "51");
  Resolve({"user_version"}, Resolution::kTheirs);
  Continue();
  EXPECT_EQ(Text("PRAGMA user_version") + Text("PRAGMA application_id"), "61");
}

// --- virtual tables

constexpr const char* kFts =
    "CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT, n); INSERT INTO t VALUES(1, 'a', 1);"
    "CREATE VIRTUAL TABLE f USING fts5(body); INSERT INTO f VALUES('first words');"
    "CREATE VIRTUAL TABLE r USING rtree(id, x0, x1); INSERT INTO r VALUES(1, 0, 1)";

TEST_F(SchemaMergeTest, VirtualTablesChangedByOneSideAreTakenWhole) {
  MergeClean(kFts, "INSERT INTO r VALUES(2, 5, 6); UPDATE t SET n = 5",
             "INSERT INTO f VALUES('second text'); UPDATE t SET v = 'A'");
  EXPECT_EQ(Text("SELECT count(*) FROM f WHERE f MATCH 'second'"), "1");
  EXPECT_EQ(Text("SELECT count(*) FROM r WHERE x0 > 4"), "1");
  EXPECT_EQ(Text("SELECT v || n FROM t"), "A5");
  Run("INSERT INTO f(f) VALUES('integrity-check')");
  ExpectStored();
}

TEST_F(SchemaMergeTest, VirtualTablesChangedByBothAreAConflict) {
  EXPECT_THAT(MergeWithConflicts(kFts, "INSERT INTO f VALUES('ours')",
                                 "INSERT INTO f VALUES('theirs'); UPDATE t SET n = 5"),
              ElementsAre("schema f: both changed its content, which only its module can merge"));
  EXPECT_EQ(Text("SELECT count(*) FROM f WHERE f MATCH 'ours'"), "1");
  EXPECT_EQ(Text("SELECT n FROM t"), "5");
  Resolve({"f"}, Resolution::kTheirs);
  EXPECT_EQ(Text("SELECT count(*) FROM f WHERE f MATCH 'theirs'"), "1");
  Run("INSERT INTO f(f) VALUES('integrity-check')");
  Continue();
  ExpectStored();
}

TEST_F(SchemaMergeTest, ViewsAndTriggersOverVirtualTablesSurviveRenames) {
  MergeClean(std::string(kFts) +
                 "; CREATE VIEW w AS SELECT t.v, f.body FROM t JOIN f ON f.rowid = t.id;"
                 "CREATE TRIGGER tf AFTER INSERT ON t BEGIN INSERT INTO f(rowid, body) "
                 "VALUES(new.id, new.v); END",
             "ALTER TABLE t RENAME COLUMN v TO title",
             "UPDATE t SET n = 8; CREATE INDEX i ON t(v)");
  EXPECT_EQ(Text("SELECT title || body FROM w"), "afirst words");
  Run("INSERT INTO t VALUES(5, 'triggered', 1)");
  EXPECT_EQ(Text("SELECT count(*) FROM f WHERE f MATCH 'triggered'"), "1");
}

TEST_F(SchemaMergeTest, AViewOverAVirtualTableThatTheOtherSideDroppedIsAConflict) {
  EXPECT_THAT(MergeWithConflicts(kFts, "CREATE VIEW w AS SELECT body FROM f", "DROP TABLE f"),
              ElementsAre("schema f: dropped by theirs, view 'w' of ours needs it",
                          "schema w: it does not fit what theirs changed: no such table: f"));
  EXPECT_EQ(Text("SELECT body FROM w"), "first words");
}

// --- encodings, ignored tables, a database from practice

TEST_F(SchemaMergeTest, Utf16DatabasesMergeAlike) {
  MergeClean(std::string("PRAGMA encoding='UTF-16le'; ") + kBase,
             "ALTER TABLE t ADD COLUMN o TEXT DEFAULT 'd\u00fcrr'; UPDATE t SET v = '\u00e4' WHERE "
             "id = 1",
             "ALTER TABLE t RENAME COLUMN v TO \"w\u00e4rme\"; INSERT INTO t VALUES(3, "
             "'\U0001f600', 3)");
  EXPECT_EQ(Columns("t"), "id,w\u00e4rme,n,o");
  EXPECT_EQ(Lines("t"),
            "1|'\u00e4'|1|'d\u00fcrr' 2|'b'|2|'d\u00fcrr' 3|'\U0001f600'|3|'d\u00fcrr'");
  ExpectStored();
}

TEST_F(SchemaMergeTest, IgnoredTablesAreLeftAlone) {
  Config config;
  config.Set("table.cache*.ignore", "true");
  repository_->UseSettings(config);
  BeginBranches(std::string(kBase) + "; CREATE TABLE cache_x(a); INSERT INTO cache_x VALUES(1)",
                "INSERT INTO cache_x VALUES(2); UPDATE t SET n = 5; ALTER TABLE t ADD COLUMN o",
                "UPDATE t SET v = 'A'; CREATE INDEX i ON t(v)");
  Run("INSERT INTO cache_x VALUES(3)");
  EXPECT_EQ(Merge().outcome, MergeResult::Outcome::kMerged);
  EXPECT_EQ(Text("SELECT group_concat(a) FROM cache_x"), "1,2,3");
  EXPECT_EQ(Lines("t"), "1|'A'|5|NULL 2|'A'|5|NULL");
}

TEST_F(SchemaMergeTest, ProjDatabaseMergesRowsColumnsIndexesAndViews) {
  const std::string proj = "/usr/share/proj/proj.db";
  struct stat info;
  if (stat(proj.c_str(), &info) != 0) GTEST_SKIP() << proj << " is not installed (proj-data)";
  std::ofstream(path_, std::ios::binary) << std::ifstream(proj, std::ios::binary).rdbuf();
  ImportApp();
  SwitchToNew("try");
  Run("UPDATE ellipsoid SET name = 'theirs' WHERE auth_name = 'EPSG' AND code = 7001;"
      "UPDATE unit_of_measure SET conv_factor = 2 WHERE auth_name = 'EPSG' AND code = 9001;"
      "UPDATE unit_of_measure SET name = 'theirs' WHERE auth_name = 'EPSG' AND code = 9002;"
      "ALTER TABLE ellipsoid ADD COLUMN theirs_note TEXT DEFAULT 'none';"
      "DROP VIEW coordinate_operation_with_conversion_view");
  Commit("theirs");
  SwitchTo("main");
  Run("UPDATE ellipsoid SET description = 'ours' WHERE auth_name = 'EPSG' AND code = 7001;"
      "UPDATE unit_of_measure SET name = 'ours' WHERE auth_name = 'EPSG' AND code = 9002;"
      "ALTER TABLE ellipsoid ADD COLUMN our_note INTEGER;"
      "UPDATE ellipsoid SET our_note = 1 WHERE auth_name = 'EPSG';"
      "CREATE INDEX ellipsoid_name ON ellipsoid(name)");
  Commit("ours");
  EXPECT_EQ(Merge().outcome, MergeResult::Outcome::kConflicts);
  EXPECT_THAT(Open(), ElementsAre("unit_of_measure:EPSG,9002 name"));
  ExpectSound();
  EXPECT_EQ(Text("SELECT name || description || our_note || theirs_note FROM ellipsoid WHERE "
                 "auth_name = 'EPSG' AND code = 7001"),
            "theirsours1none");
  EXPECT_EQ(
      Text("SELECT conv_factor FROM unit_of_measure WHERE auth_name = 'EPSG' AND code = 9001"),
      "2.0");
  EXPECT_EQ(Sql("coordinate_operation_with_conversion_view"), "");
  EXPECT_NE(Sql("ellipsoid_name"), "");
  Resolve({}, Resolution::kTheirs);
  Continue();
  EXPECT_EQ(Text("SELECT name FROM unit_of_measure WHERE auth_name = 'EPSG' AND code = 9002"),
            "theirs");
  ExpectStored();
}

}  // namespace
}  // namespace pvc
