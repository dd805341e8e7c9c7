#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>

#include "tests/cli/run_binary.h"
#include "tests/support/compare_databases.h"
#include "tests/support/raw_sqlite.h"
#include "tests/support/temp_folder.h"

namespace pvc {
namespace {

/// Two states of a database: the second is reached from the first by `change`.
struct SqlCase {
  const char* name;
  const char* schema;
  const char* change;
};

void PrintTo(const SqlCase& tested, std::ostream* out) { *out << tested.name; }

constexpr SqlCase kCases[] = {
    {"rows",
     "CREATE TABLE t(id INTEGER PRIMARY KEY, a, b TEXT);"
     "INSERT INTO t VALUES(1,1,'x'),(2,2,'y'),(3,3,'z')",
     "UPDATE t SET a=1.0, b='it''s' WHERE id=1; DELETE FROM t WHERE id=2; INSERT INTO t "
     "VALUES(9,x'00ff',NULL)"},
    {"exact_values", "CREATE TABLE t(id INTEGER PRIMARY KEY, v)",
     "INSERT INTO t VALUES(1,9e999),(2,-9e999),(3,0.1),(4,1.0),(5,9223372036854775807),"
     "(6,CAST(x'61006200' AS TEXT)),(7,CAST(x'ff' AS TEXT)),(8,''),(9,x''),(10,zeroblob(100000)),"
     "(11,hex(zeroblob(50000))),(12,5e-324)"},
    {"swapped_unique",
     "CREATE TABLE t(id INTEGER PRIMARY KEY, u UNIQUE); INSERT INTO t VALUES(1,'a'),(2,'b')",
     "UPDATE t SET u='c' WHERE id=1; UPDATE t SET u='a' WHERE id=2; UPDATE t SET u='b' WHERE id=1"},
    {"swapped_unique_index",
     "CREATE TABLE t(id INTEGER PRIMARY KEY, u); CREATE UNIQUE INDEX tu ON t(u);"
     "INSERT INTO t VALUES(1,'a'),(2,'b')",
     "UPDATE t SET u='c' WHERE id=1; UPDATE t SET u='a' WHERE id=2; UPDATE t SET u='b' WHERE id=1"},
    {"without_key", "CREATE TABLE t(a, b); INSERT INTO t VALUES(1,1),(1,1),(2,2)",
     "DELETE FROM t WHERE rowid=1; INSERT INTO t VALUES(2,2),(3,3); UPDATE t SET b=9 WHERE "
     "rowid=3"},
    {"moved_rowids", "CREATE TABLE t(a, b); INSERT INTO t VALUES(1,1),(2,2),(3,3)",
     "UPDATE t SET rowid=rowid+10; INSERT INTO t(rowid,a,b) VALUES(1,7,7)"},
    {"tuple_keys",
     "CREATE TABLE t(a TEXT COLLATE NOCASE, b, c, PRIMARY KEY(a,b)) WITHOUT ROWID;"
     "CREATE TABLE u(a TEXT PRIMARY KEY, b); INSERT INTO t VALUES('x',1,1),('y',2,2);"
     "INSERT INTO u VALUES('k',1),('l',2),(NULL,3),(NULL,4)",
     "UPDATE t SET a='X' WHERE b=1; DELETE FROM t WHERE b=2; INSERT INTO t VALUES('z',x'00',3);"
     "UPDATE u SET b=5 WHERE rowid=3; DELETE FROM u WHERE rowid=4; UPDATE u SET b=7 WHERE a='k'"},
    {"hidden_rowid_names", "CREATE TABLE t(rowid, oid); INSERT INTO t VALUES(1,2),(3,4)",
     "UPDATE t SET oid=5 WHERE _rowid_=1; DELETE FROM t WHERE _rowid_=2"},
    {"names",
     "CREATE TABLE \"a\"\"b\"(id INTEGER PRIMARY KEY, \"select\", \"x y\"); INSERT INTO \"a\"\"b\" "
     "VALUES(1,1,1)",
     "UPDATE \"a\"\"b\" SET \"x y\"=2"},
    {"generated",
     "CREATE TABLE t(id INTEGER PRIMARY KEY, a, g AS (a+1), s AS (a*2) STORED); INSERT INTO "
     "t(id,a) VALUES(1,1)",
     "UPDATE t SET a=5; INSERT INTO t(id,a) VALUES(2,2)"},
    {"triggers_do_not_fire",
     "CREATE TABLE t(id INTEGER PRIMARY KEY, a); CREATE TABLE log(n);"
     "CREATE TRIGGER tr AFTER INSERT ON t BEGIN INSERT INTO log VALUES(new.id); END;"
     "INSERT INTO t VALUES(1,1)",
     "INSERT INTO t VALUES(2,2); DELETE FROM log"},
    {"foreign_keys",
     "CREATE TABLE p(id INTEGER PRIMARY KEY);"
     "CREATE TABLE c(id INTEGER PRIMARY KEY, p REFERENCES p(id) ON DELETE CASCADE);"
     "INSERT INTO p VALUES(1),(2); INSERT INTO c VALUES(1,1),(2,2)",
     "PRAGMA foreign_keys=OFF; DELETE FROM p WHERE id=1; UPDATE c SET p=2 WHERE id=1"},
    {"new_and_dropped_tables",
     "CREATE TABLE old(a); INSERT INTO old VALUES(1); CREATE VIEW v AS SELECT * FROM old;"
     "CREATE TABLE keep(id INTEGER PRIMARY KEY)",
     "DROP VIEW v; DROP TABLE old; CREATE TABLE new(id INTEGER PRIMARY KEY, a -- comment\n);"
     "INSERT INTO new VALUES(1,2); CREATE INDEX i ON new(a);"
     "CREATE VIEW w AS SELECT a FROM new; CREATE TRIGGER tr INSTEAD OF INSERT ON w BEGIN SELECT 1; "
     "END"},
    {"changed_table",
     "CREATE TABLE t(id INTEGER PRIMARY KEY, a, b); CREATE INDEX i ON t(a);"
     "CREATE TRIGGER tr AFTER UPDATE ON t BEGIN SELECT 1; END; INSERT INTO t VALUES(1,2,3),(2,3,4)",
     "ALTER TABLE t ADD COLUMN c DEFAULT 'x'; ALTER TABLE t DROP COLUMN b; UPDATE t SET c='y' "
     "WHERE id=2"},
    {"autoincrement",
     "CREATE TABLE t(id INTEGER PRIMARY KEY AUTOINCREMENT, a); INSERT INTO t(a) VALUES(1),(2)",
     "INSERT INTO t(a) VALUES(3),(4); DELETE FROM t WHERE id>2; CREATE TABLE u(id INTEGER PRIMARY "
     "KEY AUTOINCREMENT)"},
    {"properties", "CREATE TABLE t(a)", "PRAGMA user_version=7; PRAGMA application_id=-5"},
    {"full_text", "CREATE VIRTUAL TABLE f USING fts5(body); INSERT INTO f VALUES('hello world')",
     "INSERT INTO f VALUES('another text'); CREATE VIRTUAL TABLE g USING fts5(x); INSERT INTO g "
     "VALUES('new')"},
    {"utf16",
     "PRAGMA encoding='UTF-16le'; CREATE TABLE t(id INTEGER PRIMARY KEY, a); INSERT INTO t "
     "VALUES(1,'x')",
     "UPDATE t SET a='gr\xc3\xbcn'; INSERT INTO t VALUES(2, CAST(x'00d8' AS TEXT))"},
};

class DiffSql : public testing::TestWithParam<SqlCase> {};

TEST_P(DiffSql, AppliedToTheEarlierStateGivesTheLater) {
  const TempFolder scratch;
  const std::string& folder = scratch.path();
  RawDatabase(scratch / "app.db").Run(GetParam().schema);
  ASSERT_EQ(RunShell(folder, "$PVC init && $PVC import app.db && cp app.db before.db").exit_code,
            0);
  RawDatabase(scratch / "app.db").Run(GetParam().change);

  const ProgramResult diff = RunPvc(folder, {"diff", "--format=sql"});
  ASSERT_EQ(diff.exit_code, 0) << diff.err;
  ASSERT_NE(diff.out, "");
  ASSERT_NO_THROW(RawDatabase(scratch / "before.db").Run(diff.out)) << diff.out;

  std::vector<std::string> findings = CompareDatabases(scratch / "app.db", scratch / "before.db");
  // Tables made again stand last in the schema: their order is not content.
  std::erase_if(findings,
                [](const std::string& line) { return line.find("order") != std::string::npos; });
  EXPECT_EQ(findings, std::vector<std::string>{}) << diff.out;
}

INSTANTIATE_TEST_SUITE_P(Cases, DiffSql, testing::ValuesIn(kCases),
                         [](const auto& tested) { return std::string(tested.param.name); });

}  // namespace
}  // namespace pvc
