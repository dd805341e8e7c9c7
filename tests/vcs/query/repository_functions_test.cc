#include "vcs/query/repository_functions.h"

#include <gmock/gmock.h>

#include "tests/vcs/query/query_connection.h"
#include "tests/vcs/working_fixture.h"
#include "vcs/log_decorations.h"
#include "vcs/log_walk.h"
#include "vcs/tag_refs.h"

namespace pvc {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

std::string Quoted(const std::string& text) { return "'" + text + "'"; }

/// main and side, parted after the first commit and merged.
class RepositoryFunctions : public WorkingFixture {
 protected:
  RepositoryFunctions() {
    Begin();
    first_ = *repository_->HeadCommit();
    SwitchToNew("side");
    Run("INSERT INTO t VALUES(4, 'four'); CREATE INDEX by_v ON t(v)");
    Commit("side\nwith a body");
    side_ = *repository_->HeadCommit();
    SwitchTo("main");
    Run("DELETE FROM t WHERE id = 1; UPDATE t SET v = 'zwei' WHERE id = 2;"
        "CREATE TABLE u(a); INSERT INTO u VALUES(1), (2); CREATE VIEW w AS SELECT 1;"
        "PRAGMA user_version = 7");
    Commit("main");
    main_ = *repository_->HeadCommit();
    NewTag light;
    light.name = "light";
    light.target = first_;
    CreateTag(*repository_, light, Act("tag"));
    NewTag heavy;
    heavy.name = "heavy";
    heavy.target = side_;
    heavy.message = "as delivered\n";
    CreateTag(*repository_, heavy, Act("tag"));
    sql_ = std::make_unique<QueryConnection>(*repository_);
  }

  CommitId first_;
  CommitId side_;
  CommitId main_;
  std::unique_ptr<QueryConnection> sql_;
};

TEST_F(RepositoryFunctions, LogListsCommitsAsLogWalkDoes) {
  LogOptions options;
  options.from = {main_, side_};
  LogWalk walk(*repository_, options);
  const LogDecorations decorations = ReadDecorations(*repository_);
  std::vector<std::string> expected;
  while (const auto step = walk.Next()) {
    std::string parents;
    for (const CommitId& parent : step->commit.parents) {
      parents += (parents.empty() ? "" : " ") + parent.Hex();
    }
    std::string refs;
    for (const std::string& name : decorations.NamesOf(step->id)) {
      refs += (refs.empty() ? "" : ", ") + name;
    }
    expected.push_back(Quoted(step->id.Hex()) + "|" + Quoted(parents) +
                       "|'Ann'|'ann@example.org'|'2023-11-15T00:13:20+02:00'|'Ann'|"
                       "'ann@example.org'|'2023-11-15T00:13:20+02:00'|" +
                       Quoted(step->commit.message) + "|" +
                       std::to_string(step->commit.generation) + "|" + Quoted(refs));
  }
  EXPECT_EQ(expected.size(), 3U);
  EXPECT_EQ(sql_->Rows("SELECT * FROM pvc_log('main...side')").size(), 2U);
  std::vector<std::string> rows = sql_->Rows("SELECT * FROM pvc_log");
  EXPECT_EQ(rows.size(), 2U);
  for (const std::string& row : sql_->Rows("SELECT * FROM pvc_log('main..side')")) {
    rows.push_back(row);
  }
  EXPECT_THAT(rows, testing::UnorderedElementsAreArray(expected));
  EXPECT_EQ(sql_->Row("SELECT refs FROM pvc_log LIMIT 1"), "'HEAD -> main'");
  EXPECT_EQ(sql_->Row("SELECT refs FROM pvc_log('side') LIMIT 1"), "'tag: heavy, side'");
}

TEST_F(RepositoryFunctions, LogTakesRangesAndStopsWhereLimitSays) {
  EXPECT_EQ(sql_->Rows("SELECT message FROM pvc_log('main..side')"),
            std::vector<std::string>{"'side\nwith a body'"});
  EXPECT_EQ(sql_->Row("SELECT commit_id FROM pvc_log LIMIT 1"), Quoted(main_.Hex()));
  EXPECT_EQ(sql_->Row("SELECT commit_id FROM pvc_log(" + Quoted(first_.Short()) + ")"),
            Quoted(first_.Hex()));
}

TEST_F(RepositoryFunctions, AnUnknownRevisionIsNamed) {
  for (const char* sql :
       {"SELECT * FROM pvc_log('mian')", "SELECT * FROM pvc_diff_stat('mian')",
        "SELECT * FROM pvc_diff_stat(NULL, 'mian')", "SELECT * FROM pvc_schema_diff('mian')",
        "SELECT * FROM pvc_hash('mian')", "SELECT pvc_hash('mian')"}) {
    EXPECT_THAT(sql_->Failure(sql), testing::AllOf(HasSubstr("'mian'"), HasSubstr("'main'")))
        << sql;
  }
}

TEST_F(RepositoryFunctions, BranchesSayWhichOneIsHead) {
  EXPECT_THAT(sql_->Rows("SELECT * FROM pvc_branches"),
              ElementsAre(Quoted("main") + "|" + Quoted(main_.Hex()) +
                              "|1|'2023-11-15T00:13:20+02:00'|'Ann'|'main'",
                          Quoted("side") + "|" + Quoted(side_.Hex()) +
                              "|0|'2023-11-15T00:13:20+02:00'|'Ann'|'side'"));
}

TEST_F(RepositoryFunctions, TagsSayWhoMadeThem) {
  const std::string message = repository_->GetCommit(first_).message;
  EXPECT_THAT(sql_->Rows("SELECT * FROM pvc_tags"),
              ElementsAre("'heavy'|" + Quoted(side_.Hex()) +
                              "|'2023-11-15T00:13:20+02:00'|'as delivered\n'|'Ann'|"
                              "'ann@example.org'",
                          "'light'|" + Quoted(first_.Hex()) + "|'2023-11-15T00:13:20+02:00'|" +
                              Quoted(message) + "|NULL|NULL"));
}

TEST_F(RepositoryFunctions, StatusIsEmptyWithoutChanges) {
  EXPECT_THAT(sql_->Rows("SELECT * FROM pvc_status"), IsEmpty());
}

TEST_F(RepositoryFunctions, StatusListsTablesObjectsAndProperties) {
  Run("INSERT INTO t VALUES(9, 'nine'); DELETE FROM t WHERE id = 3; UPDATE t SET v = 0 WHERE id = "
      "2;"
      "DROP TABLE u; CREATE TABLE \"it's\"(x); CREATE INDEX i ON t(v); DROP VIEW w;"
      "CREATE VIEW w AS SELECT 2; PRAGMA user_version = 8; PRAGMA journal_mode = WAL;"
      "ALTER TABLE t ADD COLUMN z; CREATE VIRTUAL TABLE f USING fts5(a, content='')");
  const auto rows = sql_->Rows("SELECT * FROM pvc_status WHERE name NOT LIKE 'f\\__%' ESCAPE '\\'");
  EXPECT_THAT(
      rows, ElementsAre("'table'|'f'|'added'|NULL|NULL|NULL", "'table'|'it''s'|'added'|0|0|0",
                        "'table'|'t'|'changed'|1|1|1", "'table'|'u'|'removed'|0|2|0",
                        "'index'|'i'|'added'|NULL|NULL|NULL", "'view'|'w'|'changed'|NULL|NULL|NULL",
                        "'property'|'user_version'|'changed'|NULL|NULL|NULL"));
}

TEST_F(RepositoryFunctions, StatusWithoutCommitHasEverythingAdded) {
  TempFolder other;
  Repository::Init(*fs_, other.path(), {}, SomeId("other"), SomeSignature());
  repository_ = Repository::Open(*fs_, other.path());
  const auto batch = repository_->store().BeginWrite({});
  StateChange change;
  change.working_path = path_;
  repository_->Publish(*batch, change, SomeSignature(), "test");
  QueryConnection sql(*repository_);
  EXPECT_THAT(sql.Rows("SELECT kind, name, status, rows_added FROM pvc_status"),
              ElementsAre("'table'|'t'|'added'|2", "'table'|'u'|'added'|2",
                          "'view'|'w'|'added'|NULL", "'property'|'user_version'|'changed'|NULL"));
  EXPECT_THAT(sql.Failure("SELECT * FROM pvc_log"), HasSubstr("no commit"));
}

TEST_F(RepositoryFunctions, DiffStatComparesWithTheFirstParentUnlessToldOtherwise) {
  const std::vector<std::string> main_since_first = {"'t'|0|1|1|3|2|0", "'u'|2|0|0|NULL|2|1"};
  EXPECT_EQ(sql_->Rows("SELECT * FROM pvc_diff_stat"), main_since_first);
  EXPECT_EQ(sql_->Rows("SELECT * FROM pvc_diff_stat(NULL, NULL)"), main_since_first);
  EXPECT_EQ(sql_->Rows("SELECT * FROM pvc_diff_stat('HEAD~1', 'HEAD')"), main_since_first);
  EXPECT_EQ(sql_->Rows("SELECT * FROM pvc_diff_stat('light')"), main_since_first);
  EXPECT_EQ(sql_->Rows("SELECT * FROM pvc_diff_stat('main', 'light')"),
            (std::vector<std::string>{"'t'|1|0|1|2|3|0", "'u'|0|2|0|2|NULL|1"}));
  EXPECT_EQ(sql_->Rows("SELECT * FROM pvc_diff_stat WHERE \"to\" = 'light'"),
            std::vector<std::string>{"'t'|3|0|0|NULL|3|1"});
  EXPECT_THAT(sql_->Rows("SELECT * FROM pvc_diff_stat('main', 'main')"), IsEmpty());
}

TEST_F(RepositoryFunctions, WorkingIsTheDatabaseAsItIsNow) {
  Run("INSERT INTO t VALUES(7, 'seven')");
  EXPECT_EQ(sql_->Row("SELECT * FROM pvc_diff_stat('HEAD', 'WORKING')"), "'t'|1|0|0|2|3|0");
  EXPECT_EQ(sql_->Row("SELECT * FROM pvc_diff_stat(NULL, 'WORKING')"), "'t'|1|0|0|2|3|0");
  EXPECT_EQ(sql_->Row("SELECT * FROM pvc_diff_stat('WORKING', 'HEAD')"), "'t'|0|1|0|3|2|0");
  EXPECT_EQ(sql_->Row("SELECT count(*) FROM pvc_diff_stat('WORKING', 'WORKING')"), "0");
  EXPECT_EQ(sql_->Row("SELECT row_count FROM pvc_hash('WORKING', 't')"), "3");
  WorkingSnapshot working = ReadWorkingSnapshot(*repository_, nullptr);
  EXPECT_EQ(sql_->Row("SELECT pvc_hash('WORKING')"), Quoted(working.id.Hex()));
  QueryConnection based(*repository_, "WORKING");
  EXPECT_EQ(based.Row("SELECT * FROM pvc_diff_stat"), "'t'|1|0|0|2|3|0");
  EXPECT_EQ(based.Row("SELECT count(*) FROM pvc_log"), "2");
}

TEST_F(RepositoryFunctions, SchemaDiffListsObjectsAndProperties) {
  EXPECT_THAT(sql_->Rows("SELECT * FROM pvc_schema_diff"),
              ElementsAre("'property'|'user_version'|NULL|'changed'|'0'|'7'",
                          "'table'|'u'|'u'|'added'|NULL|'CREATE TABLE u(a)'",
                          "'view'|'w'|'w'|'added'|NULL|'CREATE VIEW w AS SELECT 1'"));
  EXPECT_THAT(sql_->Rows("SELECT * FROM pvc_schema_diff('side', 'light')"),
              ElementsAre("'index'|'by_v'|'t'|'removed'|'CREATE INDEX by_v ON t(v)'|NULL"));
  Run("DROP VIEW w; CREATE VIEW w AS SELECT 2; PRAGMA journal_mode = WAL");
  EXPECT_THAT(sql_->Rows("SELECT * FROM pvc_schema_diff('HEAD', 'WORKING')"),
              ElementsAre("'view'|'w'|'w'|'changed'|'CREATE VIEW w AS SELECT 1'|"
                          "'CREATE VIEW w AS SELECT 2'"));
}

TEST_F(RepositoryFunctions, HashIsWhatTheHashCommandPrints) {
  const SnapshotId snapshot = repository_->GetCommit(main_).snapshot;
  const CatalogEntry t =
      RequireTable(repository_->nodes(), repository_->GetSnapshot(snapshot).catalog, "t");
  const std::string root = Quoted(t.table->rows.root.Hex());
  EXPECT_EQ(sql_->Row("SELECT pvc_hash('main')"), Quoted(snapshot.Hex()));
  EXPECT_EQ(sql_->Row("SELECT pvc_hash(NULL)"), Quoted(snapshot.Hex()));
  EXPECT_EQ(sql_->Row("SELECT pvc_hash('main', 'T')"), root);
  EXPECT_EQ(sql_->Row("SELECT * FROM pvc_hash('main', 't')"), "'t'|" + root + "|2");
  EXPECT_THAT(sql_->Rows("SELECT table_name, row_count FROM pvc_hash"),
              ElementsAre("'t'|2", "'u'|2"));
  EXPECT_THAT(sql_->Failure("SELECT pvc_hash('main', 'tt')"),
              testing::AllOf(HasSubstr("no table 'tt'"), HasSubstr("did you mean 't'?")));
  EXPECT_THAT(sql_->Failure("SELECT * FROM pvc_hash('light', 'u')"), HasSubstr("no table 'u'"));
}

TEST_F(RepositoryFunctions, FunctionsJoin) {
  EXPECT_THAT(
      sql_->Rows("SELECT l.message, h.row_count FROM pvc_hash(l.commit_id, 't') AS h, "
                 "pvc_log('side') AS l"),
      ElementsAre("'side\nwith a body'|4", Quoted(repository_->GetCommit(first_).message) + "|3"));
  EXPECT_THAT(sql_->Rows("SELECT b.name, s.table_name, s.rows_added FROM pvc_branches AS b, "
                         "pvc_diff_stat('light', b.commit_id) AS s"),
              ElementsAre("'main'|'t'|0", "'main'|'u'|2", "'side'|'t'|1"));
  EXPECT_THAT(sql_->Rows("SELECT t.name, pvc_hash(t.name) = pvc_hash(t.commit_id) FROM pvc_tags t"),
              UnorderedElementsAre("'heavy'|1", "'light'|1"));
}

TEST_F(RepositoryFunctions, AStatementStopsWhenItIsTold) {
  sql_->should_stop = true;
  EXPECT_EQ(sql_->Failure("SELECT * FROM pvc_log"), "interrupted");
  EXPECT_EQ(sql_->Failure("SELECT * FROM pvc_diff_stat"), "interrupted");
}

}  // namespace
}  // namespace pvc
