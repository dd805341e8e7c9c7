#include "vcs/database_update.h"

#include "tests/vcs/update_fixture.h"

namespace pvc {
namespace {

class DatabaseUpdateTest : public UpdateFixture {
 protected:
  void ExpectBothWays(const std::string& before, const std::string& change) {
    const std::string a = Build("a.db", before);
    ExpectUpdatesBothWays(a, BuildFrom(a, "b.db", change));
  }
};

TEST_F(DatabaseUpdateTest, OnlyRowsThatDifferAreWritten) {
  const std::string a = Build("a.db",
                              "CREATE TABLE t(id INTEGER PRIMARY KEY, v);"
                              "WITH RECURSIVE c(n) AS (VALUES(1) UNION ALL SELECT n + 1 FROM c "
                              "WHERE n < 5000) INSERT INTO t SELECT n, hex(n) FROM c");
  const std::string b = BuildFrom(a, "b.db",
                                  "UPDATE t SET v = 'x' WHERE id = 7; DELETE FROM t WHERE id = 9;"
                                  "INSERT INTO t VALUES(9000, 'new')");
  const Snapshot from = Import(a).snapshot;
  const Snapshot to = Import(b).snapshot;
  const DatabaseUpdateResult result = Update(a, from, to);
  EXPECT_EQ(result.rows_deleted, 2U);
  EXPECT_EQ(result.rows_inserted, 2U);
  EXPECT_EQ(result.objects_dropped + result.objects_created, 0U);
  ExpectHolds(a, to);
}

TEST_F(DatabaseUpdateTest, RowsMaySwapUniqueValues) {
  ExpectBothWays(
      "CREATE TABLE t(id INTEGER PRIMARY KEY, u UNIQUE, w); CREATE UNIQUE INDEX t_w ON t(w);"
      "INSERT INTO t VALUES(1, 'a', 'x'), (2, 'b', 'y'), (3, 'c', 'z')",
      "UPDATE t SET u = 'tmp', w = 'tmp' WHERE id = 1; UPDATE t SET u = 'a', w = 'x' WHERE id = 2;"
      "UPDATE t SET u = 'b', w = 'y' WHERE id = 1");
}

TEST_F(DatabaseUpdateTest, NoForeignKeyActionRunsAndRowsMayReferToEachOther) {
  ExpectBothWays(
      "CREATE TABLE p(id INTEGER PRIMARY KEY, up REFERENCES p(id) ON DELETE CASCADE, v);"
      "CREATE TABLE c(id INTEGER PRIMARY KEY, p REFERENCES p(id) ON DELETE CASCADE);"
      "INSERT INTO p VALUES(1, 1, 'self'), (2, 1, 'below'); INSERT INTO c VALUES(1, 1), (2, 2)",
      "UPDATE p SET v = 'changed'");
}

TEST_F(DatabaseUpdateTest, NoTriggerRuns) {
  ExpectBothWays(
      "CREATE TABLE t(id INTEGER PRIMARY KEY, v); CREATE TABLE log(what);"
      "CREATE TRIGGER ti AFTER INSERT ON t BEGIN INSERT INTO log VALUES('i'); END;"
      "CREATE TRIGGER td AFTER DELETE ON t BEGIN INSERT INTO log VALUES('d'); END;"
      "CREATE TRIGGER tu BEFORE UPDATE ON t BEGIN SELECT RAISE(ABORT, 'no'); END;"
      "INSERT INTO t VALUES(1, 'one')",
      "INSERT INTO t VALUES(2, 'two'); DELETE FROM t WHERE id = 1");
}

TEST_F(DatabaseUpdateTest, AutoincrementCountersAreThoseCommitted) {
  ExpectBothWays(
      "CREATE TABLE t(id INTEGER PRIMARY KEY AUTOINCREMENT, v); INSERT INTO t(v) VALUES('a')",
      "INSERT INTO t(v) VALUES('b'), ('c'); DELETE FROM t WHERE id > 1");
}

TEST_F(DatabaseUpdateTest, SequenceTableComesAndGoes) {
  ExpectBothWays("CREATE TABLE t(id INTEGER PRIMARY KEY, v); INSERT INTO t VALUES(1, 'a')",
                 "CREATE TABLE n(id INTEGER PRIMARY KEY AUTOINCREMENT, v);"
                 "INSERT INTO n(v) VALUES('b'); INSERT INTO t VALUES(2, 'c')");
}

TEST_F(DatabaseUpdateTest, ColumnsAreAddedRenamedAndDropped) {
  ExpectBothWays(
      "CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT, b); CREATE INDEX t_a ON t(a);"
      "CREATE TRIGGER tr AFTER INSERT ON t BEGIN SELECT new.a; END;"
      "INSERT INTO t VALUES(1, 'x', 1), (2, 'y', 2)",
      "ALTER TABLE t ADD COLUMN c DEFAULT 5; ALTER TABLE t RENAME COLUMN a TO renamed;"
      "ALTER TABLE t DROP COLUMN b; INSERT INTO t VALUES(3, 'z', 9)");
}

TEST_F(DatabaseUpdateTest, TableOfAnotherTypeOrKeyIsMadeAnew) {
  ExpectBothWays("CREATE TABLE t(id INTEGER PRIMARY KEY, v); INSERT INTO t VALUES(1, 5)",
                 "DROP TABLE t; CREATE TABLE t(id TEXT PRIMARY KEY, v TEXT) WITHOUT ROWID;"
                 "INSERT INTO t VALUES('1', 5)");
}

TEST_F(DatabaseUpdateTest, TableBecomesAViewOfItsName) {
  ExpectBothWays(
      "CREATE TABLE t(id INTEGER PRIMARY KEY, v); INSERT INTO t VALUES(1, 5);"
      "CREATE INDEX t_v ON t(v)",
      "ALTER TABLE t RENAME TO data; CREATE VIEW t AS SELECT * FROM data;"
      "CREATE TRIGGER tr INSTEAD OF INSERT ON t BEGIN SELECT 1; END");
}

TEST_F(DatabaseUpdateTest, ViewsOnViewsAreMadeInAnyOrder) {
  ExpectBothWays(
      "CREATE TABLE t(a); CREATE VIEW v1 AS SELECT a FROM t;"
      "CREATE VIEW v2 AS SELECT a FROM v1",
      "DROP VIEW v1; CREATE VIEW v1 AS SELECT a AS a FROM t WHERE a > 1");
}

TEST_F(DatabaseUpdateTest, FullTextTablesKeepWorking) {
  ExpectBothWays(
      "CREATE VIRTUAL TABLE f USING fts5(body); INSERT INTO f VALUES('alpha beta'), ('gamma')",
      "INSERT INTO f VALUES('delta alpha'); DELETE FROM f WHERE body = 'gamma'");
  RawDatabase updated(folder_ / "updated.db");
  EXPECT_EQ(updated.Text("SELECT group_concat(body) FROM f WHERE f MATCH 'alpha'"), "alpha beta");
  updated.Run("INSERT INTO f(f) VALUES('integrity-check')");
}

TEST_F(DatabaseUpdateTest, VirtualTablesComeAndGoWithTheirShadowTables) {
  ExpectBothWays("CREATE TABLE t(a); INSERT INTO t VALUES(1)",
                 "CREATE VIRTUAL TABLE r USING rtree(id, x0, x1); INSERT INTO r VALUES(1, 2, 3);"
                 "CREATE VIRTUAL TABLE f USING fts5(body); INSERT INTO f VALUES('alpha')");
}

// Such rowids are no content, and nothing can set them: the order of the rows is kept.
TEST_F(DatabaseUpdateTest, RowsOfATableWhoseRowidHasNoNameAreReplaced) {
  const std::string a = Build(
      "a.db", "CREATE TABLE t(rowid, oid, _rowid_); INSERT INTO t VALUES(1, 2, 3), (4, 5, 6)");
  const std::string b =
      BuildFrom(a, "b.db", "DELETE FROM t WHERE oid = 2; INSERT INTO t VALUES(7, 8, 9)");
  const Snapshot from = Import(a).snapshot;
  const Snapshot to = Import(b).snapshot;
  Update(a, from, to);
  EXPECT_EQ(Differences(a, to), std::vector<std::string>());
}

TEST_F(DatabaseUpdateTest, LargeValuesAreWritten) {
  ExpectBothWays(
      "CREATE TABLE t(id INTEGER PRIMARY KEY, b); CREATE TABLE u(k TEXT PRIMARY KEY, b);"
      "INSERT INTO t VALUES(1, randomblob(6000000)); INSERT INTO u VALUES('k', 'v')",
      "UPDATE t SET b = randomblob(5000000);"
      "UPDATE u SET b = hex(randomblob(1500000))");
}

TEST_F(DatabaseUpdateTest, OddNamesAreQuoted) {
  ExpectBothWays(R"(CREATE TABLE "a""b"("x y" PRIMARY KEY, "select", "") WITHOUT ROWID;
                    INSERT INTO "a""b" VALUES(1, 2, 3); CREATE INDEX "i'x" ON "a""b"("select"))",
                 R"(UPDATE "a""b" SET "" = 4; INSERT INTO "a""b" VALUES(5, 6, 7);
                    DROP INDEX "i'x"; CREATE TABLE "new
line"(a))");
}

TEST_F(DatabaseUpdateTest, ObjectThatCannotBeMadeIsNamedAndARollbackLeavesEverything) {
  const std::string a = Build("a.db",
                              "CREATE TABLE t(id INTEGER PRIMARY KEY, v);"
                              "INSERT INTO t VALUES(1, 'one')");
  const std::string b = BuildFrom(a, "b.db", "UPDATE t SET v = 'two'");
  {
    RawDatabase raw(b);
    raw.AcceptUnknownCollations();
    raw.Run("CREATE INDEX tr ON t(v COLLATE nosuch)");
  }
  const Snapshot from = Import(a).snapshot;
  const Snapshot to = Import(b).snapshot;
  const Error error = ThrownError([&] { Update(a, from, to); });
  EXPECT_THAT(error.message(), testing::HasSubstr("'tr'"));
  ExpectHolds(a, from);
}

TEST_F(DatabaseUpdateTest, InterruptedUpdateRollsBack) {
  const std::string a = Build("a.db", "CREATE TABLE t(id INTEGER PRIMARY KEY, v)");
  const std::string b = BuildFrom(a, "b.db",
                                  "WITH RECURSIVE c(n) AS (VALUES(1) UNION ALL SELECT n + 1 FROM c "
                                  "WHERE n < 20000) INSERT INTO t SELECT n, n FROM c");
  const Snapshot from = Import(a).snapshot;
  const Snapshot to = Import(b).snapshot;
  DatabaseUpdateOptions options;
  options.progress = [](const DatabaseUpdateProgress&) {
    throw Error(ErrorKind::kInterrupted, "interrupted");
  };
  EXPECT_EQ(ThrownKind([&] { Update(a, from, to, options); }), ErrorKind::kInterrupted);
  ExpectHolds(a, from);
}

TEST_F(DatabaseUpdateTest, AnotherTextEncodingIsRefused) {
  const std::string a = Build("a.db", "CREATE TABLE t(a); INSERT INTO t VALUES('x')");
  const std::string b = Build("b.db",
                              "PRAGMA encoding='UTF-16le'; CREATE TABLE t(a);"
                              "INSERT INTO t VALUES('x')");
  const Snapshot from = Import(a).snapshot;
  const Snapshot to = Import(b).snapshot;
  const Error error = ThrownError([&] { Update(a, from, to); });
  EXPECT_EQ(error.kind(), ErrorKind::kUnsupported);
  EXPECT_FALSE(error.hints().empty());
}

TEST_F(DatabaseUpdateTest, OtherConnectionSeesTheNewSchema) {
  const std::string a = Build("a.db",
                              "CREATE TABLE t(id INTEGER PRIMARY KEY AUTOINCREMENT, v);"
                              "INSERT INTO t(v) VALUES('one')");
  const std::string b = BuildFrom(a, "b.db",
                                  "ALTER TABLE t ADD COLUMN w DEFAULT 3;"
                                  "CREATE TABLE u(x); CREATE INDEX t_v ON t(v)");
  const Snapshot from = Import(a).snapshot;
  const Snapshot to = Import(b).snapshot;
  RawDatabase other(a);
  EXPECT_EQ(other.Text("SELECT v FROM t"), "one");
  Update(a, from, to);
  EXPECT_EQ(other.Text("SELECT w FROM t"), "3");
  other.Run("INSERT INTO u VALUES(1); INSERT INTO t(v) VALUES('two')");
  EXPECT_EQ(other.Text("PRAGMA integrity_check"), "ok");
}

}  // namespace
}  // namespace pvc
