#include "sqlite/broken_reference.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/raw_sqlite.h"
#include "tests/support/temp_folder.h"

namespace pvc {
namespace {

using testing::HasSubstr;

class BrokenReferenceTest : public testing::Test {
 protected:
  /// Makes `schema` and asks about its object `name`; "" when nothing is broken.
  std::string Find(const std::string& schema, const std::string& name) {
    TempFolder folder;
    const std::string path = folder / "test.db";
    RawDatabase(path).Run(schema);
    Database db(path, {.mode = Database::Mode::kReadWrite});
    db.BeginWrite();
    std::string found = "no such object";
    for (const SchemaObject& object : ReadSchema(db).objects) {
      if (object.name == name) found = FindBrokenReference(db, object).value_or("");
    }
    db.Rollback();
    return found;
  }
};

constexpr const char* kTables = "CREATE TABLE t(a, b, g AS (a + 1)); CREATE TABLE u(x);";

TEST_F(BrokenReferenceTest, WhatRefersToWhatIsThereIsSound) {
  EXPECT_EQ(Find(std::string(kTables) + "CREATE VIEW v AS SELECT a, g FROM t", "v"), "");
  for (const char* event : {"INSERT", "DELETE", "UPDATE", "UPDATE OF a, \"b\""}) {
    EXPECT_EQ(Find(std::string(kTables) + "CREATE TRIGGER r AFTER " + event +
                       " ON t BEGIN INSERT INTO u SELECT max(a) FROM t; END",
                   "r"),
              "")
        << event;
  }
  EXPECT_EQ(
      Find(std::string(kTables) +
               "CREATE VIEW v AS SELECT a FROM t;"
               "CREATE TRIGGER r INSTEAD OF INSERT ON v BEGIN INSERT INTO u VALUES(new.a); END",
           "r"),
      "");
}

TEST_F(BrokenReferenceTest, MissingColumnsAndTablesAreNamed) {
  EXPECT_EQ(Find(std::string(kTables) + "CREATE VIEW v AS SELECT c FROM t", "v"),
            "no such column: c");
  EXPECT_THAT(Find(std::string(kTables) + "CREATE VIEW v AS SELECT * FROM w", "v"),
              HasSubstr("no such table: main.w"));
  for (const char* event : {"INSERT", "DELETE", "UPDATE", "UPDATE OF a"}) {
    EXPECT_THAT(Find(std::string(kTables) + "CREATE TRIGGER r AFTER " + event +
                         " ON t BEGIN INSERT INTO u SELECT c FROM t; END",
                     "r"),
                HasSubstr("no such column: c"))
        << event;
  }
  EXPECT_THAT(Find(std::string(kTables) +
                       "CREATE TRIGGER r AFTER UPDATE OF c ON t BEGIN DELETE FROM u; END",
                   "r"),
              HasSubstr("no such column: c"));
  EXPECT_THAT(Find(std::string(kTables) +
                       "CREATE TRIGGER r AFTER INSERT ON t WHEN new.c > 0 BEGIN DELETE FROM u; END",
                   "r"),
              HasSubstr("no such column: new.c"));
}

TEST_F(BrokenReferenceTest, NothingIsRun) {
  TempFolder folder;
  const std::string path = folder / "test.db";
  RawDatabase(path).Run(std::string(kTables) +
                        "INSERT INTO t VALUES(1, 1);"
                        "CREATE TRIGGER r AFTER DELETE ON t BEGIN INSERT INTO u VALUES(1); END");
  {
    Database db(path, {.mode = Database::Mode::kReadWrite});
    db.BeginWrite();
    for (const SchemaObject& object : ReadSchema(db).objects) FindBrokenReference(db, object);
    db.Execute("DELETE FROM t");  // and triggers are off again
    db.Commit();
  }
  EXPECT_EQ(RawDatabase(path).Text("SELECT count(*) FROM u"), "0");
}

}  // namespace
}  // namespace pvc
