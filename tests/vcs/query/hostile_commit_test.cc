// Commits whose catalog or packs nobody made by committing: statements end with an error or the
// right answer.

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <fstream>

#include "engine/tree_writer.h"
#include "tests/vcs/query/query_fixture.h"
#include "vcs/catalog.h"

namespace pvc {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr const char* kTable =
    "CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT);"
    "INSERT INTO t VALUES(1, 'one'), (2, 'two')";

class HostileCommit : public QueryFixture {
 protected:
  HostileCommit() { CommitDatabase(kTable); }

  static CatalogEntry View(const std::string& name, const std::string& sql) {
    CatalogEntry entry;
    entry.object = {SchemaObjectKind::kView, name, name, sql, false};
    return entry;
  }

  /// Puts a commit on main that has these objects beside its table.
  void CommitWith(std::vector<CatalogEntry> entries) {
    Snapshot snapshot = repository_->GetSnapshot(repository_->GetCommit(Head()).snapshot);
    std::map<Bytes, CatalogEntry> all;
    for (CatalogEntry& entry : ReadCatalog(repository_->nodes(), snapshot.catalog)) {
      entries.push_back(std::move(entry));
    }
    for (CatalogEntry& entry : entries) {
      all.try_emplace(CatalogKey(entry.object.kind, entry.object.name), entry);
    }
    const auto batch = repository_->store().BeginWrite({});
    TreeWriter catalog(*batch);
    uint64_t rank = 0;
    for (auto& [key, entry] : all) {
      entry.rank = rank++;
      catalog.Add(key, EncodeCatalogEntry(entry));
    }
    snapshot.catalog = catalog.Finish();
    Commit commit;
    commit.snapshot = WriteSnapshot(*batch, snapshot);
    Publish(*batch, std::move(commit));
  }

  CommitId Head() { return CommitId{*repository_->FindRef("refs/heads/main")}; }

  CatalogEntry Table() {
    const Snapshot snapshot = repository_->GetSnapshot(repository_->GetCommit(Head()).snapshot);
    return RequireTable(repository_->nodes(), snapshot.catalog, "t");
  }
};

TEST_F(HostileCommit, ViewsThatAreNoneSayWhy) {
  const std::string file = folder_ / "made";
  const std::vector<std::string> texts = {
      "",
      "CREATE VIEW",
      "CREATE VIEW x",
      "SELECT 1",
      "DROP TABLE t",
      "CREATE TABLE x(v)",
      "CREATE VIEW x AS SELECT 1; DELETE FROM t",
      "CREATE VIEW x AS SELECT 1; ATTACH '" + file + "' AS f",
      "CREATE VIEW t.x AS SELECT 1",
      "CREATE VIEW IF NOT EXISTS x.y AS SELECT 1",
      "CREATE VIEW x AS SELECT * FROM x",
      "CREATE VIEW x AS SELECT * FROM absent",
      "CREATE VIEW x AS SELECT absent FROM t",
      "CREATE VIEW x AS SELECT absent(v) FROM t",
      "CREATE VIEW x AS SELECT load_extension('" + file + "')",
      "CREATE VIEW x AS SELECT writefile('" + file + "', v) FROM t",
      "CREATE VIEW x AS SELECT * FROM pvc_log",
      "CREATE VIEW x AS SELECT * FROM pvc_at_t('main')",
      "CREATE VIEW x AS SELECT * FROM \"main~1\".t",
      "CREATE VIEW x AS SELECT * FROM pvc_commit_table",
      "CREATE VIEW x AS SELECT ?1",
      "CREATE VIEW x AS SELECT",
      "CREATE VIEW x AS VALUES(1) /* never closed",
      std::string("CREATE VIEW x AS SELECT 1\0, 2", 29),
      "CREATE VIEW x AS SELECT * FROM t; --",
      "CREATE TRIGGER x AFTER INSERT ON t BEGIN DELETE FROM t; END",
  };
  for (const std::string& text : texts) {
    CommitWith({View("x", text)});
    const auto session = SessionAt("main");
    const Answer answer = AnswerOf(*session, "SELECT * FROM x");
    const bool is_harmless = text.ends_with("never closed") || text.ends_with("; --");
    EXPECT_EQ(answer.error.has_value(), !is_harmless) << text << "\n" << answer;
    EXPECT_FALSE(boost::filesystem::exists(file)) << text;
    // Again, and all else works.
    EXPECT_EQ(AnswerOf(*session, "SELECT * FROM x"), answer) << text;
    EXPECT_EQ(AnswerOf(*session, "SELECT * FROM t").Text(), "1|one;2|two") << text;
    const Answer other = Ask("main~1", "SELECT * FROM \"refs/heads/main\".x");
    EXPECT_EQ(other.error.has_value(), answer.error.has_value()) << text << other;
  }
}

TEST_F(HostileCommit, NamesOfSqlitesOwnAreRefusedOrRead) {
  CatalogEntry table = Table();
  for (const char* name : {"sqlite_schema", "sqlite_master", "sqlite_temp_master", "sqlite_stat1",
                           "sqlite_x", "main", "temp", "pragma_user_version", "pvc_log", "rowid",
                           "", "a\nb", "select", "\"", "sqlite_autoindex_t_1"}) {
    table.object.name = table.object.table_name = name;
    table.object.sql = "CREATE TABLE " + QuoteIdentifier(name) + "(id INTEGER PRIMARY KEY, v TEXT)";
    table.table->info.name = name;
    CommitWith({table});
    const auto session = SessionAt("main");
    const Answer answer = AnswerOf(*session, "SELECT count(*) FROM " + QuoteIdentifier(name));
    EXPECT_TRUE(answer.error || answer.rows.size() == 1) << name;
    EXPECT_EQ(AnswerOf(*session, "SELECT * FROM t").Text(), "1|one;2|two") << name;
    CommitWith({View(name, "CREATE VIEW " + QuoteIdentifier(name) + " AS SELECT 7")});
    const auto next = SessionAt("main");
    AnswerOf(*next, "SELECT count(*) FROM " + QuoteIdentifier(name));
    EXPECT_EQ(AnswerOf(*next, "SELECT * FROM t").Text(), "1|one;2|two") << name;
  }
}

TEST_F(HostileCommit, AViewThatDiffersFromATableInCaseDoesNotTakeItsPlace) {
  CommitWith({View("T", "CREATE VIEW T AS SELECT 7")});
  const auto session = SessionAt("main");
  const Answer answer = AnswerOf(*session, "SELECT count(*) FROM t");
  EXPECT_TRUE(answer.error || answer.rows.size() == 1U) << answer;
}

TEST_F(HostileCommit, ViewsThatNameEachOtherAreRefused) {
  CommitWith({View("a", "CREATE VIEW a AS SELECT * FROM b"),
              View("b", "CREATE VIEW b AS SELECT * FROM a")});
  EXPECT_THAT(Ask("main", "SELECT * FROM a").Text(), HasSubstr("circular"));
}

TEST_F(HostileCommit, ManyViewsOneInTheOtherEndInAnErrorOrAnAnswer) {
  for (const int depth : {50, 900, 20000}) {
    std::vector<CatalogEntry> views;
    for (int i = 0; i < depth; ++i) {
      const std::string inner = i + 1 < depth ? fmt::format("v{}", i + 1) : "t";
      views.push_back(View(fmt::format("v{}", i),
                           fmt::format("CREATE VIEW v{} AS SELECT * FROM {}", i, inner)));
    }
    CommitWith(std::move(views));
    const Answer answer = Ask("main", "SELECT count(*) FROM v0");
    EXPECT_TRUE(answer.error || answer.Text() == "2") << depth << answer;
    if (depth == 50) {
      EXPECT_EQ(answer.Text(), "2");
    }
  }
}

TEST_F(HostileCommit, ViewsThatDoubleEndInAnError) {
  std::vector<CatalogEntry> views = {View("v0", "CREATE VIEW v0 AS SELECT id FROM t")};
  for (int i = 1; i < 60; ++i) {
    views.push_back(View(
        fmt::format("v{}", i),
        fmt::format("CREATE VIEW v{} AS SELECT a.id FROM v{} AS a, v{} AS b", i, i - 1, i - 1)));
  }
  CommitWith(std::move(views));
  const auto session = SessionAt("main");
  EXPECT_THAT(AnswerOf(*session, "SELECT count(*) FROM v59").Text(), StartsWith("error"));
  EXPECT_EQ(AnswerOf(*session, "SELECT count(*) FROM v2").Text(), "16");
}

TEST_F(HostileCommit, ALayoutThatIsNotThatOfTheTextIsReadByTheLayout) {
  CatalogEntry table = Table();
  for (const char* sql :
       {"", "CREATE TABLE t(x)", "CREATE TABLE t(id, v, more)", "not SQL",
        "CREATE TABLE t(id INTEGER PRIMARY KEY, v COLLATE nobody)", "CREATE TABLE t AS SELECT 1",
        "CREATE VIEW t AS SELECT 1", "CREATE TABLE t(id, v); DROP TABLE t"}) {
    table.object.sql = sql;
    CommitWith({table});
    EXPECT_EQ(Ask("main", "SELECT id, v FROM t").Text(), "1|one;2|two") << sql;
  }
  table = Table();
  table.object.sql = "CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT)";
  for (const char* name : {"id", "", "a b", "\"", "select"}) {
    table.table->info.columns[1].name = name;
    CommitWith({table});
    const Answer answer = Ask("main", "SELECT * FROM t");
    EXPECT_TRUE(answer.error || answer.Text() == "1|one;2|two") << name << answer;
  }
}

TEST_F(HostileCommit, RowsThatDoNotFitTheLayoutAreCorrupt) {
  CatalogEntry table = Table();
  table.table->info.columns.pop_back();
  table.object.sql = "CREATE TABLE t(id INTEGER PRIMARY KEY)";
  CommitWith({table});
  const Answer answer = Ask("main", "SELECT id FROM t");
  ASSERT_TRUE(answer.error);
  EXPECT_EQ(answer.error->kind(), ErrorKind::kCorrupt);

  table = Table();
  table.table->info.identity = RowIdentity::kPrimaryKey;
  table.table->info.columns[0].is_rowid_alias = false;
  CommitWith({table});
  EXPECT_EQ(Ask("main", "SELECT * FROM t").error->kind(), ErrorKind::kCorrupt);
}

// A byte of a pack flipped, one after the other: all rows or an error.
TEST_F(HostileCommit, DamagedNodesNeverGivePartOfAnAnswer) {
  CommitDatabase(
      "CREATE TABLE big(id INTEGER PRIMARY KEY, v TEXT, n); CREATE INDEX i ON big(n);"
      "WITH s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s LIMIT 3000)"
      "INSERT INTO big SELECT i, hex(i * 7919 % 65537) || i, i % 50 FROM s");
  const std::vector<std::string> queries = {
      "SELECT id, v FROM big", "SELECT count(*), max(v) FROM big",
      "SELECT v FROM big ORDER BY id DESC", "SELECT count(*) FROM big WHERE id > 700",
      "SELECT v FROM big WHERE n = 7 ORDER BY id"};
  std::vector<Answer> right;
  for (const std::string& query : queries) right.push_back(Ask("main", query));
  repository_.reset();

  std::string pack;
  uintmax_t largest = 0;
  for (const auto& entry : boost::filesystem::recursive_directory_iterator(folder_ / ".pvc")) {
    if (!boost::filesystem::is_regular_file(entry.path())) continue;
    const bool is_pack = entry.path().string().find("pack") != std::string::npos &&
                         entry.path().string().find("cache") == std::string::npos;
    const uintmax_t size = boost::filesystem::file_size(entry.path());
    if (is_pack && size > largest) {
      largest = size;
      pack = entry.path().string();
    }
  }
  ASSERT_GT(largest, 20000U);
  boost::filesystem::permissions(pack,
                                 boost::filesystem::add_perms | boost::filesystem::owner_write);
  int failed_count = 0;
  constexpr uintmax_t kDamageCount = 40;
  for (uintmax_t damage = 0; damage < kDamageCount; ++damage) {
    std::fstream file(pack, std::ios::in | std::ios::out | std::ios::binary);
    const auto at = static_cast<std::streamoff>(largest * damage / kDamageCount + 17);
    file.seekg(at);
    const char before = static_cast<char>(file.get());
    const auto put = [&](char c) {
      file.seekp(at);
      file.put(c);
      file.flush();
    };
    put(static_cast<char>(before ^ 0x10));
    boost::filesystem::remove_all(folder_ / ".pvc/cache");
    for (size_t i = 0; i < queries.size(); ++i) {
      try {
        repository_ = Repository::Open(*fs_, folder_.path());
        const Answer answer = Ask("main", queries[i]);
        if (answer.error) {
          ++failed_count;
          EXPECT_EQ(answer.error->kind(), ErrorKind::kCorrupt) << answer.error->message();
        } else {
          EXPECT_TRUE(answer == right[i]) << "byte " << at << ": " << queries[i];
        }
      } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::kCorrupt) << error.message();
      }
    }
    put(before);
  }
  EXPECT_GT(failed_count, 20);
}

}  // namespace
}  // namespace pvc
