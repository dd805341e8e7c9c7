#include <gtest/gtest.h>

#include "tests/sqlite/copy_database.h"
#include "tests/support/compare_databases.h"
#include "tests/support/temp_folder.h"
#include "tests/support/trap_databases.h"

namespace pvc {
namespace {

class SlowTrapDatabaseTest : public ::testing::TestWithParam<TrapDatabase> {};

TEST_P(SlowTrapDatabaseTest, CopyIsTheSame) {
  const TempFolder folder;
  GetParam().build(folder / "trap.db");
  CopyDatabase(folder / "trap.db", folder / "copy.db");
  EXPECT_EQ(CompareDatabases(folder / "trap.db", folder / "copy.db"), std::vector<std::string>());
}

INSTANTIATE_TEST_SUITE_P(All, SlowTrapDatabaseTest, ::testing::ValuesIn(SlowTrapDatabases()),
                         [](const auto& trap) { return trap.param.name; });

}  // namespace
}  // namespace pvc
