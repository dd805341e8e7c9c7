// Merging, resolving, continuing and aborting, killed or failed by the system at each of their
// system calls in turn.

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

/// A command, and how to come to where it is run.
struct Scenario {
  const char* name;
  bool has_conflict;
  std::vector<std::vector<std::string>> before;
  std::vector<std::string> command;
  int exit_code;  ///< when nothing goes wrong
};

void PrintTo(const Scenario& scenario, std::ostream* out) { *out << scenario.name; }

const std::vector<std::string> kTakeTheirs = {"resolve", "t:1", "--theirs"};

std::vector<Scenario> Scenarios() {
  return {{"Merge", false, {}, {"merge", "try"}, 0},
          {"MergeInto", false, {}, {"merge", "main", "--into", "try"}, 0},
          {"MergeWithConflict", true, {}, {"merge", "try"}, 1},
          {"Resolve", true, {{"merge", "try"}}, kTakeTheirs, 0},
          {"Continue", true, {{"merge", "try"}, kTakeTheirs}, {"merge", "--continue"}, 0},
          {"Abort", true, {{"merge", "try"}, kTakeTheirs}, {"merge", "--abort"}, 0}};
}

class MergeKillTest : public testing::TestWithParam<Scenario> {
 protected:
  void SetUp() override {
    if (const std::string why = WhyNoFaults(); !why.empty()) GTEST_SKIP() << why;
    fs::create_directory(before_);
    Sql("CREATE TABLE t(id INTEGER PRIMARY KEY, body); CREATE TABLE w(k TEXT PRIMARY KEY, v);"
        "CREATE TABLE keyless(v);"
        "WITH RECURSIVE c(n) AS (VALUES(1) UNION ALL SELECT n + 1 FROM c WHERE n < 40)"
        "  INSERT INTO t SELECT n, hex(zeroblob(1000 + n)) FROM c;"
        "INSERT INTO w SELECT 'k' || id, id FROM t; INSERT INTO keyless SELECT id FROM t");
    Pvc({"init"});
    Pvc({"import", "app.db"});
    Pvc({"switch", "-c", "try"});
    Sql("UPDATE t SET body = 'theirs' WHERE id % 5 = 0; DELETE FROM w WHERE v = 7;"
        "INSERT INTO keyless VALUES('theirs'); UPDATE keyless SET v = 'changed' WHERE v = 3");
    if (GetParam().has_conflict) Sql("UPDATE t SET body = 'theirs' WHERE id = 1");
    Pvc({"commit", "-m", "on try"});
    Pvc({"switch", "main"});
    Sql("UPDATE t SET body = 'ours' WHERE id % 5 = 1; INSERT INTO w VALUES('ours', 0);"
        "INSERT INTO keyless VALUES('ours'); DELETE FROM keyless WHERE v = 9");
    Pvc({"commit", "-m", "on main"});
    for (const auto& words : GetParam().before) RunPvc(before_, words);
    old_ = Look(before_);
    fs::copy_file(before_ + "/app.db", old_db_);
    const Outcome whole = RunWithFault(before_, work_, Line(), "fsync:signal=CONT:when=60000");
    ASSERT_EQ(whole.exit_code, GetParam().exit_code) << whole.err;
    new_ = Look(work_);
    ASSERT_NE(new_, old_);
    fs::copy_file(work_ + "/app.db", new_db_);
  }

  void Sql(const std::string& sql) { RawDatabase(before_ + "/app.db").Run(sql); }
  void Pvc(const std::vector<std::string>& words) {
    const ProgramResult result = RunPvc(before_, words);
    ASSERT_EQ(result.exit_code, 0) << result.err;
  }
  static std::string Line() {
    std::string line;
    for (const std::string& word : GetParam().command) line += word + " ";
    return line;
  }

  // What a user sees of a repository's state.
  static std::string Look(const std::string& folder) {
    std::string text;
    for (const std::vector<std::string>& words : {std::vector<std::string>{"status", "--porcelain"},
                                                  {"branch", "-v"},
                                                  {"log", "--oneline", "--graph", "main", "try"},
                                                  {"conflicts"}}) {
      const ProgramResult result = RunPvc(folder, words);
      text += result.out;
      if (words[0] != "conflicts" && result.exit_code != 0) text += result.err;
    }
    return text;
  }

  /// After a command that may have died: the next command, and no other help, makes database and
  /// repository agree, on the old state or the new one, and the command can be run (again).
  void ExpectOldOrNew(int exit_code) {
    RunPvc(work_, {"status"});
    const std::string state = Look(work_);
    EXPECT_TRUE(state == old_ || state == new_) << state;
    if (exit_code == GetParam().exit_code) {
      EXPECT_EQ(state, new_);
    }
    EXPECT_EQ(CompareDatabases(state == new_ ? new_db_ : old_db_, work_ + "/app.db"),
              std::vector<std::string>());
    EXPECT_FALSE(fs::exists(work_ + "/.pvc/update"));
    EXPECT_EQ(RunPvc(work_, {"fsck"}).exit_code, 0);
    if (state != old_) return;
    const ProgramResult again = RunPvc(work_, GetParam().command);
    EXPECT_EQ(again.exit_code, GetParam().exit_code) << again.err;
    EXPECT_EQ(Look(work_), new_);
    EXPECT_EQ(CompareDatabases(new_db_, work_ + "/app.db"), std::vector<std::string>());
  }

  void FailEverywhere(const char* error, const char* which) {
    int failure_count = 0;
    for (const Target& target : kErrorTargets) {
      for (int n = 1; n < kMaxCalls; n += target.stride) {
        const std::string injection =
            fmt::format("{}:error={}:when={}{}", target.call, error, n, which);
        SCOPED_TRACE(injection);
        const Outcome outcome = RunWithFault(before_, work_, Line(), injection);
        if (!outcome.was_injected) break;
        ++failure_count;
        // 127 is the dynamic loader's, when not even a library can be opened.
        EXPECT_TRUE(outcome.exit_code == GetParam().exit_code || outcome.exit_code == 127 ||
                    outcome.exit_code == 128)
            << outcome.exit_code << outcome.err;
        ExpectOldOrNew(outcome.exit_code);
        if (HasFailure()) return;
      }
    }
    EXPECT_GT(failure_count, 10);
    RecordProperty("failures", failure_count);
  }

  TempFolder folder_;
  const std::string before_ = folder_ / "before";
  const std::string work_ = folder_ / "work";
  const std::string old_db_ = folder_ / "old.db";
  const std::string new_db_ = folder_ / "new.db";
  std::string old_;
  std::string new_;
};

TEST_P(MergeKillTest, KilledAtAnyCallLeavesTheOldStateOrTheNew) {
  int kill_count = 0;
  for (const Target& target : kKillTargets) {
    for (int n = 1; n < kMaxCalls; n += target.stride) {
      const std::string injection = fmt::format("{}:signal=KILL:when={}", target.call, n);
      SCOPED_TRACE(injection);
      const Outcome outcome = RunWithFault(before_, work_, Line(), injection);
      if (!outcome.was_injected && outcome.exit_code == GetParam().exit_code) break;
      ++kill_count;
      EXPECT_EQ(outcome.exit_code, kKilled);
      ExpectOldOrNew(outcome.exit_code);
      if (HasFailure()) return;
    }
  }
  EXPECT_GT(kill_count, 20);
  RecordProperty("kills", kill_count);
}

TEST_P(MergeKillTest, AFullDiskLeavesTheOldStateOrTheNew) { FailEverywhere("ENOSPC", "+"); }

TEST_P(MergeKillTest, OneFailedCallLeavesTheOldStateOrTheNew) { FailEverywhere("EIO", ""); }

INSTANTIATE_TEST_SUITE_P(Commands, MergeKillTest, testing::ValuesIn(Scenarios()),
                         [](const auto& scenario) { return std::string(scenario.param.name); });

}  // namespace
}  // namespace pvc
