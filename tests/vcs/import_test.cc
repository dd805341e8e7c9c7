#include "vcs/import.h"

#include <cstdio>

#include "tests/vcs/import_fixture.h"
#include "vcs/catalog.h"

namespace pvc {
namespace {

// What `.sha3sum --schema` of the sqlite3 shell says about a database.
std::string ShellHash(const std::string& path) {
  const std::string command = "sqlite3 -readonly '" + path + "' '.sha3sum --schema' 2>&1";
  FILE* pipe = popen(command.c_str(), "r");
  std::string output;
  for (int c = 0; pipe != nullptr && (c = fgetc(pipe)) != EOF;)
    output.push_back(static_cast<char>(c));
  if (pipe != nullptr) {
    EXPECT_EQ(pclose(pipe), 0) << output;
  }
  EXPECT_FALSE(output.empty());
  return output;
}

class ImportTest : public ImportFixture {
 protected:
  RawDatabase& Create(const std::string& name, const std::string& sql) {
    databases_.push_back(std::make_unique<RawDatabase>(folder_ / name));
    databases_.back()->Run(sql);
    return *databases_.back();
  }
  std::string path(const std::string& name) const { return folder_ / name; }

  Error ImportFails(const std::string& name) {
    return ThrownError([&] { Import(path(name)); });
  }
  uint64_t packs() { return repository_->store().root().packs.size(); }

  std::vector<std::unique_ptr<RawDatabase>> databases_;
};

TEST_F(ImportTest, ProjDatabaseRoundTrips) {
  const std::string proj = "/usr/share/proj/proj.db";
  const Imported imported = Import(proj);
  ExpectExportEquals(imported.snapshot, proj);
}

// A second opinion on the comparer: the shell hashes every value and the schema.
TEST_F(ImportTest, ShellHashesTheExportOfProjAlike) {
  const std::string proj = "/usr/share/proj/proj.db";
  ExportSnapshot(*repository_, Import(proj).snapshot, path("copy.db"), {});
  EXPECT_EQ(ShellHash(path("copy.db")), ShellHash(proj));
  RawDatabase(path("copy.db")).Run("INSERT INTO metadata VALUES('edited', 'yes')");
  EXPECT_NE(ShellHash(path("copy.db")), ShellHash(proj));
}

TEST_F(ImportTest, TableOutOfKeyOrderIsSortedThroughRuns) {
  Create("a.db",
         "CREATE TABLE t(k TEXT PRIMARY KEY, v);"
         "WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i+1 FROM n WHERE i < 30000)"
         " INSERT INTO t SELECT hex(randomblob(12)), i FROM n");
  ImportOptions options;
  options.sort_bytes = 1 << 20;
  const Imported by_runs = Import(path("a.db"), options);
  EXPECT_TRUE(by_runs.result.tables.at(0).was_sorted);
  EXPECT_EQ(by_runs.id, Hash(path("a.db")));
  ExpectExportEquals(by_runs.snapshot, path("a.db"));
}

TEST_F(ImportTest, LongWithoutRowidKeysFallBackToTheSort) {
  Create("a.db",
         "CREATE TABLE t(k TEXT PRIMARY KEY, v) WITHOUT ROWID;"
         "WITH RECURSIVE n(i) AS (VALUES(100) UNION ALL SELECT i+1 FROM n WHERE i < 400)"
         " INSERT INTO t SELECT hex(zeroblob(700)) || i, i FROM n");
  const Imported imported = Import(path("a.db"));
  EXPECT_TRUE(imported.result.tables.at(0).was_sorted);
  ExpectExportEquals(imported.snapshot, path("a.db"));
}

TEST_F(ImportTest, SameRowsInAnyInsertionOrderGiveTheSameSnapshot) {
  const std::string schema =
      "CREATE TABLE a(id INTEGER PRIMARY KEY, v); CREATE TABLE b(x TEXT, y, PRIMARY KEY(y, x)) "
      "WITHOUT ROWID;";
  RawDatabase& forward = Create("f.db", schema);
  RawDatabase& backward = Create("b.db", schema);
  forward.Run("BEGIN");
  backward.Run("BEGIN");
  for (int i = 0; i < 3000; ++i) {
    const auto insert = [](RawDatabase& db, int n) {
      db.Run("INSERT INTO a VALUES(" + std::to_string(n) + ", hex(" + std::to_string(n) + "))");
      db.Run("INSERT INTO b VALUES('t" + std::to_string(n % 7) + "', " + std::to_string(n) + ")");
    };
    insert(forward, i);
    insert(backward, 2999 - i);
  }
  backward.Run("INSERT INTO a VALUES(10000, 1); DELETE FROM a WHERE id = 10000");
  forward.Run("COMMIT");
  backward.Run("COMMIT");
  EXPECT_EQ(Hash(path("f.db")), Hash(path("b.db")));
}

TEST_F(ImportTest, EditedCopyAddsOnlyWhatChanged) {
  RawDatabase& db =
      Create("a.db",
             "CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT);"
             "WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i+1 FROM n WHERE i < 100000)"
             " INSERT INTO t SELECT i, hex(randomblob(40)) FROM n");
  const Imported first = Import(path("a.db"));
  db.Run("UPDATE t SET v = 'edited' WHERE id = 50000");
  ImportOptions options;
  options.previous = first.snapshot;
  const Imported second = Import(path("a.db"), options);
  EXPECT_NE(second.id, first.id);
  EXPECT_LE(second.statistics.written_count, 12U);
  EXPECT_LE(second.statistics.stored_bytes, 6000U);
  ExpectExportEquals(second.snapshot, path("a.db"));
  ExpectExportEquals(first.snapshot, folder_ / "export.db");
}

TEST_F(ImportTest, ActiveWriterIsSeenAtOneMoment) {
  RawDatabase& db = Create("a.db",
                           "PRAGMA journal_mode=WAL; CREATE TABLE t(id INTEGER PRIMARY KEY, v);"
                           "INSERT INTO t VALUES(1, 'committed')");
  db.Run("BEGIN; INSERT INTO t VALUES(2, 'not yet')");
  const Imported imported = Import(path("a.db"));
  EXPECT_EQ(imported.result.row_count, 1U);
  db.Run("COMMIT");
  EXPECT_EQ(Import(path("a.db")).result.row_count, 2U);
}

TEST_F(ImportTest, UnusableFilesAreRefusedAndTheRepositoryStaysAsItWas) {
  const uint64_t before = packs();
  EXPECT_EQ(ImportFails("missing.db").kind(), ErrorKind::kNotFound);
  ReplaceFile(*fs_, path("garbage.db"), Bytes(8192, 'g'));
  EXPECT_EQ(ImportFails("garbage.db").kind(), ErrorKind::kNotADatabase);
  Create("locked.db", "CREATE TABLE t(a); BEGIN EXCLUSIVE");
  {
    const auto batch = repository_->store().BeginWrite({});
    EXPECT_EQ(ThrownKind([&] {
                Database::Options options;
                options.busy_timeout = std::chrono::milliseconds(20);
                Database db(path("locked.db"), options);
                ImportDatabase(db, *repository_, *batch, {});
              }),
              ErrorKind::kBusy);
  }
  repository_->Refresh();
  EXPECT_EQ(packs(), before);
  EXPECT_TRUE(fs_->ListDirectory(repository_->pvc_path() + "/incoming").empty());
}

TEST_F(ImportTest, CorruptPageIsNamedWithItsTable) {
  Create("a.db",
         "CREATE TABLE good(a); CREATE TABLE bad(id INTEGER PRIMARY KEY, v);"
         "WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i+1 FROM n WHERE i < 5000)"
         " INSERT INTO bad SELECT i, hex(randomblob(50)) FROM n");
  Bytes file = ReadWholeFile(*fs_, path("a.db"), 100 << 20);
  for (size_t i = 4096 * 40; i < 4096 * 41; ++i) file[i] = '\x5a';
  ReplaceFile(*fs_, path("a.db"), file);
  const Error error = ImportFails("a.db");
  EXPECT_EQ(error.kind(), ErrorKind::kCorrupt);
  EXPECT_NE(error.message().find("bad"), std::string::npos) << error.message();
  EXPECT_NE(error.message().find("41"), std::string::npos) << error.message();
}

TEST_F(ImportTest, TruncatedFileIsRefused) {
  Create("a.db",
         "CREATE TABLE t(id INTEGER PRIMARY KEY, v);"
         "WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i+1 FROM n WHERE i < 5000)"
         " INSERT INTO t SELECT i, hex(randomblob(50)) FROM n");
  const Bytes file = ReadWholeFile(*fs_, path("a.db"), 100 << 20);
  ReplaceFile(*fs_, path("a.db"), file.substr(0, file.size() / 2));
  EXPECT_EQ(ImportFails("a.db").kind(), ErrorKind::kCorrupt);
}

// Nothing may be computed from a blob while its bytes are still on their way.
TEST_F(ImportTest, LargeBlobsBelowIndexesAndGeneratedColumnsRoundTrip) {
  Create("a.db",
         "CREATE TABLE g(id INTEGER PRIMARY KEY, b BLOB, h AS (hex(substr(b, 1, 4))) STORED,"
         " v AS (substr(b, 1, 40)) UNIQUE ON CONFLICT REPLACE);"
         "CREATE TABLE u(id INTEGER PRIMARY KEY, b BLOB UNIQUE);"
         "CREATE TABLE s(id INTEGER PRIMARY KEY, b BLOB);"
         "INSERT INTO g(id, b) VALUES(1, randomblob(6000000)), (2, randomblob(6000000));"
         "INSERT INTO u SELECT id, b FROM g; INSERT INTO s SELECT id, b FROM g;"
         "CREATE INDEX later ON s(b)");
  ExpectExportEquals(Import(path("a.db")).snapshot, path("a.db"));
}

// Conflict clauses of the schema must not drop or replace rows that are there.
TEST_F(ImportTest, ConflictClausesDoNotTouchRowsOnExport) {
  RawDatabase& db = Create(
      "a.db",
      "CREATE TABLE t(a INTEGER PRIMARY KEY, b, c); INSERT INTO t VALUES(1, NULL, NULL), (2, 3, 3);"
      "PRAGMA writable_schema=ON; UPDATE sqlite_schema SET sql ="
      " 'CREATE TABLE t(a INTEGER PRIMARY KEY, b NOT NULL ON CONFLICT IGNORE, c)'");
  db.Run("PRAGMA writable_schema=RESET");
  const Snapshot snapshot = Import(path("a.db")).snapshot;
  EXPECT_NE(ThrownKind([&] { ExportSnapshot(*repository_, snapshot, path("out.db"), {}); }),
            std::nullopt);
}

TEST_F(ImportTest, EmptyPageInsideATableIsCorrupt) {
  Create("a.db",
         "CREATE TABLE t(id INTEGER PRIMARY KEY, v);"
         "WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i+1 FROM n WHERE i < 2000)"
         " INSERT INTO t SELECT i, hex(randomblob(50)) FROM n");
  Bytes file = ReadWholeFile(*fs_, path("a.db"), 100 << 20);
  const size_t leaf = 4096 * 9;
  ASSERT_EQ(file[leaf], '\x0d');
  file[leaf + 3] = file[leaf + 4] = '\0';
  ReplaceFile(*fs_, path("a.db"), file);
  EXPECT_EQ(ImportFails("a.db").kind(), ErrorKind::kCorrupt);
}

TEST_F(ImportTest, SchemaTextOverTheLimitIsRefusedByName) {
  Create("a.db",
         "CREATE TABLE t(a); PRAGMA writable_schema=ON; INSERT INTO sqlite_schema VALUES('view',"
         " 'v', 'v', 0, 'CREATE VIEW v AS SELECT ''' || printf('%.*c', 70000000, 'x') || '''')");
  const Error error = ImportFails("a.db");
  EXPECT_EQ(error.kind(), ErrorKind::kUnsupported);
  EXPECT_NE(error.message().find("'v'"), std::string::npos) << error.message();
}

TEST_F(ImportTest, SequenceTableOutlivesItsTableBesideAnyName) {
  Create("a.db",
         "CREATE TABLE pvc_sequence(a); CREATE TABLE q(a INTEGER PRIMARY KEY AUTOINCREMENT);"
         "INSERT INTO q VALUES(3); DROP TABLE q");
  ExpectExportEquals(Import(path("a.db")).snapshot, path("a.db"));
}

TEST_F(ImportTest, LongNumericTextInANumericColumnIsRefused) {
  RawDatabase& db =
      Create("a.db",
             "CREATE TABLE t(a INTEGER PRIMARY KEY, b); INSERT INTO t VALUES(1, printf('%03000d', 7));"
             "PRAGMA writable_schema=ON; UPDATE sqlite_schema SET sql ="
             " 'CREATE TABLE t(a INTEGER PRIMARY KEY, b INT)'");
  db.Run("PRAGMA writable_schema=RESET");
  const Error error = ImportFails("a.db");
  EXPECT_EQ(error.kind(), ErrorKind::kUnsupported) << error.message();
}

TEST_F(ImportTest, ProgressMayEndTheImport) {
  Create("a.db",
         "CREATE TABLE t(id INTEGER PRIMARY KEY, v);"
         "WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i+1 FROM n WHERE i < 20000)"
         " INSERT INTO t SELECT i, i FROM n");
  ImportOptions options;
  options.progress = [](const ImportProgress&) { throw Error(ErrorKind::kInterrupted, "stopped"); };
  EXPECT_EQ(ThrownKind([&] { Import(path("a.db"), options); }), ErrorKind::kInterrupted);
  EXPECT_TRUE(fs_->ListDirectory(repository_->pvc_path() + "/incoming").empty());
}

}  // namespace
}  // namespace pvc
