#include "vcs/query/diff_function.h"

#include <gmock/gmock.h>

#include <filesystem>

#include "tests/vcs/query/query_connection.h"
#include "tests/vcs/working_fixture.h"

namespace pvc {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::UnorderedElementsAre;

class DiffFunction : public WorkingFixture {
 protected:
  /// Commits what `change` makes of `before`, and gives a connection on it with `table`.
  QueryConnection& Make(const std::string& before, const std::string& change,
                        const std::string& table, TextEncoding encoding = TextEncoding::kUtf8) {
    Begin(before);
    before_ = *repository_->HeadCommit();
    Run(change);
    Commit("change");
    after_ = *repository_->HeadCommit();
    sql_ = std::make_unique<QueryConnection>(*repository_, "HEAD", encoding);
    sql_->AddTable(table);
    return *sql_;
  }

  CommitId before_;
  CommitId after_;
  std::unique_ptr<QueryConnection> sql_;
};

TEST_F(DiffFunction, RowsComeSideBySideWithTheirCommits) {
  QueryConnection& sql = Make(kFirstContent,
                              "INSERT INTO t VALUES(4, 'four'); DELETE FROM t WHERE id = 1;"
                              "UPDATE t SET v = x'00' WHERE id = 2",
                              "t");
  EXPECT_THAT(
      sql.ColumnNames("SELECT * FROM pvc_diff_t"),
      ElementsAre("diff_type", "from_commit", "to_commit", "from_id", "to_id", "from_v", "to_v"));
  const std::string commits = "'" + before_.Hex() + "'|'" + after_.Hex() + "'|";
  EXPECT_THAT(sql.Rows("SELECT * FROM pvc_diff_t"),
              ElementsAre("'removed'|" + commits + "1|NULL|'one'|NULL",
                          "'modified'|" + commits + "2|2|'two'|x'00'",
                          "'added'|" + commits + "NULL|4|NULL|'four'"));
  EXPECT_THAT(sql.Rows("SELECT diff_type, from_id, to_id FROM pvc_diff_t('HEAD', 'HEAD~1')"),
              ElementsAre("'added'|NULL|1", "'modified'|2|2", "'removed'|4|NULL"));
  EXPECT_EQ(sql.Row("SELECT count(*) FROM pvc_diff_t('HEAD')"), "0");
  EXPECT_EQ(sql.Row("SELECT count(*), from_commit FROM pvc_diff_t(NULL, 'HEAD~1')"), "3|NULL");
}

TEST_F(DiffFunction, WorkingNamesTheDatabaseAsItIs) {
  QueryConnection& sql = Make(kFirstContent, "DELETE FROM t WHERE id = 1", "t");
  Run("UPDATE t SET v = 'new' WHERE id = 3");
  EXPECT_EQ(sql.Row("SELECT * FROM pvc_diff_t('HEAD', 'WORKING')"),
            "'modified'|'" + after_.Hex() + "'|'WORKING'|3|3|'three'|'new'");
  EXPECT_EQ(sql.Row("SELECT from_v, to_v FROM pvc_diff_t('WORKING', 'HEAD')"), "'new'|'three'");
  EXPECT_EQ(sql.Row("SELECT count(*) FROM pvc_diff_t('WORKING', 'WORKING')"), "0");
}

TEST_F(DiffFunction, UnknownRevisionsAreNamed) {
  QueryConnection& sql = Make(kFirstContent, "DELETE FROM t WHERE id = 1", "t");
  EXPECT_THAT(sql.Failure("SELECT * FROM pvc_diff_t('nowhere')"), HasSubstr("'nowhere'"));
}

TEST_F(DiffFunction, RenamedColumnsAreFollowedAndMissingOnesAreNull) {
  QueryConnection& sql = Make(
      "CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT, b INT);"
      "INSERT INTO t VALUES(1, 'x', 10), (2, 'y', 20)",
      "ALTER TABLE t RENAME COLUMN a TO c; UPDATE t SET c = 'z' WHERE id = 1", "t");
  EXPECT_EQ(sql.Row("SELECT from_id, from_c, to_c, from_b, to_b FROM pvc_diff_t"),
            "1|'x'|'z'|10|10");
  Run("ALTER TABLE t DROP COLUMN b; ALTER TABLE t ADD COLUMN d DEFAULT 5; ALTER TABLE t ADD e;"
      "UPDATE t SET d = 6 WHERE id = 2");
  EXPECT_EQ(sql.Row("SELECT from_id, from_c, to_c, from_b, to_b FROM pvc_diff_t('HEAD','WORKING')"),
            "2|'y'|'y'|20|NULL");
  Commit("other columns");
  QueryConnection later(*repository_);
  later.AddTable("t");
  EXPECT_EQ(later.Row("SELECT from_id, to_id, from_c, to_c, from_d, to_d, to_e FROM pvc_diff_t"),
            "2|2|'y'|'y'|NULL|6|NULL");
  EXPECT_EQ(later.Row("SELECT from_c, to_c FROM pvc_diff_t('HEAD~2', 'HEAD~1')"), "'x'|'z'");
}

TEST_F(DiffFunction, ATableOnOneSideIsAllAddedOrRemoved) {
  QueryConnection& sql = Make(
      kFirstContent, "CREATE TABLE u(a PRIMARY KEY, b); INSERT INTO u VALUES('x', 1), (2, 3)", "u");
  EXPECT_THAT(sql.Rows("SELECT diff_type, from_a, to_a, to_b FROM pvc_diff_u"),
              ElementsAre("'added'|NULL|2|3", "'added'|NULL|'x'|1"));
  EXPECT_THAT(sql.Rows("SELECT diff_type, from_a, to_a FROM pvc_diff_u('HEAD', 'HEAD~1') "
                       "WHERE from_a = 'x'"),
              ElementsAre("'removed'|'x'|NULL"));
  EXPECT_THAT(sql.Failure("SELECT * FROM pvc_diff_u('HEAD~1', 'HEAD~1')"),
              AllOf(HasSubstr("no table 'u'"), HasSubstr("did you mean 't'?")));
}

TEST_F(DiffFunction, RowsWithoutKeyGoByContent) {
  QueryConnection& sql = Make("CREATE TABLE t(a, b); INSERT INTO t VALUES(1, 1), (2, 2), (2, 2)",
                              "DELETE FROM t; INSERT INTO t VALUES(2, 2), (1, 1), (3, 3)", "t");
  EXPECT_THAT(sql.Rows("SELECT diff_type, from_a, to_a FROM pvc_diff_t"),
              ElementsAre("'modified'|2|3"));
  EXPECT_THAT(sql.Rows("SELECT diff_type, from_a, to_a FROM pvc_diff_t WHERE to_a = 3"),
              ElementsAre("'modified'|2|3"));
}

TEST_F(DiffFunction, KeyConstraintsRestrictWhatIsRead) {
  QueryConnection& sql = Make(
      "CREATE TABLE t(id INTEGER PRIMARY KEY, v);"
      "WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n WHERE i < 20000)"
      "INSERT INTO t SELECT i, 'value ' || i FROM n",
      "UPDATE t SET v = v || '!' WHERE id % 2 = 0; DELETE FROM t WHERE id = 7;"
      "INSERT INTO t VALUES(30000, 'new')",
      "t");
  EXPECT_THAT(sql.PlanOf("SELECT * FROM pvc_diff_t WHERE to_id = 4"), HasSubstr("INDEX 0:;="));
  EXPECT_THAT(sql.PlanOf("SELECT * FROM pvc_diff_t('a', 'b') WHERE from_id > 4 AND to_id <= 9"),
              HasSubstr("INDEX 0:from,to;>l"));
  EXPECT_THAT(sql.PlanOf("SELECT * FROM pvc_diff_t WHERE to_v = 4"), Not(HasSubstr(";")));
  EXPECT_THAT(sql.Rows("SELECT to_id, to_v FROM pvc_diff_t WHERE to_id = 4"),
              ElementsAre("4|'value 4!'"));
  EXPECT_THAT(sql.Rows("SELECT from_id FROM pvc_diff_t WHERE from_id = 7"), ElementsAre("7"));
  EXPECT_THAT(sql.Rows("SELECT from_id FROM pvc_diff_t WHERE to_id = 7"), IsEmpty());
  EXPECT_THAT(sql.Rows("SELECT from_id FROM pvc_diff_t WHERE from_id = '8'"), ElementsAre("8"));
  EXPECT_THAT(sql.Rows("SELECT from_id FROM pvc_diff_t WHERE from_id BETWEEN 6 AND 9.5"),
              ElementsAre("6", "7", "8"));
  EXPECT_THAT(sql.Rows("SELECT to_id FROM pvc_diff_t WHERE from_id IS NULL"), ElementsAre("30000"));
  EXPECT_THAT(sql.Rows("WITH v(n) AS (VALUES(NULL), (2)) "
                       "SELECT to_id FROM v JOIN pvc_diff_t ON from_id IS n ORDER BY 1"),
              ElementsAre("2", "30000"));
  EXPECT_THAT(sql.Rows("SELECT from_id FROM pvc_diff_t WHERE from_id IN (1, 2, 7, 9999999)"),
              ElementsAre("2", "7"));
  EXPECT_THAT(sql.Rows("WITH v(n) AS (VALUES(2), (3), (7)) "
                       "SELECT n, diff_type FROM v LEFT JOIN pvc_diff_t ON from_id = n"),
              ElementsAre("2|'modified'", "3|NULL", "7|'removed'"));
  EXPECT_EQ(sql.Row("SELECT count(*) FROM pvc_diff_t"), "10002");
}

TEST_F(DiffFunction, KeyConstraintsKnowTuplesAndCollations) {
  QueryConnection& sql = Make(
      "CREATE TABLE t(a TEXT COLLATE NOCASE, b INT, v, PRIMARY KEY(a, b)) WITHOUT ROWID;"
      "INSERT INTO t VALUES('X', 1, 0), ('X', 2, 0), ('y', 1, 0), ('Z', 5, 0)",
      "UPDATE t SET v = 1; UPDATE t SET a = 'x' WHERE b = 2", "t");
  EXPECT_THAT(sql.Rows("SELECT from_a, to_a, to_b FROM pvc_diff_t WHERE to_a = 'x'"),
              ElementsAre("'X'|'X'|1", "'X'|'x'|2"));
  EXPECT_THAT(sql.Rows("SELECT from_a, to_a FROM pvc_diff_t WHERE to_a = 'X' COLLATE BINARY"),
              ElementsAre("'X'|'X'"));
  EXPECT_THAT(sql.Rows("SELECT to_a FROM pvc_diff_t WHERE from_a = 'x' AND to_b > 1"),
              ElementsAre("'x'"));
  EXPECT_THAT(sql.Rows("SELECT to_a FROM pvc_diff_t WHERE from_a > 'Xx'"),
              ElementsAre("'y'", "'Z'"));
}

TEST_F(DiffFunction, KeyConstraintsHoldWhereTheKeyItselfChanged) {
  QueryConnection& sql = Make(
      "CREATE TABLE t(id TEXT PRIMARY KEY, v);"
      "INSERT INTO t VALUES('1', 'a'), ('2', 'b')",
      "CREATE TABLE n(id INT PRIMARY KEY, v); INSERT INTO n SELECT * FROM t;"
      "UPDATE n SET v = 'c' WHERE id = 1; DROP TABLE t;"
      "ALTER TABLE n RENAME TO t",
      "t");
  EXPECT_THAT(sql.Rows("SELECT from_id, to_id, from_id = 1, to_id = 1 FROM pvc_diff_t"),
              ElementsAre("NULL|1|NULL|1", "NULL|2|NULL|0", "'1'|NULL|1|NULL", "'2'|NULL|0|NULL"));
  EXPECT_THAT(sql.Rows("SELECT from_id FROM pvc_diff_t WHERE from_id = 1"), ElementsAre("'1'"));
  EXPECT_THAT(sql.Rows("SELECT to_id FROM pvc_diff_t WHERE to_id = '1'"), ElementsAre("1"));
}

TEST_F(DiffFunction, KeyConstraintsHoldWhereTheEncodingChanged) {
  const char* const rows = "CREATE TABLE t(k TEXT PRIMARY KEY, v); INSERT INTO t VALUES('a', 1), ";
  Begin(std::string(rows) + "('b', 2)");
  std::filesystem::remove(path_);
  Run("PRAGMA encoding = 'UTF-16le';" + std::string(rows) + "('c', 2)");
  Commit("other encoding");
  QueryConnection sql(*repository_);
  sql.AddTable("t");
  EXPECT_THAT(sql.Rows("SELECT diff_type, from_k, to_k FROM pvc_diff_t"),
              UnorderedElementsAre("'removed'|'b'|NULL", "'added'|NULL|'c'"));
  EXPECT_THAT(sql.Rows("SELECT from_k FROM pvc_diff_t WHERE from_k = 'b'"), ElementsAre("'b'"));
  EXPECT_THAT(sql.Rows("SELECT to_k FROM pvc_diff_t WHERE to_k = 'c'"), ElementsAre("'c'"));
  EXPECT_THAT(sql.Rows("SELECT to_k FROM pvc_diff_t WHERE to_k = 'a'"), IsEmpty());
}

TEST_F(DiffFunction, RangesFollowSqlitesOrderNotThatOfKeys) {
  QueryConnection& sql =
      Make("PRAGMA encoding = 'UTF-16be'; CREATE TABLE t(k TEXT COLLATE NOCASE PRIMARY KEY)",
           "INSERT INTO t VALUES('\uff01'), ('\U0001f600')", "t");
  EXPECT_THAT(sql.Rows("SELECT to_k FROM pvc_diff_t WHERE to_k > '\uff01'"),
              ElementsAre("'\U0001f600'"));
}

TEST_F(DiffFunction, NullsInAKeyAreRowsOfTheirOwn) {
  QueryConnection& sql =
      Make("CREATE TABLE t(a INT PRIMARY KEY, v); INSERT INTO t VALUES(NULL, 1), (NULL, 2), (3, 3)",
           "DELETE FROM t; INSERT INTO t VALUES(NULL, 2), (NULL, 4), (3, 5)", "t");
  const auto all = sql.Rows("SELECT diff_type, from_v, to_v FROM pvc_diff_t");
  EXPECT_THAT(all, ElementsAre("'modified'|3|5", "'removed'|1|NULL", "'added'|NULL|4"));
  EXPECT_THAT(sql.Rows("SELECT from_v FROM pvc_diff_t WHERE from_a = 3"), ElementsAre("3"));
  EXPECT_THAT(sql.Rows("SELECT from_v FROM pvc_diff_t WHERE from_a IS NULL"),
              ElementsAre("1", "NULL"));
}

TEST_F(DiffFunction, LargeValuesComeWhole) {
  QueryConnection& sql = Make(
      "CREATE TABLE t(id INTEGER PRIMARY KEY, v);"
      "INSERT INTO t VALUES(1, zeroblob(3000000)), (2, 'x')",
      "UPDATE t SET v = replace(hex(zeroblob(1500000)), '00', 'ab') || 'z' "
      "WHERE id = 1",
      "t");
  EXPECT_EQ(sql.Row("SELECT typeof(from_v), length(from_v), from_v = zeroblob(3000000), "
                    "typeof(to_v), length(to_v), substr(to_v, -3), substr(to_v, 1, 4) "
                    "FROM pvc_diff_t"),
            "'blob'|3000000|1|'text'|3000001|'abz'|'abab'");
}

TEST_F(DiffFunction, TextOfOtherEncodingsIsConverted) {
  QueryConnection& sql = Make(
      "PRAGMA encoding = 'UTF-16be';"
      "CREATE TABLE \"ta\"\"b'le\"(\"k ä\" TEXT PRIMARY KEY, \"to\");"
      "INSERT INTO \"ta\"\"b'le\" VALUES('ä', 1), ('ö', 2)",
      "UPDATE \"ta\"\"b'le\" SET \"to\" = 'ß'", "ta\"b'le");
  EXPECT_THAT(sql.Rows("SELECT \"from_k ä\", to_to FROM \"pvc_diff_ta\"\"b'le\" "
                       "WHERE \"to_k ä\" = 'ö'"),
              ElementsAre("'ö'|'ß'"));
  QueryConnection wide(*repository_, "HEAD", TextEncoding::kUtf16le);
  wide.AddTable("ta\"b'le");
  EXPECT_THAT(wide.Rows("SELECT \"from_k ä\", to_to FROM \"pvc_diff_ta\"\"b'le\"('HEAD~1', 'HEAD') "
                        "WHERE \"to_k ä\" > 'b'"),
              ElementsAre("'ä'|'ß'", "'ö'|'ß'"));
}

TEST_F(DiffFunction, ColumnsKeepTypesAndGeneratedOnesAreLeftOut) {
  QueryConnection& sql = Make(
      "CREATE TABLE t(id INTEGER PRIMARY KEY, g AS (id + 1), "
      "\"commit\" VARCHAR(10) COLLATE NOCASE, s \"HIDDEN\")",
      "INSERT INTO t VALUES(1, 'A', 's')", "t");
  EXPECT_THAT(sql.ColumnNames("SELECT * FROM pvc_diff_t"),
              ElementsAre("diff_type", "from_commit", "to_commit", "from_id", "to_id",
                          "_from_commit", "_to_commit", "from_s", "to_s"));
  EXPECT_THAT(sql.Rows("SELECT type FROM pragma_table_info('pvc_diff_t') WHERE name LIKE '_to_c%'"),
              ElementsAre("'VARCHAR(10)'"));
  EXPECT_EQ(sql.Row("SELECT to_s FROM pvc_diff_t WHERE _to_commit = 'a'"), "'s'");
}

TEST_F(DiffFunction, AnyColumnsOfStrictTablesCompareAsTheyDoThere) {
  QueryConnection& sql = Make("CREATE TABLE t(id INTEGER PRIMARY KEY, v ANY) STRICT",
                              "INSERT INTO t VALUES(1, 5)", "t");
  EXPECT_EQ(sql.Row("SELECT to_v = '5', to_v = 5 FROM pvc_diff_t"), "0|1");
}

TEST_F(DiffFunction, FunctionsJoin) {
  QueryConnection& sql = Make(kFirstContent, "UPDATE t SET v = 'x' WHERE id = 3", "t");
  EXPECT_THAT(sql.Rows("SELECT l.generation, d.diff_type, d.to_id FROM pvc_log AS l, "
                       "pvc_diff_t(l.parents, l.commit_id) AS d WHERE l.parents <> ''"),
              ElementsAre("2|'modified'|3"));
  EXPECT_THAT(sql.Rows("SELECT b.to_v FROM pvc_diff_t AS a, pvc_diff_t(NULL, 'HEAD~1') AS b "
                       "WHERE b.to_id = a.from_id"),
              ElementsAre("'three'"));
}

TEST_F(DiffFunction, ADiffStopsWhenItIsTold) {
  QueryConnection& sql = Make(kFirstContent, "UPDATE t SET v = 'x'", "t");
  sql.should_stop = true;
  EXPECT_EQ(sql.Failure("SELECT * FROM pvc_diff_t"), "interrupted");
}

}  // namespace
}  // namespace pvc
