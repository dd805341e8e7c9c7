#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "tests/cli/run_binary.h"
#include "tests/support/compare_databases.h"
#include "tests/support/raw_sqlite.h"
#include "tests/support/temp_folder.h"
#include "tests/support/trap_databases.h"

namespace pvc {
namespace {

/// Whether SQLite takes a text for JSON.
bool IsJson(const std::string& text) {
  RawDatabase db(":memory:");
  RawStatement statement(db, "SELECT json_valid(?)");
  sqlite3_bind_text64(statement.handle(), 1, text.data(), text.size(), SQLITE_STATIC, SQLITE_UTF8);
  return statement.Step() && statement.Text(0) == "1";
}

/// A repository whose first commit is an empty database and whose second is the trap.
class DiffTrap : public testing::TestWithParam<TrapDatabase> {
 protected:
  void SetUp() override {
    GetParam().build(folder_ / "trap.db");
    RawDatabase(folder_ / "empty.db").Run("PRAGMA user_version=12345");
    ASSERT_EQ(RunPvc(folder(), {"init"}).exit_code, 0);
    ASSERT_EQ(RunPvc(folder(), {"import", "empty.db"}).exit_code, 0);
    const ProgramResult import = RunPvc(folder(), {"import", "trap.db"});
    if (import.exit_code != 0) GTEST_SKIP() << "cannot be imported: " << import.err;
  }
  const std::string& folder() const { return folder_.path(); }

  TempFolder folder_;
};

TEST_P(DiffTrap, JsonIsValid) {
  const ProgramResult json = RunPvc(folder(), {"diff", "HEAD~1", "HEAD", "--format=json"});
  ASSERT_EQ(json.exit_code, 0) << json.err;
  EXPECT_TRUE(IsJson(json.out)) << json.out.substr(0, 2000);
  std::istringstream lines(RunPvc(folder(), {"diff", "HEAD", "HEAD~1", "--format=jsonl"}).out);
  for (std::string line; std::getline(lines, line);) {
    EXPECT_TRUE(IsJson(line)) << line.substr(0, 2000);
  }
}

TEST_P(DiffTrap, TextHasNoControlCharacters) {
  const ProgramResult text = RunPvc(folder(), {"diff", "HEAD~1", "HEAD"});
  ASSERT_EQ(text.exit_code, 0) << text.err;
  EXPECT_TRUE(std::all_of(text.out.begin(), text.out.end(), [](char c) {
    return c == '\n' || (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f);
  }));
}

TEST_P(DiffTrap, SqlBuildsItFromTheEmptyDatabase) {
  // SQL makes shadow tables anew, with names quoted in another way than ALTER TABLE left them; and
  // it cannot make a virtual table whose module is not there.
  const bool needs_more = GetParam().outcome != TrapOutcome::kRoundTrips ||
                          GetParam().name == "virtual_table_renamed" ||
                          GetParam().name == "unknown_module";
  if (needs_more) GTEST_SKIP() << "needs more than SQL";
  const ProgramResult sql = RunPvc(folder(), {"diff", "HEAD~1", "HEAD", "--format=sql"});
  if (sql.exit_code != 0) {
    EXPECT_THAT(sql.err, testing::HasSubstr("SQL cannot")) << sql.err;
    return;
  }
  ASSERT_NO_THROW(RawDatabase(folder_ / "empty.db").Run(sql.out)) << sql.out.substr(0, 3000);
  std::vector<std::string> findings = CompareDatabases(folder_ / "trap.db", folder_ / "empty.db");
  std::erase_if(findings, [](const std::string& line) {
    // What a transaction cannot set, and the order in which objects were made.
    for (const char* outside :
         {"order", "page_size", "auto_vacuum", "journal_mode", "sqlite_stat"}) {
      if (line.find(outside) != std::string::npos) return true;
    }
    return false;
  });
  EXPECT_EQ(findings, std::vector<std::string>{}) << sql.out.substr(0, 3000);
}

INSTANTIATE_TEST_SUITE_P(Traps, DiffTrap, testing::ValuesIn(TrapDatabases()),
                         [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace pvc
