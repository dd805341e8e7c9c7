// Connections of programs that are not pvc, through SQLite's own interface.

#include "vcs/query/host_session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/raw_sqlite.h"
#include "tests/support/temp_folder.h"
#include "tests/vcs/vcs_fixture.h"
#include "vcs/import.h"
#include "vcs/record_import.h"

namespace pvc {
namespace {

using testing::HasSubstr;

/// A repository on the real disk that gets commits of whatever SQL makes.
class Shop {
 public:
  explicit Shop(const std::string& name) : folder_(root_ / name) {
    fs_ = MakePosixFileSystem();
    fs_->MakeDirectory(folder_);
    Repository::Init(*fs_, folder_, {}, SomeId(name), SomeSignature());
    repository_ = Repository::Open(*fs_, folder_);
  }

  const std::string& folder() const { return folder_; }
  std::string database() const { return folder_ + "/app.db"; }
  Repository& repository() { return *repository_; }

  /// Changes the database, and commits it on the current branch.
  CommitId Commit(const std::string& sql, const std::string& message) {
    RawDatabase(database()).Run(sql);
    RecordImportRequest request;
    request.path = request.real_path = database();
    request.who = SomeSignature();
    request.message = message;
    request.command = "import app.db";
    return RecordImport(*repository_, request).commit;
  }

  void SetRef(const std::string& name, const ObjectId& target) {
    const auto batch = repository_->store().BeginWrite({});
    StateChange change;
    change.refs.push_back({name, repository_->FindRef(name).value_or(ObjectId{}), target});
    repository_->Publish(*batch, change, SomeSignature(), "test");
  }

 private:
  TempFolder root_;
  std::string folder_;
  std::unique_ptr<FileSystem> fs_;
  std::unique_ptr<Repository> repository_;
};

/// A connection that has the extension.
class Program {
 public:
  Program() : db_(std::make_unique<RawDatabase>(":memory:")) { Load(); }

  void Load() {
    HostServices services;
    services.fs = MakePosixFileSystem();
    services.now = [] { return SomeSignature().when; };
    services.real_path = [](const std::string& path) { return path; };
    HostConnection host;
    host.handle = db_->handle();
    host.api = &LinkedSqlite();
    RegisterExtension(host, std::move(services));
  }

  RawDatabase& db() { return *db_; }
  std::string Open(const std::string& path) {
    return Text("SELECT pvc_open(" + Quoted(path) + ")");
  }
  std::string Open(const std::string& path, const std::string& revision) {
    return Text("SELECT pvc_open(" + Quoted(path) + ", " + Quoted(revision) + ")");
  }
  void Run(const std::string& sql) { db_->Run(sql); }
  std::string Text(const std::string& sql) { return db_->Text(sql); }
  /// SQLite's message; "" when there is no error.
  std::string Problem(const std::string& sql) {
    try {
      db_->Text(sql);
      return "";
    } catch (const std::runtime_error&) {
      return sqlite3_errmsg(db_->handle());
    }
  }

  static std::string Quoted(const std::string& text) { return "'" + text + "'"; }

 private:
  std::unique_ptr<RawDatabase> db_;
};

constexpr const char* kTable =
    "CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT); INSERT INTO t VALUES(1, 'one'), (2, 'two')";

TEST(HostSession, TheRepositoryIsFoundFromWithin) {
  Shop shop("shop");
  shop.Commit(kTable, "first");
  Program program;
  EXPECT_EQ(program.Open(shop.folder()), shop.folder());
  EXPECT_EQ(program.Open(shop.folder() + "/.pvc/packs"), shop.folder());
  EXPECT_EQ(program.Open(shop.database()), shop.folder());
  EXPECT_EQ(program.Text("SELECT message FROM pvc_log"), "first");
}

TEST(HostSession, NothingIsThereBeforeARepositoryIsOpen) {
  Program program;
  EXPECT_EQ(program.Problem("SELECT * FROM pvc_log"), "no such table: pvc_log");
  EXPECT_EQ(program.Problem("SELECT pvc_hash('HEAD')"),
            "no repository is open (hint: open one:  SELECT pvc_open(PATH))");
}

TEST(HostSession, WhatCannotBeOpenedIsAnErrorAndLeavesTheOpenOneOpen) {
  Shop shop("shop");
  shop.Commit(kTable, "first");
  Program program;
  program.Open(shop.folder());
  EXPECT_EQ(program.Problem("SELECT pvc_open('/nonexistent')"),
            "no repository in '/nonexistent' or a folder above it (hint: make one:  pvc init)");
  EXPECT_EQ(program.Problem("SELECT pvc_open(NULL)"), "no path was given");
  EXPECT_EQ(program.Problem("SELECT pvc_open('')"),
            "no repository in '' or a folder above it (hint: make one:  pvc init)");
  EXPECT_EQ(program.Problem("SELECT pvc_open('/tmp' || char(0) || 'x')"),
            "a path holds a NUL character");
  EXPECT_THAT(program.Problem("SELECT pvc_open('" + shop.folder() + "', 'nope')"),
              HasSubstr("no branch, tag or commit 'nope'"));
  EXPECT_EQ(program.Text("SELECT message FROM pvc_log"), "first");
}

TEST(HostSession, OnlyAStatementMayOpenNoViewOrTrigger) {
  Shop shop("shop");
  shop.Commit(kTable, "first");
  Program program;
  program.Run("CREATE VIEW v AS SELECT pvc_open('" + shop.folder() + "') AS folder");
  EXPECT_EQ(program.Problem("SELECT * FROM v"), "unsafe use of pvc_open()");
}

TEST(HostSession, TheRepositoryOpenedLastAnswers) {
  Shop a("a");
  a.Commit(std::string(kTable) + "; CREATE TABLE only_a(x)", "in a");
  Shop b("b");
  b.Commit("CREATE TABLE T(id INTEGER PRIMARY KEY, w); CREATE TABLE only_b(x)", "in b");
  Program program;
  program.Open(a.folder());
  RawStatement log(program.db(), "SELECT message FROM pvc_log");
  RawStatement rows(program.db(), "SELECT count(*) FROM pvc_at_t");
  RawStatement gone(program.db(), "SELECT count(*) FROM pvc_at_only_a");
  ASSERT_TRUE(log.Step());
  EXPECT_EQ(log.Text(0), "in a");
  sqlite3_reset(log.handle());

  program.Open(b.folder());
  // Statements prepared before, which programs keep, are not of the other repository.
  ASSERT_TRUE(log.Step());
  EXPECT_EQ(log.Text(0), "in b");
  ASSERT_TRUE(rows.Step());
  EXPECT_EQ(rows.Text(0), "0");
  EXPECT_THROW(gone.Step(), std::runtime_error);
  EXPECT_EQ(program.Text("SELECT count(*) FROM pvc_at_only_b"), "0");
  EXPECT_EQ(program.Text("SELECT count(w) FROM pvc_at_t"), "0");
  EXPECT_EQ(program.Problem("SELECT * FROM pvc_at_only_a"), "no such table: pvc_at_only_a");
}

TEST(HostSession, AStatementGoesOnWithTheRepositoryThatItBeganWith) {
  Shop a("a");
  a.Commit(kTable, "a");
  Shop b("b");
  b.Commit("CREATE TABLE u(x)", "b");
  Program program;
  program.Open(a.folder());
  RawStatement rows(program.db(), "SELECT v FROM pvc_at_t ORDER BY id");
  ASSERT_TRUE(rows.Step());
  program.Open(b.folder());
  ASSERT_TRUE(rows.Step());
  EXPECT_EQ(rows.Text(0), "two");
  EXPECT_FALSE(rows.Step());
  EXPECT_EQ(program.Text("SELECT message FROM pvc_log"), "b");
  EXPECT_EQ(program.Problem("SELECT * FROM pvc_at_t"), "no such table: pvc_at_t");
}

TEST(HostSession, AStatementThatMeetsAnotherRepositoryHalfWayEndsWithAnError) {
  Shop a("a");
  a.Commit(kTable, "a");
  Shop b("b");
  b.Commit(kTable, "b");
  Program program;
  program.Open(a.folder());
  EXPECT_EQ(program.Problem("SELECT group_concat(x) FROM (SELECT pvc_open('" + b.folder() +
                            "') AS x UNION ALL SELECT message FROM pvc_log)"),
            "pvc_open opened a repository meanwhile (hint: run the statement again)");
  EXPECT_EQ(program.Text("SELECT message FROM pvc_log"), "b");
}

TEST(HostSession, NewCommitsAreSeenByTheNextStatement) {
  Shop shop("shop");
  shop.Commit(kTable, "first");
  Program program;
  program.Open(shop.folder());
  program.Run("CREATE VIRTUAL TABLE linked USING pvc(" + Program::Quoted(shop.folder()) +
              ", HEAD, t)");
  EXPECT_EQ(program.Text("SELECT count(*) FROM linked"), "2");
  const std::string hash = program.Text("SELECT pvc_hash('HEAD', 't')");
  shop.Commit("INSERT INTO t VALUES(3, 'three')", "second");
  EXPECT_NE(program.Text("SELECT pvc_hash('HEAD', 't')"), hash);
  EXPECT_EQ(program.Text("SELECT message FROM pvc_log"), "second");
  EXPECT_EQ(program.Text("SELECT count(*) FROM pvc_at_t"), "3");
  EXPECT_EQ(program.Text("SELECT count(*) FROM linked"), "3");
}

TEST(HostSession, AStatementSeesOneState) {
  Shop shop("shop");
  shop.Commit(kTable, "first");
  Program program;
  program.Open(shop.folder());
  program.Run("CREATE VIRTUAL TABLE linked USING pvc(" + Program::Quoted(shop.folder()) +
              ", HEAD, t)");
  RawStatement all(program.db(),
                   "SELECT v FROM pvc_at_t UNION ALL SELECT v FROM linked UNION ALL "
                   "SELECT message FROM pvc_log UNION ALL SELECT (SELECT count(*) FROM pvc_at_t) "
                   "FROM pvc_log UNION ALL SELECT pvc_hash('HEAD', 't')");
  const std::string hash = program.Text("SELECT pvc_hash('HEAD', 't')");
  std::string seen;
  for (int i = 0; all.Step(); ++i) {
    seen += all.Text(0) + " ";
    shop.Commit("INSERT INTO t(v) VALUES('later')", "later");
  }
  EXPECT_EQ(seen, "one two one two first 2 " + hash + " ");
  EXPECT_EQ(program.Text("SELECT message FROM pvc_log"), "later");
}

TEST(HostSession, TablesOfEveryBranchAndTagHaveFunctions) {
  Shop shop("shop");
  const CommitId first = shop.Commit("CREATE TABLE old(x); CREATE TABLE tagged(x)", "first");
  shop.SetRef("refs/tags/v1", first.id);
  const CommitId second = shop.Commit("DROP TABLE tagged; CREATE TABLE branched(x)", "second");
  shop.SetRef("refs/heads/side", second.id);
  const CommitId third = shop.Commit("DROP TABLE branched; CREATE TABLE forgotten(x)", "third");
  shop.Commit("DROP TABLE forgotten", "fourth");
  Program program;
  program.Open(shop.folder());
  EXPECT_EQ(program.Text("SELECT count(*) FROM pvc_at_old"), "0");
  EXPECT_EQ(program.Text("SELECT count(*) FROM pvc_at_tagged('v1')"), "0");
  EXPECT_EQ(program.Text("SELECT count(*) FROM pvc_at_branched('side')"), "0");
  EXPECT_EQ(program.Problem("SELECT count(*) FROM pvc_at_forgotten"),
            "no such table: pvc_at_forgotten");
  program.Open(shop.folder(), third.Hex());
  EXPECT_EQ(program.Text("SELECT count(*) FROM pvc_at_forgotten"), "0");
}

TEST(HostSession, ARepositoryWithoutCommitsIsOpened) {
  Shop shop("shop");
  Program program;
  EXPECT_EQ(program.Open(shop.folder()), shop.folder());
  EXPECT_THAT(program.Problem("SELECT * FROM pvc_log"), HasSubstr("no commits yet"));
  shop.Commit(kTable, "first");
  EXPECT_EQ(program.Text("SELECT message FROM pvc_log"), "first");
}

TEST(HostSession, ARepositoryThatTookThePlaceOfAnotherIsOpened) {
  Shop shop("shop");
  shop.Commit(kTable, "first");
  Program program;
  program.Open(shop.folder());
  program.Run("CREATE VIRTUAL TABLE linked USING pvc('" + shop.folder() + "', HEAD, t)");
  std::filesystem::remove_all(shop.folder() + "/.pvc");
  const auto fs = MakePosixFileSystem();
  InitOptions options;
  options.hash_kind = HashKind::kSha256;
  Repository::Init(*fs, shop.folder(), options, SomeId("other"), SomeSignature());
  EXPECT_NE(program.Problem("SELECT * FROM pvc_branches"), "");
  program.Open(shop.folder());
  EXPECT_EQ(program.Text("SELECT count(*) FROM pvc_branches"), "0");
}

TEST(HostSession, LoadingAgainChangesNothing) {
  Shop shop("shop");
  shop.Commit(kTable, "first");
  Program program;
  program.Open(shop.folder());
  RawStatement running(program.db(), "SELECT v FROM pvc_at_t");
  ASSERT_TRUE(running.Step());
  program.Load();
  EXPECT_EQ(program.Text("SELECT message FROM pvc_log"), "first");
  EXPECT_TRUE(running.Step());
}

TEST(HostSession, AConnectionMayCloseBeforeItsStatements) {
  Shop shop("shop");
  shop.Commit(kTable, "first");
  sqlite3* handle = nullptr;
  ASSERT_EQ(sqlite3_open(":memory:", &handle), SQLITE_OK);
  HostServices services{MakePosixFileSystem(), [] { return SomeSignature().when; },
                        [](const std::string& path) { return path; }};
  RegisterExtension({handle, &LinkedSqlite()}, services);
  const std::string open = "SELECT pvc_open('" + shop.folder() + "')";
  ASSERT_EQ(sqlite3_exec(handle, open.c_str(), nullptr, nullptr, nullptr), SQLITE_OK);
  sqlite3_stmt* statement = nullptr;
  ASSERT_EQ(sqlite3_prepare_v2(handle, "SELECT v FROM pvc_at_t", -1, &statement, nullptr),
            SQLITE_OK);
  ASSERT_EQ(sqlite3_step(statement), SQLITE_ROW);
  ASSERT_EQ(sqlite3_exec(handle, open.c_str(), nullptr, nullptr, nullptr), SQLITE_OK);
  ASSERT_EQ(sqlite3_close_v2(handle), SQLITE_OK);
  EXPECT_EQ(sqlite3_step(statement), SQLITE_ROW);
  EXPECT_EQ(sqlite3_finalize(statement), SQLITE_OK);
}

TEST(HostSession, OpeningManyTimesKeepsNothingOfTheOnesBefore) {
  Shop shop("shop");
  shop.Commit(kTable, "first");
  Program program;
  const auto descriptors = [] {
    return std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {});
  };
  program.Open(shop.folder());
  const auto before = descriptors();
  for (int i = 0; i < 50; ++i) {
    program.Open(shop.folder());
    program.Text("SELECT message FROM pvc_log");
  }
  EXPECT_EQ(descriptors(), before);
}

TEST(HostSession, TwoThreadsWithAConnectionEach) {
  Shop shop("shop");
  shop.Commit(kTable, "first");
  const auto query = [&shop] {
    for (int i = 0; i < 20; ++i) {
      Program program;
      program.Open(shop.folder());
      EXPECT_EQ(program.Text("SELECT group_concat(v, ' ') FROM pvc_at_t"), "one two");
    }
  };
  std::thread other(query);
  query();
  other.join();
}

TEST(HostSession, ConnectionsMayReadDifferentRepositories) {
  Shop a("a");
  a.Commit(kTable, "in a");
  Shop b("b");
  b.Commit(kTable, "in b");
  auto first = std::make_unique<Program>();
  Program second;
  first->Open(a.folder());
  second.Open(b.folder());
  EXPECT_EQ(first->Text("SELECT message FROM pvc_log"), "in a");
  first.reset();
  EXPECT_EQ(second.Text("SELECT message FROM pvc_log"), "in b");
}

// ---------------------------------------------------------------- CREATE VIRTUAL TABLE

class LinkedTables : public testing::Test {
 protected:
  LinkedTables() {
    first_ = shop_.Commit(kTable, "first");
    shop_.Commit("DELETE FROM t WHERE id = 1", "second");
  }

  std::string Link(const std::string& arguments) {
    return program_.Problem("CREATE VIRTUAL TABLE linked USING pvc" + arguments);
  }

  Shop shop_{"my shop"};
  CommitId first_;
  Program program_;
};

TEST_F(LinkedTables, ArgumentsAreStringsNamesOrWords) {
  const std::string folder = "'" + shop_.folder() + "'";
  for (const std::string& arguments :
       {"(" + folder + ", 'HEAD~1', 't')", "(\"" + shop_.folder() + "\", HEAD~1, t)",
        "( [" + shop_.folder() + "] , \"HEAD~1\",\n`T` )"}) {
    SCOPED_TRACE(arguments);
    EXPECT_EQ(Link(arguments), "");
    EXPECT_EQ(program_.Text("SELECT group_concat(v, ' ') FROM linked"), "one two");
    program_.Run("DROP TABLE linked");
  }
}

TEST_F(LinkedTables, WhatIsNotThereIsNamed) {
  const std::string folder = "'" + shop_.folder() + "'";
  EXPECT_EQ(Link(""), "pvc takes 3 arguments, not 0: pvc(REPOSITORY, REVISION, TABLE)");
  EXPECT_EQ(Link("()"), "pvc takes 3 arguments, not 0: pvc(REPOSITORY, REVISION, TABLE)");
  EXPECT_EQ(Link("(" + folder + ", HEAD)"),
            "pvc takes 3 arguments, not 2: pvc(REPOSITORY, REVISION, TABLE)");
  EXPECT_EQ(Link("(" + folder + ", HEAD, t, t)"),
            "pvc takes 3 arguments, not 4: pvc(REPOSITORY, REVISION, TABLE)");
  EXPECT_THAT(Link("('/nonexistent', HEAD, t)"), HasSubstr("no repository in '/nonexistent'"));
  EXPECT_THAT(Link("(" + folder + ", nope, t)"), HasSubstr("no branch, tag or commit 'nope'"));
  EXPECT_THAT(Link("(" + folder + ", HEAD, nope)"), HasSubstr("'nope'"));
  EXPECT_THAT(program_.Problem("SELECT * FROM linked"), HasSubstr("no such table"));
}

TEST_F(LinkedTables, AreOnlyRead) {
  ASSERT_EQ(Link("('" + shop_.folder() + "', HEAD, t)"), "");
  EXPECT_EQ(program_.Problem("INSERT INTO linked VALUES(9, 'nine')"),
            "table linked may not be modified");
  EXPECT_EQ(program_.Problem("DELETE FROM linked"), "table linked may not be modified");
}

TEST_F(LinkedTables, ARevisionThatIsGoneEndsTheStatement) {
  shop_.SetRef("refs/heads/side", first_.id);
  ASSERT_EQ(Link("('" + shop_.folder() + "', side, t)"), "");
  EXPECT_EQ(program_.Text("SELECT count(*) FROM linked"), "2");
  shop_.SetRef("refs/heads/side", ObjectId{});
  EXPECT_THAT(program_.Problem("SELECT count(*) FROM linked"),
              HasSubstr("no branch, tag or commit 'side'"));
}

TEST_F(LinkedTables, ARepositoryThatIsGoneEndsTheStatement) {
  ASSERT_EQ(Link("('" + shop_.folder() + "', HEAD, t)"), "");
  program_.Open(shop_.folder());
  std::filesystem::remove_all(shop_.folder());
  EXPECT_THAT(program_.Problem("SELECT count(*) FROM linked"), HasSubstr("ROOT"));
  EXPECT_THAT(program_.Problem("SELECT * FROM pvc_log"), HasSubstr("ROOT"));
  EXPECT_THAT(program_.Problem("SELECT pvc_hash('HEAD')"), HasSubstr("ROOT"));
}

// ---------------------------------------------------------------- damage

TEST(HostSession, EveryFlippedByteOfARepositoryIsAnErrorOrChangesNothing) {
  Shop shop("shop");
  shop.Commit(kTable, "first");
  shop.Commit("UPDATE t SET v = 'uno' WHERE id = 1", "second");
  const auto answer = [&shop]() -> std::string {
    Program program;
    try {
      program.Open(shop.folder());
      return program.Text("SELECT group_concat(message, ' ') FROM pvc_log") + " " +
             program.Text("SELECT group_concat(v, ' ') FROM pvc_at_t('HEAD~1')") + " " +
             program.Text("SELECT group_concat(v, ' ') FROM pvc_at_t('HEAD')");
    } catch (const std::runtime_error&) {
      return "error";
    }
  };
  const std::string expected = answer();
  EXPECT_EQ(expected, "second first one two uno two");
  int errors = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(shop.folder() + "/.pvc")) {
    if (!entry.is_regular_file() || entry.file_size() == 0) continue;
    const std::string path = entry.path().string();
    std::ifstream in(path, std::ios::binary);
    const std::string content{std::istreambuf_iterator<char>(in), {}};
    const size_t step = std::max<size_t>(1, content.size() / 97);
    for (size_t at = 0; at < content.size(); at += step) {
      std::string damaged = content;
      damaged[at] = static_cast<char>(damaged[at] ^ 0x40);
      std::ofstream(path, std::ios::binary | std::ios::trunc) << damaged;
      const std::string found = answer();
      if (found == "error") {
        ++errors;
      } else {
        EXPECT_EQ(found, expected) << path << " at " << at;
      }
    }
    std::ofstream(path, std::ios::binary | std::ios::trunc) << content;
  }
  EXPECT_GT(errors, 50);
  EXPECT_EQ(answer(), expected);
}

}  // namespace
}  // namespace pvc
