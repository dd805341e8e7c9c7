#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/vcs/diff_support.h"

namespace pvc {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> RowsOf(const std::string& setup, const std::string& edit) {
  DiffWorkshop workshop;
  workshop.Run(setup);
  const Snapshot before = workshop.Take();
  workshop.Run(edit);
  return workshop.Rows(before, workshop.Take());
}

// Snapshots of two databases made apart.
std::vector<std::string> RowsOfTwo(const std::string& one, const std::string& other) {
  DiffWorkshop workshop;
  workshop.Run(one);
  const Snapshot before = workshop.Take();
  workshop.StartOver();
  workshop.Run(other);
  return workshop.Rows(before, workshop.Take());
}

constexpr const char* kKeyed =
    "CREATE TABLE t(id INTEGER PRIMARY KEY, a, b, c);"
    "INSERT INTO t VALUES(1, 'a', 'b', 'c'), (2, 'd', 'e', 'f')";
constexpr const char* kKeyless =
    "CREATE TABLE t(a, b, c); INSERT INTO t VALUES('a', 'b', 'c'), ('d', 'e', 'f')";

TEST(DiffLayout, ColumnAddedWithoutDefaultChangesNoRow) {
  EXPECT_THAT(RowsOf(kKeyed, "ALTER TABLE t ADD COLUMN x"), IsEmpty());
  EXPECT_THAT(RowsOf(kKeyless, "ALTER TABLE t ADD COLUMN x"), IsEmpty());
}

TEST(DiffLayout, ColumnAddedWithDefaultChangesNoRow) {
  for (const char* column :
       {"x DEFAULT 0", "x TEXT DEFAULT 7", "x REAL DEFAULT -5", "x DEFAULT 'it''s'",
        "x DEFAULT x'00ff'", "x INTEGER DEFAULT '12'", "x DEFAULT (3)", "x DEFAULT true",
        "x DEFAULT \"old\"", "x TEXT NOT NULL DEFAULT ''"}) {
    SCOPED_TRACE(column);
    EXPECT_THAT(RowsOf(kKeyed, std::string("ALTER TABLE t ADD COLUMN ") + column), IsEmpty());
    EXPECT_THAT(RowsOf(kKeyless, std::string("ALTER TABLE t ADD COLUMN ") + column), IsEmpty());
  }
}

TEST(DiffLayout, CellOfAnAddedColumnOtherThanItsDefaultIsAChange) {
  EXPECT_THAT(
      RowsOf(kKeyed, "ALTER TABLE t ADD COLUMN x DEFAULT 5; UPDATE t SET x = 6 WHERE id = 2"),
      ElementsAre("t ~ (2, 'd', 'e', 'f') -> (2, 'd', 'e', 'f', 6)"));
  EXPECT_THAT(
      RowsOf(kKeyless, "ALTER TABLE t ADD COLUMN x DEFAULT 5; UPDATE t SET x = 6 WHERE a = 'd'"),
      ElementsAre("t ~ ('d', 'e', 'f') -> ('d', 'e', 'f', 6)"));
}

TEST(DiffLayout, DefaultOfATableThatCannotBeMadeIsUnknown) {
  EXPECT_THAT(RowsOfTwo("CREATE TABLE t(id INTEGER PRIMARY KEY); INSERT INTO t VALUES(1)",
                        "CREATE TABLE t(id INTEGER PRIMARY KEY, x DEFAULT 5); "
                        "INSERT INTO t VALUES(1, 5); PRAGMA writable_schema=ON; "
                        "UPDATE sqlite_schema SET sql = 'CREATE TABLE t(id INTEGER PRIMARY KEY, "
                        "x DEFAULT 5 CHECK(no_such_function(x)))'"),
              ElementsAre("t ~ (1) -> (1, 5)"));
}

TEST(DiffLayout, ScratchDatabaseIsRemoved) {
  DiffWorkshop workshop;
  workshop.Run(kKeyed);
  const Snapshot before = workshop.Take();
  workshop.Run("ALTER TABLE t ADD COLUMN x DEFAULT 5");
  workshop.Lines(before, workshop.Take());
  EXPECT_THAT(workshop.repository().fs().ListDirectory(workshop.incoming()), IsEmpty());
}

TEST(DiffLayout, DroppedColumnChangesNoRow) {
  for (const char* column : {"a", "b", "c"}) {
    SCOPED_TRACE(column);
    EXPECT_THAT(RowsOf(kKeyed, std::string("ALTER TABLE t DROP COLUMN ") + column), IsEmpty());
    EXPECT_THAT(RowsOf(kKeyless, std::string("ALTER TABLE t DROP COLUMN ") + column), IsEmpty());
  }
}

TEST(DiffLayout, EqualBytesOfOtherColumnsAreAChange) {
  // Without b, row 1 is stored as it was with b: only the names tell.
  EXPECT_THAT(RowsOfTwo("CREATE TABLE t(id INTEGER PRIMARY KEY, a, b, c); "
                        "INSERT INTO t VALUES(1, 'a', 'b', NULL)",
                        "CREATE TABLE t(id INTEGER PRIMARY KEY, a, c); "
                        "INSERT INTO t VALUES(1, 'a', 'b')"),
              ElementsAre("t ~ (1, 'a', 'b', NULL) -> (1, 'a', 'b')"));
}

TEST(DiffLayout, ColumnsInAnotherOrderChangeNoRow) {
  EXPECT_THAT(RowsOfTwo("CREATE TABLE t(a, b); INSERT INTO t VALUES(1, 2), (2, 1)",
                        "CREATE TABLE t(b, a); INSERT INTO t VALUES(2, 1), (1, 2)"),
              IsEmpty());
  EXPECT_THAT(RowsOfTwo("CREATE TABLE t(k PRIMARY KEY, b); INSERT INTO t VALUES(1, 2), (2, 1)",
                        "CREATE TABLE t(b, k PRIMARY KEY); INSERT INTO t VALUES(2, 1), (1, 2)"),
              IsEmpty());
}

TEST(DiffLayout, RenamedColumnIsRecognisedByItsPlace) {
  EXPECT_THAT(
      RowsOf(kKeyed, "ALTER TABLE t RENAME COLUMN b TO bb; UPDATE t SET bb = 'E' WHERE id = 2"),
      ElementsAre("t ~ (2, 'd', 'e', 'f') -> (2, 'd', 'E', 'f')"));
  EXPECT_THAT(RowsOf(kKeyed, "ALTER TABLE t RENAME COLUMN b TO B"), IsEmpty());
}

TEST(DiffLayout, ColumnMapLeadsFromAfterToBefore) {
  DiffWorkshop workshop;
  workshop.Run(kKeyed);
  const Snapshot before = workshop.Take();
  workshop.Run(
      "ALTER TABLE t DROP COLUMN b; ALTER TABLE t ADD COLUMN d INTEGER; UPDATE t SET a = 0");
  DiffRecorder recorder;
  DiffSnapshots(workshop.repository(), before, workshop.Take(), {}, recorder);
  EXPECT_EQ(recorder.counts["t"].changed, 2U);
  EXPECT_THAT(recorder.column_map, ElementsAre(0, 1, 3, -1));
}

TEST(DiffLayout, GeneratedColumnsAreNoData) {
  EXPECT_THAT(RowsOf(kKeyed, "ALTER TABLE t ADD COLUMN g AS (a || b)"), IsEmpty());
}

TEST(DiffLayout, ChangedTypeChangesOnlyRowsWhoseCellsDid) {
  EXPECT_THAT(RowsOfTwo("CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT); "
                        "INSERT INTO t VALUES(1, '5'), (2, 'x')",
                        "CREATE TABLE t(id INTEGER PRIMARY KEY, a INTEGER); "
                        "INSERT INTO t VALUES(1, '5'), (2, 'x')"),
              ElementsAre("t ~ (1, '5') -> (1, 5)"));
}

TEST(DiffLayout, WithoutRowidAloneChangesNoRow) {
  EXPECT_THAT(
      RowsOfTwo(
          "CREATE TABLE t(k TEXT PRIMARY KEY, a); INSERT INTO t VALUES('x', 1)",
          "CREATE TABLE t(k TEXT PRIMARY KEY, a) WITHOUT ROWID; INSERT INTO t VALUES('x', 1)"),
      IsEmpty());
}

TEST(DiffLayout, RowsUnderAnotherKeyMatchByContent) {
  EXPECT_THAT(
      RowsOfTwo(
          "CREATE TABLE t(a, b); INSERT INTO t VALUES(1, 'x'), (2, 'y'), (3, 'z')",
          "CREATE TABLE t(a, b PRIMARY KEY); INSERT INTO t VALUES(1, 'x'), (2, 'Y'), (4, 'w')"),
      ElementsAre("t - (2, 'y')", "t - (3, 'z')", "t + (2, 'Y')", "t + (4, 'w')"));
  EXPECT_THAT(RowsOfTwo("CREATE TABLE t(a PRIMARY KEY); INSERT INTO t VALUES('X'), ('y')",
                        "CREATE TABLE t(a PRIMARY KEY COLLATE NOCASE); "
                        "INSERT INTO t VALUES('X'), ('Z')"),
              ElementsAre("t - ('y')", "t + ('Z')"));
}

TEST(DiffLayout, TextOfTwoEncodingsComparesAsText) {
  const std::string rows =
      "CREATE TABLE t(id INTEGER PRIMARY KEY, a); CREATE TABLE k(a PRIMARY KEY, b); "
      "CREATE TABLE n(a); INSERT INTO n VALUES('\xC3\xA4'), ('\xF0\x9F\x98\x80'), ('');"
      "INSERT INTO k SELECT a, 1 FROM n; INSERT INTO t(a) SELECT a FROM n;"
      "INSERT INTO t VALUES(10, replace(hex(zeroblob(900)), '0', '\xC3\xA4'));"
      "INSERT INTO t VALUES(11, replace(hex(zeroblob(90000)), '0', '\xE2\x82\xAC'));"
      "INSERT INTO t VALUES(12, x'c3a4');";
  EXPECT_THAT(RowsOfTwo(rows, "PRAGMA encoding='UTF-16be';" + rows), IsEmpty());
  EXPECT_THAT(RowsOfTwo("PRAGMA encoding='UTF-16le';" + rows,
                        "PRAGMA encoding='UTF-16be';" + rows +
                            "UPDATE t SET a = a || 'x' WHERE id = 11; "
                            "UPDATE n SET a = 'q' WHERE a = ''"),
              ElementsAre("n ~ ('') -> ('q')", "t ~ (11, <360000 bytes>) -> (11, <360002 bytes>)"));
}

}  // namespace
}  // namespace pvc
