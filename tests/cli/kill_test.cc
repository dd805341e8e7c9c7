// The real binary killed, or failed by the system, at each of its system calls in turn.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/filesystem.hpp>

#include "tests/cli/fault_run.h"
#include "tests/cli/run_binary.h"
#include "tests/support/compare_databases.h"
#include "tests/support/raw_sqlite.h"
#include "tests/support/temp_folder.h"

namespace pvc {
namespace {

namespace fs = boost::filesystem;

// Far more than an import of so little makes of one call.
constexpr int kMaxCalls = 500;

class KillTest : public testing::Test {
 protected:
  void SetUp() override {
    if (const std::string why = WhyNoFaults(); !why.empty()) GTEST_SKIP() << why;
    fs::create_directory(before_);
    RawDatabase db(before_ + "/app.db");
    db.Run(
        "CREATE TABLE t(id INTEGER PRIMARY KEY, body); CREATE TABLE w(k TEXT PRIMARY KEY, v);"
        "WITH RECURSIVE c(n) AS (VALUES(1) UNION ALL SELECT n + 1 FROM c WHERE n < 40)"
        "  INSERT INTO t SELECT n, randomblob(30000) FROM c;"
        "INSERT INTO w SELECT hex(randomblob(8)), id FROM t");
  }

  void PrepareFirstImport() { ASSERT_EQ(RunPvc(before_, {"init"}).exit_code, 0); }

  void PrepareSecondImport() {
    PrepareFirstImport();
    ASSERT_EQ(RunPvc(before_, {"import", "app.db"}).exit_code, 0);
    RawDatabase(before_ + "/app.db")
        .Run("UPDATE t SET body = randomblob(20000) WHERE id % 5 = 0; DELETE FROM w WHERE v = 7");
  }

  Outcome RunWithFault(const std::string& command, const std::string& injection) {
    return pvc::RunWithFault(before_, work_, command, injection);
  }

  int CommitCount() {
    const ProgramResult log = RunPvc(work_, {"log", "--oneline"});
    if (log.exit_code != 0) return 0;
    return static_cast<int>(std::count(log.out.begin(), log.out.end(), '\n'));
  }

  /// After an import that may have died: nothing is damaged, the commit is there whole or not at
  /// all, and the next import needs no help.
  void ExpectOldOrNew(const Outcome& outcome, int old_count) {
    const ProgramResult check = RunPvc(work_, {"fsck"});
    EXPECT_EQ(check.exit_code, 0) << check.out << check.err;
    const int count = CommitCount();
    EXPECT_TRUE(count == old_count || count == old_count + 1) << count;
    if (outcome.exit_code == 0) {
      EXPECT_EQ(count, old_count + 1) << "success without a commit";
    }

    const ProgramResult next = RunPvc(work_, {"import", "app.db"});
    EXPECT_EQ(next.exit_code, count == old_count ? 0 : 1) << next.err;
    EXPECT_EQ(CommitCount(), old_count + 1);
    EXPECT_EQ(RunPvc(work_, {"fsck"}).exit_code, 0);
    const ProgramResult exported = RunPvc(work_, {"export", "HEAD", "export.db"});
    EXPECT_EQ(exported.exit_code, 0) << exported.err;
    EXPECT_EQ(CompareDatabases(work_ + "/app.db", work_ + "/export.db"),
              std::vector<std::string>());
  }

  void KillEverywhere(int old_count) {
    int kill_count = 0;
    for (const Target& target : kKillTargets) {
      for (int n = 1; n < kMaxCalls; n += target.stride) {
        const std::string injection = fmt::format("{}:signal=KILL:when={}", target.call, n);
        SCOPED_TRACE(injection);
        const Outcome outcome = RunWithFault("import app.db", injection);
        if (!outcome.was_injected && outcome.exit_code == 0) break;
        ++kill_count;
        EXPECT_EQ(outcome.exit_code, kKilled);
        ExpectOldOrNew(outcome, old_count);
        if (HasFailure()) return;
      }
    }
    EXPECT_GT(kill_count, 20);
    RecordProperty("kills", kill_count);
  }

  /// `which`: what follows the number of the call; "+" for all calls from there on.
  void FailEverywhere(const char* error, const char* which, int old_count) {
    int failure_count = 0;
    for (const Target& target : kErrorTargets) {
      for (int n = 1; n < kMaxCalls; n += target.stride) {
        const std::string injection =
            fmt::format("{}:error={}:when={}{}", target.call, error, n, which);
        SCOPED_TRACE(injection);
        const Outcome outcome = RunWithFault("import app.db", injection);
        if (!outcome.was_injected) {
          EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
          break;
        }
        ++failure_count;
        // Nothing dies of a signal, and 1 would say that there was nothing to commit.
        EXPECT_TRUE(outcome.exit_code != 1 && outcome.exit_code <= 128) << outcome.exit_code;
        ExpectOldOrNew(outcome, old_count);
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

TEST_F(KillTest, FirstImportKilledAtAnyCallLeavesTheOldStateOrTheNew) {
  PrepareFirstImport();
  KillEverywhere(0);
}

TEST_F(KillTest, SecondImportKilledAtAnyCallLeavesTheOldStateOrTheNew) {
  PrepareSecondImport();
  KillEverywhere(1);
}

TEST_F(KillTest, FirstImportOnAFullDiskLeavesTheOldStateOrTheNew) {
  PrepareFirstImport();
  FailEverywhere("ENOSPC", "+", 0);
}

TEST_F(KillTest, SecondImportOnAFullDiskLeavesTheOldStateOrTheNew) {
  PrepareSecondImport();
  FailEverywhere("ENOSPC", "+", 1);
}

TEST_F(KillTest, SecondImportWithOneFailedCallLeavesTheOldStateOrTheNew) {
  PrepareSecondImport();
  FailEverywhere("EIO", "", 1);
}

TEST_F(KillTest, InitKilledAtAnyCallIsEndedByTheNextInit) {
  for (const Target& target : kKillTargets) {
    for (int n = 1; n < kMaxCalls; n += target.stride) {
      const std::string injection = fmt::format("{}:signal=KILL:when={}", target.call, n);
      SCOPED_TRACE(injection);
      const Outcome outcome = RunWithFault("init", injection);
      if (outcome.exit_code != kKilled) break;
      const int again = RunPvc(work_, {"init"}).exit_code;
      EXPECT_TRUE(again == 0 || again == 128) << again;  // 128: there is a whole one
      EXPECT_EQ(RunPvc(work_, {"import", "app.db"}).exit_code, 0);
      EXPECT_EQ(RunPvc(work_, {"fsck"}).exit_code, 0);
      if (HasFailure()) return;
    }
  }
}

}  // namespace
}  // namespace pvc
