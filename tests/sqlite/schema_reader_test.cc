#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "base/error.h"
#include "sqlite/database.h"
#include "tests/support/raw_sqlite.h"
#include "tests/support/temp_folder.h"

namespace pvc {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class SchemaReaderTest : public ::testing::Test {
 protected:
  Schema Read(const std::string& sql) {
    RawDatabase(path_).Run(sql);
    Database db(path_, {});
    db.BeginRead();
    return ReadSchema(db);
  }

  std::string Refusal(const std::string& sql, ErrorKind kind) {
    try {
      Read(sql);
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), kind);
      return error.message();
    }
    return "accepted";
  }

  TempFolder folder_;
  std::string path_ = folder_ / "s.db";
};

TEST_F(SchemaReaderTest, OnlyIntegerPrimaryKeyIsTheRowid) {
  const Schema schema = Read(
      "CREATE TABLE a(x INTEGER PRIMARY KEY); CREATE TABLE b(x INT PRIMARY KEY);"
      "CREATE TABLE c(x INTEGER PRIMARY KEY DESC); CREATE TABLE d(x INTEGER, PRIMARY KEY(x DESC));"
      "CREATE TABLE e(x integer UNIQUE, y, PRIMARY KEY(x)); CREATE TABLE f(x);"
      "CREATE TABLE g(x INTEGER PRIMARY KEY) WITHOUT ROWID;"
      "CREATE TABLE h(x INT PRIMARY KEY UNIQUE); CREATE TABLE i(x INTEGER, y, PRIMARY KEY(x, y));");
  std::string identities;
  for (const TableInfo& table : schema.tables) {
    identities += table.name + std::to_string(static_cast<int>(table.identity));
    EXPECT_EQ(table.columns[0].is_rowid_alias, table.identity == RowIdentity::kRowid);
  }
  EXPECT_EQ(identities, "a1b2c2d1e1f3g2h2i2");
}

TEST_F(SchemaReaderTest, KeyOrderDirectionAndCollationComeFromTheKeysIndex) {
  const Schema schema = Read(
      "CREATE TABLE t(a COLLATE RTRIM, b, c COLLATE NOCASE,"
      " PRIMARY KEY(c, a COLLATE NOCASE, b DESC)) WITHOUT ROWID");
  const std::vector<Column>& columns = schema.tables[0].columns;
  EXPECT_EQ(columns[0].key_position, 2U);
  EXPECT_EQ(columns[1].key_position, 3U);
  EXPECT_EQ(columns[2].key_position, 1U);
  EXPECT_EQ(columns[0].collation, Collation::kNoCase);
  EXPECT_EQ(columns[1].collation, Collation::kBinary);
  EXPECT_EQ(columns[2].collation, Collation::kNoCase);
  EXPECT_TRUE(columns[1].key_descending);
  EXPECT_FALSE(columns[0].key_descending);
}

TEST_F(SchemaReaderTest, ColumnNamedTwiceInTheKeyCountsOnce) {
  const Schema schema = Read("CREATE TABLE t(a, b, PRIMARY KEY(a, a, b))");
  EXPECT_EQ(schema.tables[0].columns[0].key_position, 1U);
  EXPECT_EQ(schema.tables[0].columns[1].key_position, 2U);
}

/// What SQLite does with values in column v of table t tells its affinity.
std::string AffinityBySqlite(RawDatabase& db, const std::string& type) {
  db.Run("INSERT INTO t VALUES('1')");
  const std::string from_text = db.Text("SELECT typeof(v) FROM t");
  db.Run("DELETE FROM t; INSERT INTO t VALUES(1)");
  const std::string from_integer = db.Text("SELECT typeof(v) FROM t");
  if (from_text == "real") return "real";
  if (from_text == "text") return from_integer == "text" ? "text" : "blob";
  // INTEGER and NUMERIC differ in CAST alone.
  return db.Text("SELECT typeof(CAST('1.5' AS \"" + type + "\"))") == "integer" ? "integer"
                                                                                : "numeric";
}

TEST_F(SchemaReaderTest, AffinityIsSqlites) {
  const char* const kNames[] = {"blob", "text", "numeric", "integer", "real"};
  for (const char* type : {"INT", "CHARINT", "FLOATING POINT", "VARCHAR(10)", "CLOB", "BLOB",
                           "BLOBREAL", "REALBLOB", "DOUBLE", "DECIMAL(10,5)", "ANY", "TEXTBLOB",
                           "BLOBTEXT", "STRING", "po\xc4\xb0nt", "tinyint", "REAL TEXT", "DATE"}) {
    const TempFolder folder;
    RawDatabase raw(folder / "a.db");
    raw.Run("CREATE TABLE t(v \"" + std::string(type) + "\")");
    Database db(folder / "a.db", {});
    db.BeginRead();
    const Column column = ReadSchema(db).tables[0].columns[0];
    db.Rollback();
    EXPECT_EQ(kNames[static_cast<int>(column.affinity)], AffinityBySqlite(raw, type)) << type;
  }
}

TEST_F(SchemaReaderTest, ColumnWithoutTypeHasNoAffinity) {
  EXPECT_EQ(Read("CREATE TABLE t(v)").tables[0].columns[0].affinity, Affinity::kBlob);
}

TEST_F(SchemaReaderTest, AnyHasNoAffinityInStrictTablesOnly) {
  const Schema schema = Read("CREATE TABLE s(v ANY) STRICT; CREATE TABLE t(v ANY)");
  EXPECT_EQ(schema.tables[0].columns[0].affinity, Affinity::kBlob);
  EXPECT_EQ(schema.tables[1].columns[0].affinity, Affinity::kNumeric);
}

TEST_F(SchemaReaderTest, GeneratedColumnsAreMarked) {
  const Schema schema = Read("CREATE TABLE t(a, b AS (a), c AS (a) STORED)");
  const std::vector<Column>& columns = schema.tables[0].columns;
  EXPECT_FALSE(columns[0].is_generated);
  EXPECT_TRUE(columns[1].is_generated);
  EXPECT_TRUE(columns[2].is_generated);
}

TEST_F(SchemaReaderTest, PropertiesAreTheHeaders) {
  const Schema schema = Read(
      "PRAGMA encoding='UTF-16be'; PRAGMA page_size=1024; PRAGMA auto_vacuum=2;"
      "PRAGMA user_version=-5; PRAGMA application_id=-6; PRAGMA journal_mode=WAL; CREATE TABLE "
      "t(a)");
  EXPECT_EQ(schema.properties,
            (DatabaseProperties{TextEncoding::kUtf16be, 1024, 2, true, -5, -6, false}));
}

TEST_F(SchemaReaderTest, StatisticsAreLeftOutAndNoted) {
  const Schema schema =
      Read("CREATE TABLE t(a); CREATE INDEX i ON t(a); INSERT INTO t VALUES(1); ANALYZE");
  EXPECT_TRUE(schema.properties.has_statistics);
  EXPECT_EQ(schema.tables.size(), 1U);
  EXPECT_EQ(schema.objects.size(), 2U);
}

TEST_F(SchemaReaderTest, SequenceTableIsATableWithRows) {
  const Schema schema = Read("CREATE TABLE t(a INTEGER PRIMARY KEY AUTOINCREMENT)");
  ASSERT_EQ(schema.tables.size(), 2U);
  EXPECT_EQ(schema.tables[1].name, "sqlite_sequence");
  EXPECT_EQ(schema.tables[1].identity, RowIdentity::kNone);
}

TEST_F(SchemaReaderTest, ShadowTablesOfKnownModulesAreMarked) {
  const Schema schema = Read(
      "CREATE VIRTUAL TABLE f USING fts5(a); CREATE TABLE f_other(a); CREATE TABLE x_content(a)");
  std::vector<std::string> shadows;
  for (const TableInfo& table : schema.tables) {
    EXPECT_NE(table.name, "f");
    if (table.is_shadow) shadows.push_back(table.name);
  }
  EXPECT_THAT(shadows, ElementsAre("f_data", "f_idx", "f_content", "f_docsize", "f_config"));
  EXPECT_TRUE(schema.objects[0].is_virtual);
}

TEST_F(SchemaReaderTest, UnknownModuleDoesNotStopReading) {
  const Schema schema = Read(
      "CREATE TABLE v_data(a); PRAGMA writable_schema=ON;"
      "INSERT INTO sqlite_schema VALUES('table','v','v',0,'CREATE VIRTUAL TABLE v USING "
      "no_such(a)');"
      "INSERT INTO sqlite_schema VALUES('table','w','w',0,'CREATE VIRTUAL TABLE w USING "
      "no_such(a)');");
  ASSERT_EQ(schema.objects.size(), 3U);
  EXPECT_TRUE(schema.objects[1].is_virtual);
  EXPECT_TRUE(schema.objects[2].is_virtual);
  ASSERT_EQ(schema.tables.size(), 1U);
  EXPECT_FALSE(schema.tables[0].is_shadow);
}

TEST_F(SchemaReaderTest, NestedViewsAreNotExpanded) {
  std::string sql = "CREATE VIEW v0 AS SELECT 1 AS a;";
  for (int i = 1; i < 30; ++i) {
    const std::string below = "v" + std::to_string(i - 1);
    sql += "CREATE VIEW v" + std::to_string(i) + " AS SELECT x.a FROM " + below + " x JOIN " +
           below + " y;";
  }
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(Read(sql).objects.size(), 30U);
  // Expanding them takes SQLite seven seconds here, until a limit stops it.
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(3));
}

TEST_F(SchemaReaderTest, NulInSchemaTextIsRefusedByName) {
  const std::string refusal = Refusal(
      "CREATE TABLE t(a); PRAGMA writable_schema=ON;"
      "UPDATE sqlite_schema SET sql = 'CREATE TABLE t(a)' || char(0) || 'rest'",
      ErrorKind::kUnsupported);
  EXPECT_THAT(refusal, HasSubstr("'t'"));
  EXPECT_THAT(refusal, HasSubstr("NUL"));
}

TEST_F(SchemaReaderTest, LoneSurrogateInSchemaTextIsRefusedByName) {
  const std::string refusal = Refusal(
      "PRAGMA encoding='UTF-16le'; CREATE TABLE t(a); PRAGMA writable_schema=ON;"
      "UPDATE sqlite_schema SET sql = sql || ' --' || CAST(x'00d8' AS TEXT)",
      ErrorKind::kUnsupported);
  EXPECT_THAT(refusal, HasSubstr("'t'"));
}

TEST_F(SchemaReaderTest, NameThatDiffersFromItsTextIsCorrupt) {
  EXPECT_THAT(Refusal("CREATE TABLE t(a); PRAGMA writable_schema=ON;"
                      "UPDATE sqlite_schema SET name = 'u', tbl_name = 'u'",
                      ErrorKind::kCorrupt),
              HasSubstr("malformed database schema (u)"));
}

TEST_F(SchemaReaderTest, MalformedTextIsCorruptAndNamed) {
  EXPECT_THAT(Refusal("CREATE TABLE t(a); PRAGMA writable_schema=ON;"
                      "UPDATE sqlite_schema SET sql = 'CREATE TABLE t(a'",
                      ErrorKind::kCorrupt),
              HasSubstr("malformed database schema (t)"));
}

}  // namespace
}  // namespace pvc
