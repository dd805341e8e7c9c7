#include "tests/support/trap_databases.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "sqlite/database.h"
#include "sqlite/row_scanner.h"
#include "tests/sqlite/copy_database.h"
#include "tests/support/compare_databases.h"
#include "tests/support/raw_sqlite.h"
#include "tests/support/temp_folder.h"

namespace pvc {
namespace {

class TrapDatabaseTest : public ::testing::TestWithParam<TrapDatabase> {
 protected:
  void SetUp() override { GetParam().build(path_); }

  TempFolder folder_;
  std::string path_ = folder_ / "trap.db";
};

TEST_P(TrapDatabaseTest, EqualsItself) {
  EXPECT_EQ(CompareDatabases(path_, path_), std::vector<std::string>());
}

TEST_P(TrapDatabaseTest, EveryTableIsReadCompletely) {
  Database db(path_, {});
  db.BeginRead();
  const Schema schema = ReadSchema(db);
  for (const TableInfo& table : schema.tables) {
    SCOPED_TRACE(table.name);
    int64_t count = 0;
    try {
      const auto rows = MakeSqlScanner(db, table);
      while (rows->Next() != nullptr) ++count;
    } catch (const Error& error) {
      EXPECT_EQ(GetParam().outcome, TrapOutcome::kRowidsHidden) << error.message();
      EXPECT_EQ(error.kind(), ErrorKind::kUnsupported);
      continue;
    }
    EXPECT_EQ(count, db.QueryInteger("SELECT count(*) FROM main." + QuoteIdentifier(table.name) +
                                     " NOT INDEXED"));
  }
}

TEST_P(TrapDatabaseTest, CopyIsTheSameOrRefusedByName) {
  const std::string copy = folder_ / "copy.db";
  try {
    CopyDatabase(path_, copy);
  } catch (const Error& error) {
    ASSERT_NE(GetParam().outcome, TrapOutcome::kRoundTrips) << error.message();
    EXPECT_NE(error.message().find('\''), std::string::npos) << error.message();
    return;
  }
  const std::vector<std::string> differences = CompareDatabases(path_, copy);
  if (GetParam().outcome == TrapOutcome::kUnwritableCells) {
    EXPECT_NE(differences, std::vector<std::string>()) << "flagged, and yet it can be written";
  } else {
    EXPECT_EQ(differences, std::vector<std::string>());
  }
}

INSTANTIATE_TEST_SUITE_P(All, TrapDatabaseTest, ::testing::ValuesIn(TrapDatabases()),
                         [](const auto& trap) { return trap.param.name; });

}  // namespace
}  // namespace pvc
