// A switch killed, or failed by the system, at each of its system calls in turn.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <boost/filesystem.hpp>

#include "tests/cli/fault_run.h"
#include "tests/cli/run_binary.h"
#include "tests/support/compare_databases.h"
#include "tests/support/raw_sqlite.h"
#include "tests/support/temp_folder.h"

namespace pvc {
namespace {

namespace fs = boost::filesystem;

constexpr int kMaxCalls = 1000;

class SwitchKillTest : public testing::Test {
 protected:
  void SetUp() override {
    if (const std::string why = WhyNoFaults(); !why.empty()) GTEST_SKIP() << why;
    fs::create_directory(before_);
    Sql("CREATE TABLE t(id INTEGER PRIMARY KEY, body); CREATE TABLE w(k TEXT PRIMARY KEY, v);"
        "WITH RECURSIVE c(n) AS (VALUES(1) UNION ALL SELECT n + 1 FROM c WHERE n < 40)"
        "  INSERT INTO t SELECT n, randomblob(3000) FROM c;"
        "INSERT INTO w SELECT hex(randomblob(8)), id FROM t");
    Pvc({"init"});
    Pvc({"import", "app.db"});
    Pvc({"switch", "-c", "try"});
    Sql("UPDATE t SET body = randomblob(2000) WHERE id % 5 = 0; DELETE FROM w WHERE v = 7;"
        "CREATE INDEX t_body ON t(body); ALTER TABLE w ADD COLUMN extra");
    Pvc({"commit", "-m", "on try"});
    Pvc({"switch", "main"});
    Pvc({"export", "main", "../main.db"});
    Pvc({"export", "try", "../try.db"});
  }

  void Sql(const std::string& sql) { RawDatabase(before_ + "/app.db").Run(sql); }
  void Pvc(const std::vector<std::string>& words) {
    const ProgramResult result = RunPvc(before_, words);
    ASSERT_EQ(result.exit_code, 0) << result.err;
  }

  bool IsLike(const std::string& branch) {
    return CompareDatabases(folder_ / (branch + ".db"), work_ + "/app.db").empty();
  }

  std::string Branch() {
    std::string branch = RunPvc(work_, {"branch", "--show-current"}).out;
    if (!branch.empty()) branch.pop_back();
    return branch;
  }

  /// After a switch that may have died: the next command, and no other help, makes database and
  /// repository agree.
  void ExpectOldOrNew(int exit_code, const std::string& command_target) {
    const ProgramResult next = RunPvc(work_, {"status", "--porcelain"});
    EXPECT_EQ(next.exit_code, 0) << next.err;
    const std::string branch = Branch();
    if (exit_code == 0) {
      EXPECT_EQ(branch, command_target);
    }
    EXPECT_TRUE(branch == "main" || branch == "try") << branch;
    EXPECT_TRUE(IsLike(branch)) << "on " << branch << "\n" << next.out << next.err;
    EXPECT_FALSE(fs::exists(work_ + "/.pvc/update"));
    EXPECT_EQ(RunPvc(work_, {"fsck"}).exit_code, 0);
    const std::string other = branch == "main" ? "try" : "main";
    const ProgramResult there = RunPvc(work_, {"switch", other});
    EXPECT_EQ(there.exit_code, 0) << there.err;
    EXPECT_TRUE(IsLike(other));
  }

  void KillEverywhere(const std::string& command, const std::string& target_branch) {
    int kill_count = 0;
    for (const Target& target : kKillTargets) {
      for (int n = 1; n < kMaxCalls; n += target.stride) {
        const std::string injection = fmt::format("{}:signal=KILL:when={}", target.call, n);
        SCOPED_TRACE(injection);
        const Outcome outcome = RunWithFault(before_, work_, command, injection);
        if (!outcome.was_injected && outcome.exit_code == 0) break;
        ++kill_count;
        EXPECT_EQ(outcome.exit_code, kKilled);
        ExpectOldOrNew(outcome.exit_code, target_branch);
        if (HasFailure()) return;
      }
    }
    EXPECT_GT(kill_count, 20);
    RecordProperty("kills", kill_count);
  }

  void FailEverywhere(const char* error, const char* which) {
    int failure_count = 0;
    for (const Target& target : kErrorTargets) {
      for (int n = 1; n < kMaxCalls; n += target.stride) {
        const std::string injection =
            fmt::format("{}:error={}:when={}{}", target.call, error, n, which);
        SCOPED_TRACE(injection);
        const Outcome outcome = RunWithFault(before_, work_, "switch try", injection);
        if (!outcome.was_injected) break;
        ++failure_count;
        // 127 is the dynamic loader's, when not even a library can be opened.
        EXPECT_TRUE(outcome.exit_code == 0 || outcome.exit_code == 127 || outcome.exit_code == 128)
            << outcome.exit_code << outcome.err;
        ExpectOldOrNew(outcome.exit_code, "try");
        if (HasFailure()) return;
      }
    }
    EXPECT_GT(failure_count, 10);
    RecordProperty("failures", failure_count);
  }

  TempFolder folder_;
  const std::string before_ = folder_ / "before";
  const std::string work_ = folder_ / "work";
};

TEST_F(SwitchKillTest, SwitchKilledAtAnyCallLeavesTheOldStateOrTheNew) {
  KillEverywhere("switch try", "try");
}

TEST_F(SwitchKillTest, SwitchInWalModeKilledAtAnyCallLeavesTheOldStateOrTheNew) {
  for (const char* name : {"/before/app.db", "/main.db", "/try.db"}) {
    RawDatabase(folder_.path() + name).Run("PRAGMA journal_mode=WAL");
  }
  KillEverywhere("switch try", "try");
}

TEST_F(SwitchKillTest, SwitchOnAFullDiskLeavesTheOldStateOrTheNew) {
  FailEverywhere("ENOSPC", "+");
}

TEST_F(SwitchKillTest, SwitchWithOneFailedCallLeavesTheOldStateOrTheNew) {
  FailEverywhere("EIO", "");
}

}  // namespace
}  // namespace pvc
