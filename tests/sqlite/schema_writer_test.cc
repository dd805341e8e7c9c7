#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "sqlite/database.h"
#include "tests/support/raw_sqlite.h"
#include "tests/support/temp_folder.h"

namespace pvc {
namespace {

using ::testing::HasSubstr;

SchemaObject Object(SchemaObjectKind kind, const std::string& name, const std::string& table,
                    const std::string& sql, bool is_virtual = false) {
  return {kind, name, table, sql, is_virtual};
}

SchemaObject Table(const std::string& name, const std::string& sql) {
  return Object(SchemaObjectKind::kTable, name, name, sql);
}

class SchemaWriterTest : public ::testing::Test {
 protected:
  SchemaWriterTest() : db_(path_, {Database::Mode::kCreate}) {
    db_.Execute("CREATE TABLE existing(a, b); INSERT INTO existing VALUES(1, 2)");
  }

  std::string Refusal(const SchemaObject& object) {
    const std::string before = SchemaDump();
    try {
      db_.CreateSchemaObject(object);
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kInvalid) << error.message();
      EXPECT_THAT(error.message(), HasSubstr("'" + object.name + "'"));
      EXPECT_EQ(SchemaDump(), before);
      EXPECT_EQ(db_.QueryInteger("SELECT count(*) FROM existing"), 1);
      return error.message();
    }
    return "accepted";
  }

  std::string SchemaDump() {
    return db_.QueryText("SELECT group_concat(type || name || tbl_name || sql) FROM sqlite_schema");
  }

  std::string SqlOf(const std::string& name) {
    Statement statement(db_, "SELECT sql FROM sqlite_schema WHERE name = ?");
    statement.BindText(1, name);
    return statement.Step() ? statement.ColumnText(0) : "";
  }

  TempFolder folder_;
  std::string path_ = folder_ / "w.db";
  Database db_;
};

TEST_F(SchemaWriterTest, TextIsKeptVerbatim) {
  const std::string sql = "CREATE TABLE t -- why\n(a  /* x */ INT,\tb)";
  db_.CreateSchemaObject(Table("t", sql));
  EXPECT_EQ(SqlOf("t"), sql);
}

TEST_F(SchemaWriterTest, TextThatSqliteWouldRewriteIsKeptVerbatim) {
  const std::string sql = "create  table t(a) /* made by hand */";
  db_.CreateSchemaObject(Table("t", sql));
  EXPECT_EQ(SqlOf("t"), sql);
  db_.Execute("INSERT INTO t VALUES(1)");
  EXPECT_EQ(RawDatabase(path_).Text("PRAGMA integrity_check"), "ok");
}

TEST_F(SchemaWriterTest, MoreThanOneStatementIsRefused) {
  EXPECT_THAT(Refusal(Table("t", "CREATE TABLE t(a); CREATE TABLE u(a)")),
              HasSubstr("more than one statement"));
  EXPECT_THAT(Refusal(Table("t", "CREATE TABLE t(a); DELETE FROM existing")),
              HasSubstr("more than one statement"));
  EXPECT_THAT(Refusal(Table("t", "CREATE TABLE t(a); nonsense")),
              HasSubstr("more than one statement"));
}

TEST_F(SchemaWriterTest, OtherStatementsAreRefused) {
  for (const char* sql : {"",
                          "  -- nothing",
                          "ATTACH 'x.db' AS x",
                          "DETACH main",
                          "PRAGMA writable_schema=ON",
                          "DROP TABLE existing",
                          "DELETE FROM existing",
                          "INSERT INTO existing VALUES(1, 1)",
                          "UPDATE existing SET a = 9",
                          "SELECT load_extension('x')",
                          "BEGIN",
                          "COMMIT",
                          "VACUUM",
                          "CREATE TEMP TABLE t(a)",
                          "CREATE TABLE temp.t(a)",
                          "CREATE TABLE t AS SELECT * FROM existing",
                          "CREATE VIRTUAL TABLE t USING fts5(a)",
                          "CREATE TABLE u(a)",
                          "CREATE VIEW t AS SELECT 1",
                          "ALTER TABLE existing RENAME TO t",
                          "CREATE TABLE IF NOT EXISTS existing(a)",
                          "ANALYZE",
                          "REINDEX",
                          "CREATE INDEX t ON existing(a)",
                          "EXPLAIN CREATE TABLE t(a)"}) {
    EXPECT_THAT(Refusal(Table("t", sql)), HasSubstr("cannot create table 't'")) << sql;
  }
  EXPECT_TRUE(RawDatabase(path_).Text("SELECT 1 FROM sqlite_schema WHERE name = 't'").empty());
}

TEST_F(SchemaWriterTest, KindAndTableMustMatch) {
  EXPECT_THAT(
      Refusal(Object(SchemaObjectKind::kIndex, "i", "other", "CREATE INDEX i ON existing(a)")),
      HasSubstr("'i'"));
  EXPECT_THAT(Refusal(Object(SchemaObjectKind::kView, "i", "i", "CREATE INDEX i ON existing(a)")),
              HasSubstr("'i'"));
  EXPECT_THAT(Refusal(Object(SchemaObjectKind::kTrigger, "x", "other",
                             "CREATE TRIGGER x AFTER INSERT ON existing BEGIN SELECT 1; END")),
              HasSubstr("'x'"));
}

TEST_F(SchemaWriterTest, NulInTextIsRefused) {
  EXPECT_THAT(Refusal(Table("t", std::string("CREATE TABLE t(a)\0;", 19))), HasSubstr("NUL"));
}

TEST_F(SchemaWriterTest, MissingCodeIsNamed) {
  const auto index = [](const std::string& expression) {
    return Object(SchemaObjectKind::kIndex, "i", "existing",
                  "CREATE INDEX i ON existing(" + expression + ")");
  };
  EXPECT_THAT(Refusal(index("strange(a)")), HasSubstr("strange"));
  EXPECT_THAT(Refusal(index("a COLLATE weird")), HasSubstr("weird"));
}

TEST_F(SchemaWriterTest, IndexesAreFilled) {
  db_.CreateSchemaObject(Object(SchemaObjectKind::kIndex, "i", "existing",
                                "CREATE INDEX i ON existing(lower(a), b DESC) WHERE b > 0"));
  EXPECT_EQ(RawDatabase(path_).Text("PRAGMA integrity_check"), "ok");
}

TEST_F(SchemaWriterTest, ViewsAndTriggersNeedNotResolve) {
  db_.CreateSchemaObject(
      Object(SchemaObjectKind::kView, "v", "v", "CREATE VIEW v AS SELECT x FROM nowhere"));
  db_.CreateSchemaObject(
      Object(SchemaObjectKind::kTrigger, "tr", "v",
             "CREATE TRIGGER tr INSTEAD OF INSERT ON v BEGIN SELECT strange(); END"));
  EXPECT_NE(SqlOf("tr"), "");
}

TEST_F(SchemaWriterTest, SequenceTableComesWithoutItsTable) {
  const SchemaObject sequence = Table("sqlite_sequence", "CREATE TABLE sqlite_sequence(name,seq)");
  db_.CreateSchemaObject(sequence);
  db_.CreateSchemaObject(sequence);
  EXPECT_EQ(SqlOf("sqlite_sequence"), sequence.sql);
  EXPECT_EQ(db_.QueryInteger("SELECT count(*) FROM sqlite_schema"), 2);
}

TEST_F(SchemaWriterTest, VirtualTableRowsComeAndGoWithoutTheirModule) {
  const SchemaObject object =
      Object(SchemaObjectKind::kTable, "v", "v", "CREATE VIRTUAL TABLE v USING no_such(a)", true);
  RawDatabase other(path_);
  EXPECT_EQ(other.Integer("SELECT count(*) FROM pragma_table_list WHERE name = 'v'"), 0);
  EXPECT_THAT(Refusal(object), HasSubstr("virtual"));
  db_.BeginWrite();
  db_.InsertSchemaRow(object);
  db_.Commit();
  EXPECT_EQ(other.Integer("SELECT count(*) FROM pragma_table_list WHERE name = 'v'"), 1);
  EXPECT_THROW(db_.InsertSchemaRow(object), Error);
  db_.BeginWrite();
  db_.DeleteSchemaRow(object);
  db_.Commit();
  EXPECT_EQ(other.Integer("SELECT count(*) FROM pragma_table_list WHERE name = 'v'"), 0);
}

TEST_F(SchemaWriterTest, SchemaIsNotWritableOtherwise) {
  db_.BeginWrite();
  db_.InsertSchemaRow(
      Object(SchemaObjectKind::kTable, "v", "v", "CREATE VIRTUAL TABLE v USING no_such(a)", true));
  EXPECT_THROW(db_.Execute("DELETE FROM sqlite_schema"), Error);
  db_.Execute("PRAGMA writable_schema=ON");
  EXPECT_THROW(db_.Execute("DELETE FROM sqlite_schema"), Error);
}

TEST_F(SchemaWriterTest, ShadowTablesAreWritableInsideTheScopeOnly) {
  db_.BeginWrite();
  db_.InsertSchemaRow(
      Object(SchemaObjectKind::kTable, "f", "f", "CREATE VIRTUAL TABLE f USING fts5(a)", true));
  db_.CreateSchemaObject(
      Table("f_content", "CREATE TABLE 'f_content'(id INTEGER PRIMARY KEY, c0)"));
  {
    const ShadowWriteScope outer(db_);
    db_.CreateSchemaObject(
        Table("f_docsize", "CREATE TABLE 'f_docsize'(id INTEGER PRIMARY KEY, sz BLOB)"));
    db_.Execute("INSERT INTO f_content VALUES(1, 'x')");
  }
  EXPECT_THROW(db_.Execute("INSERT INTO f_content VALUES(2, 'y')"), Error);
}

}  // namespace
}  // namespace pvc
