#include "cli/sql_history.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "tests/cli/fake_environment.h"
#include "tests/support/temp_folder.h"

namespace pvc {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class SqlHistoryTest : public testing::Test {
 protected:
  std::vector<std::string> Load() { return SqlHistory(*fs_, path_).Load(); }

  const TempFolder folder_;
  std::unique_ptr<FileSystem> fs_ = MakePosixFileSystem();
  std::string path_ = folder_ / "state/pvc/sql_history";
};

TEST_F(SqlHistoryTest, LinesComeBackInTheNextShell) {
  SqlHistory history(*fs_, path_);
  EXPECT_THAT(history.Load(), IsEmpty());
  history.Add("SELECT 1;");
  history.Add("SELECT 2;");
  EXPECT_THAT(Load(), ElementsAre("SELECT 1;", "SELECT 2;"));
}

TEST_F(SqlHistoryTest, FileIsItsOwnersAlone) {
  SqlHistory(*fs_, path_).Add("SELECT 1;");
  struct stat info {};
  ASSERT_EQ(::stat(path_.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0600U);
}

TEST_F(SqlHistoryTest, RepeatedEmptyAndHugeLinesAreNotKept) {
  SqlHistory history(*fs_, path_);
  for (const std::string& line :
       {std::string("a"), std::string("a"), std::string(), std::string(5000, 'x'),
        std::string("b\nc"), std::string("d"), std::string("a")}) {
    history.Add(line);
  }
  EXPECT_THAT(Load(), ElementsAre("a", "d", "a"));
}

TEST_F(SqlHistoryTest, ShellsAtTheSameTimeKeepEachOthersLines) {
  SqlHistory one(*fs_, path_);
  SqlHistory other(*fs_, path_);
  one.Load();
  other.Load();
  one.Add("a");
  other.Add("b");
  one.Add("c");
  EXPECT_THAT(Load(), ElementsAre("a", "b", "c"));
}

TEST_F(SqlHistoryTest, TheNewestThousandLinesAreKept) {
  SqlHistory history(*fs_, path_);
  for (int i = 0; i < 1500; ++i) {
    history.Add(fmt::format("{}", i));
    ASSERT_LE(Load().size(), SqlHistory::kMaxLines);
  }
  const std::vector<std::string> lines = Load();
  EXPECT_GE(lines.size(), 900U);
  EXPECT_EQ(lines.back(), "1499");
  struct stat info {};
  ASSERT_EQ(::stat(path_.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0600U);
}

TEST_F(SqlHistoryTest, PlaceThatCannotBeWrittenIsNoError) {
  std::ofstream(folder_ / "state") << "a file where a folder should be";
  SqlHistory history(*fs_, path_);
  EXPECT_THAT(history.Load(), IsEmpty());
  history.Add("SELECT 1;");
  SqlHistory(*fs_, std::nullopt).Add("SELECT 1;");
  EXPECT_THAT(Load(), IsEmpty());
}

TEST(SqlHistoryPath, FollowsTheEnvironment) {
  FakeEnvironment fake("/");
  EXPECT_EQ(SqlHistoryPath(fake.environment()), std::nullopt);
  fake.environment().variables["HOME"] = "/home/ann";
  EXPECT_EQ(SqlHistoryPath(fake.environment()), "/home/ann/.local/state/pvc/sql_history");
  fake.environment().variables["XDG_STATE_HOME"] = "/state";
  EXPECT_EQ(SqlHistoryPath(fake.environment()), "/state/pvc/sql_history");
}

}  // namespace
}  // namespace pvc
