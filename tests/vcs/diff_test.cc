#include "vcs/diff.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "tests/vcs/diff_support.h"

namespace pvc {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// Takes a snapshot, runs `edit`, takes another.
struct Sides {
  Snapshot before;
  Snapshot after;
};

Sides TakeSides(DiffWorkshop& workshop, const std::string& setup, const std::string& edit) {
  workshop.Run(setup);
  Sides sides;
  sides.before = workshop.Take();
  workshop.Run(edit);
  sides.after = workshop.Take();
  return sides;
}

std::vector<std::string> RowsOf(const std::string& setup, const std::string& edit) {
  DiffWorkshop workshop;
  const Sides sides = TakeSides(workshop, setup, edit);
  return workshop.Rows(sides.before, sides.after);
}

std::vector<std::string> LinesOf(const std::string& setup, const std::string& edit) {
  DiffWorkshop workshop;
  const Sides sides = TakeSides(workshop, setup, edit);
  return workshop.Lines(sides.before, sides.after);
}

TEST(Diff, EqualSnapshotsHaveNoChanges) {
  EXPECT_THAT(LinesOf("CREATE TABLE t(a); INSERT INTO t VALUES(1)", ""), IsEmpty());
}

TEST(Diff, RowsOfAnIntegerPrimaryKeyGoByIt) {
  EXPECT_THAT(LinesOf("CREATE TABLE t(id INTEGER PRIMARY KEY, a); "
                      "INSERT INTO t VALUES(-1, 'x'), (1, 'a'), (2, 'b'), (3, 'c')",
                      "DELETE FROM t WHERE id=-1; UPDATE t SET a='B' WHERE id=2; "
                      "INSERT INTO t VALUES(9, NULL)"),
              ElementsAre("t - (-1, 'x')", "t ~ (2, 'b') -> (2, 'B')", "t + (9, NULL)",
                          "t: 1 added, 1 removed, 1 changed"));
}

TEST(Diff, StorageClassesAreTold) {
  EXPECT_THAT(RowsOf("CREATE TABLE t(id INTEGER PRIMARY KEY, a); "
                     "INSERT INTO t VALUES(1, 1), (2, 0.0), (3, 'x'), (4, x'78')",
                     "UPDATE t SET a=1.0 WHERE id=1; UPDATE t SET a=-0.0 WHERE id=2; "
                     "UPDATE t SET a=x'78' WHERE id=3"),
              ElementsAre("t ~ (1, 1) -> (1, 1.0)", "t ~ (2, 0.0) -> (2, -0.0)",
                          "t ~ (3, 'x') -> (3, x'78')"));
}

TEST(Diff, RowidsBesideAPrimaryKeyAreNoContent) {
  EXPECT_THAT(RowsOf("CREATE TABLE t(k TEXT PRIMARY KEY, a); "
                     "INSERT INTO t VALUES('x', 1), ('y', 2), ('z', 3)",
                     "UPDATE t SET rowid = rowid + 100; UPDATE t SET a = 4 WHERE k = 'y'"),
              ElementsAre("t ~ ('y', 2) -> ('y', 4)"));
}

TEST(Diff, ChangeOfCaseInANoCaseKeyIsAnUpdate) {
  EXPECT_THAT(RowsOf("CREATE TABLE t(k TEXT PRIMARY KEY COLLATE NOCASE, a) WITHOUT ROWID; "
                     "INSERT INTO t VALUES('x', 1)",
                     "UPDATE t SET k = 'X'"),
              ElementsAre("t ~ ('x', 1) -> ('X', 1)"));
}

TEST(Diff, IntegerThatBecomesRealInAKeyIsAnUpdate) {
  EXPECT_THAT(RowsOf("CREATE TABLE t(k PRIMARY KEY, a); INSERT INTO t VALUES(1, 2)",
                     "UPDATE t SET k = 1.0"),
              ElementsAre("t ~ (1, 2) -> (1.0, 2)"));
}

TEST(Diff, RowsWithNullInTheirKeyMatchByContent) {
  EXPECT_THAT(RowsOf("CREATE TABLE t(k TEXT, l TEXT, a, PRIMARY KEY(k, l)); "
                     "INSERT INTO t VALUES(NULL, 'x', 1), (NULL, 'x', 2), ('b', NULL, 3), "
                     "('c', 'd', 4)",
                     "UPDATE t SET rowid = 100 - rowid; "
                     "INSERT INTO t VALUES(NULL, 'x', 2)"),
              ElementsAre("t + (NULL, 'x', 2)"));
}

TEST(Diff, SwappedRowsOfAKeylessTableAreNoChange) {
  EXPECT_THAT(RowsOf("CREATE TABLE t(a, b); INSERT INTO t VALUES(1, 2), (3, 4)",
                     "UPDATE t SET a = 4 - a, b = 6 - b"),
              IsEmpty());
}

TEST(Diff, RowidsOfAKeylessTableRenumberedAreNoChange) {
  EXPECT_THAT(RowsOf("CREATE TABLE t(a); INSERT INTO t VALUES(1), (2), (3), (4), (5)",
                     "UPDATE t SET rowid = rowid + 1000 WHERE a > 2"),
              IsEmpty());
}

TEST(Diff, VacuumOfAKeylessTableLeavesOnlyTheDeletions) {
  EXPECT_THAT(RowsOf("CREATE TABLE t(a); INSERT INTO t VALUES(1), (2), (3), (4), (5)",
                     "DELETE FROM t WHERE a = 2; VACUUM"),
              ElementsAre("t - (2)"));
}

TEST(Diff, DuplicatesInAKeylessTableAreCounted) {
  EXPECT_THAT(RowsOf("CREATE TABLE t(a); INSERT INTO t VALUES(1), (1), (1), (2)",
                     "DELETE FROM t; INSERT INTO t(rowid, a) VALUES(11, 1), (12, 2), (13, 2)"),
              ElementsAre("t - (1)", "t - (1)", "t + (2)"));
}

TEST(Diff, KeylessRowsLeftAtOneRowidAreAChange) {
  EXPECT_THAT(RowsOf("CREATE TABLE t(a, b); INSERT INTO t VALUES(1, 'x'), (2, 'y'), (3, 'z')",
                     "UPDATE t SET b = 'Y' WHERE a = 2; DELETE FROM t WHERE a = 1; "
                     "INSERT INTO t VALUES(4, 'q')"),
              ElementsAre("t - (1, 'x')", "t ~ (2, 'y') -> (2, 'Y')", "t + (4, 'q')"));
}

TEST(Diff, ManyRenumberedKeylessRowsMatchInBoundedMemory) {
  DiffWorkshop workshop;
  const Sides sides =
      TakeSides(workshop,
                "CREATE TABLE t(a, b); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 "
                "FROM n WHERE i < 200000) INSERT INTO t SELECT i, i % 7 FROM n",
                "CREATE TABLE u AS SELECT a, b FROM t ORDER BY a DESC; DELETE FROM t; "
                "INSERT INTO t SELECT a, b FROM u; DROP TABLE u; "
                "UPDATE t SET b = 'new' WHERE rowid = 5");
  EXPECT_THAT(workshop.Rows(sides.before, sides.after),
              ElementsAre("t + (199996, 'new')", "t - (199996, 6)"));
  EXPECT_THAT(workshop.repository().fs().ListDirectory(workshop.incoming()), IsEmpty());
}

TEST(Diff, LargeValuesCompareByContent) {
  DiffWorkshop workshop;
  const Sides sides = TakeSides(workshop,
                                "CREATE TABLE t(id INTEGER PRIMARY KEY, a); INSERT INTO t VALUES"
                                "(1, zeroblob(5000)), (2, zeroblob(5000)), (3, zeroblob(5000))",
                                "UPDATE t SET a = zeroblob(5001) WHERE id = 2; "
                                "UPDATE t SET a = CAST(a AS TEXT) WHERE id = 3; "
                                "UPDATE t SET a = zeroblob(5000) WHERE id = 1");
  EXPECT_THAT(workshop.Rows(sides.before, sides.after),
              ElementsAre("t ~ (2, <5000 bytes>) -> (2, <5001 bytes>)",
                          "t ~ (3, <5000 bytes>) -> (3, <5000 bytes>)"));
}

TEST(Diff, AddedTableHasAllItsRows) {
  EXPECT_THAT(
      LinesOf("CREATE TABLE t(a)", "CREATE TABLE u(a); INSERT INTO u VALUES(1), (1)"),
      ElementsAre("schema + table u", "u + (1)", "u + (1)", "u: 2 added, 0 removed, 0 changed"));
}

TEST(Diff, RenamedTableIsRemovedAndAdded) {
  EXPECT_THAT(LinesOf("CREATE TABLE t(a); INSERT INTO t VALUES(1)", "ALTER TABLE t RENAME TO u"),
              ElementsAre("schema - table t", "schema + table u", "t - (1)",
                          "t: 0 added, 1 removed, 0 changed", "u + (1)",
                          "u: 1 added, 0 removed, 0 changed"));
}

TEST(Diff, EmptyTableAddedIsASchemaChangeAlone) {
  EXPECT_THAT(LinesOf("", "CREATE TABLE t(a)"), ElementsAre("schema + table t"));
}

TEST(Diff, SideThatIsNotThereHasNothing) {
  DiffWorkshop workshop;
  workshop.Run("CREATE TABLE t(a); INSERT INTO t VALUES(1)");
  const Snapshot snapshot = workshop.Take();
  EXPECT_THAT(workshop.Lines(std::nullopt, snapshot),
              ElementsAre("schema + table t", "t + (1)", "t: 1 added, 0 removed, 0 changed"));
  EXPECT_THAT(workshop.Lines(snapshot, std::nullopt),
              ElementsAre("schema - table t", "t - (1)", "t: 0 added, 1 removed, 0 changed"));
  EXPECT_THAT(workshop.Lines(std::nullopt, std::nullopt), IsEmpty());
}

TEST(Diff, SchemaObjectsComeByNameBeforeRows) {
  EXPECT_THAT(LinesOf("CREATE TABLE t(a); CREATE VIEW v AS SELECT 1; "
                      "CREATE TRIGGER b AFTER INSERT ON t BEGIN SELECT 1; END",
                      "CREATE INDEX i ON t(a); DROP VIEW v; CREATE VIEW v AS SELECT 2; "
                      "DROP TRIGGER b; INSERT INTO t VALUES(1)"),
              ElementsAre("schema - trigger b", "schema + index i", "schema ~ view v", "t + (1)",
                          "t: 1 added, 0 removed, 0 changed"));
}

TEST(Diff, ChangedObjectHasBothTexts) {
  DiffWorkshop workshop;
  const Sides sides =
      TakeSides(workshop, "CREATE VIEW v AS SELECT 1", "DROP VIEW v; CREATE VIEW v AS SELECT 2");
  DiffRecorder recorder;
  DiffSnapshots(workshop.repository(), sides.before, sides.after, {}, recorder);
  ASSERT_EQ(recorder.schema.size(), 1U);
  EXPECT_EQ(recorder.schema[0].sql_before, "CREATE VIEW v AS SELECT 1");
  EXPECT_EQ(recorder.schema[0].sql_after, "CREATE VIEW v AS SELECT 2");
}

TEST(Diff, ObjectThatTakesTheNameOfAnotherKindIsRemovedAndAdded) {
  EXPECT_THAT(LinesOf("CREATE TABLE t(a); INSERT INTO t VALUES(1)",
                      "DROP TABLE t; CREATE VIEW t AS SELECT 1"),
              ElementsAre("schema - table t", "schema + view t", "t - (1)",
                          "t: 0 added, 1 removed, 0 changed"));
}

TEST(Diff, OrderOfSchemaObjectsIsNoChange) {
  DiffWorkshop workshop;
  workshop.Run("CREATE TABLE a(x); CREATE TABLE b(x); INSERT INTO a VALUES(1)");
  const Snapshot before = workshop.Take();
  workshop.StartOver();
  workshop.Run("CREATE TABLE b(x); CREATE TABLE a(x); INSERT INTO a VALUES(1)");
  const Snapshot after = workshop.Take();
  EXPECT_NE(before.catalog, after.catalog);
  EXPECT_THAT(workshop.Lines(before, after), IsEmpty());
}

TEST(Diff, PropertiesAreTold) {
  DiffWorkshop workshop;
  workshop.Run("PRAGMA page_size=4096; CREATE TABLE t(a); CREATE INDEX i ON t(a)");
  const Snapshot before = workshop.Take();
  workshop.StartOver();
  workshop.Run(
      "PRAGMA page_size=8192; PRAGMA encoding='UTF-16le'; PRAGMA auto_vacuum=2; "
      "PRAGMA user_version=7; PRAGMA application_id=-2; CREATE TABLE t(a); CREATE INDEX i ON t(a); "
      "INSERT INTO t VALUES(1); ANALYZE; DELETE FROM t; PRAGMA journal_mode=WAL");
  const Snapshot after = workshop.Take();
  EXPECT_THAT(
      workshop.Lines(before, after),
      ElementsAre("property encoding: UTF-8 -> UTF-16le", "property page_size: 4096 -> 8192",
                  "property auto_vacuum: none -> incremental",
                  "property journal_mode: delete -> wal", "property user_version: 0 -> 7",
                  "property application_id: 0 -> -2", "property statistics: absent -> present"));
}

TEST(Diff, RowsCanBeLeftOut) {
  DiffWorkshop workshop;
  const Sides sides =
      TakeSides(workshop, "CREATE TABLE t(a)", "INSERT INTO t VALUES(1); CREATE INDEX i ON t(a)");
  DiffOptions options;
  options.rows = false;
  EXPECT_THAT(workshop.Lines(sides.before, sides.after, options), ElementsAre("schema + index i"));
}

TEST(Diff, ShadowTablesAreReportedLikeTables) {
  DiffWorkshop workshop;
  const Sides sides =
      TakeSides(workshop, "CREATE VIRTUAL TABLE f USING fts5(a)", "INSERT INTO f VALUES('word')");
  DiffRecorder recorder;
  DiffSnapshots(workshop.repository(), sides.before, sides.after, {}, recorder);
  EXPECT_EQ(recorder.counts["f_content"].added, 1U);
}

TEST(Diff, FewChangesInManyRowsReadFewNodes) {
  DiffWorkshop workshop;
  const Sides sides =
      TakeSides(workshop,
                "CREATE TABLE t(id INTEGER PRIMARY KEY, a); WITH RECURSIVE n(i) AS (SELECT 1 UNION "
                "ALL SELECT i + 1 FROM n WHERE i < 100000) INSERT INTO t SELECT i, "
                "printf('row %d with some text', i) FROM n",
                "UPDATE t SET a = 'new' WHERE id % 20000 = 7");
  const auto repository =
      Repository::Open(workshop.repository().fs(), workshop.repository().folder());
  DiffRecorder recorder;
  DiffSnapshots(*repository, sides.before, sides.after, {}, recorder);
  EXPECT_EQ(recorder.counts["t"].changed, 5U);
  EXPECT_LT(repository->nodes().statistics().miss_count, 30U);
}

TEST(CellsEqual, ComparesClassAndBytes) {
  const auto cell = [](Value value) {
    Cell made;
    made.value = value;
    return made;
  };
  EXPECT_TRUE(CellsEqual(cell(Value::Null()), cell(Value::Null())));
  EXPECT_TRUE(CellsEqual(cell(Value::Text("a")), cell(Value::Text("a"))));
  EXPECT_FALSE(CellsEqual(cell(Value::Text("a")), cell(Value::Blob("a"))));
  EXPECT_FALSE(CellsEqual(cell(Value::Text("a")), cell(Value::Text("A"))));
  EXPECT_FALSE(CellsEqual(cell(Value::Integer(1)), cell(Value::Real(1))));
  EXPECT_FALSE(CellsEqual(cell(Value::Real(0.0)), cell(Value::Real(-0.0))));
  EXPECT_FALSE(CellsEqual(cell(Value::Null()), cell(Value::Integer(0))));
}

TEST(CellsEqual, ComparesLargeValuesByIdAndSize) {
  Cell a;
  a.is_large = true;
  a.value.storage_class = StorageClass::kText;
  a.large.size_bytes = 5000;
  Cell b = a;
  EXPECT_TRUE(CellsEqual(a, b));
  b.large.root.bytes[0] = 1;
  EXPECT_FALSE(CellsEqual(a, b));
  b = a;
  b.value.storage_class = StorageClass::kBlob;
  EXPECT_FALSE(CellsEqual(a, b));
}

}  // namespace
}  // namespace pvc
