// Another program writes the database while pvc commits it and switches branches: every commit and
// every state that program sees holds what its transactions keep.

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>

#include "tests/cli/run_binary.h"
#include "tests/support/raw_sqlite.h"
#include "tests/support/temp_folder.h"

namespace pvc {
namespace {

constexpr int kRounds = 12;
constexpr const char* kTotal = "SELECT sum(amount) FROM account";
constexpr int64_t kAmount = 100 * 1000;

/// Moves amounts between accounts until it is stopped.
class Writer {
 public:
  explicit Writer(const std::string& path) : thread_([this, path] { Work(path); }) {}
  ~Writer() {
    stop_ = true;
    thread_.join();
  }
  int transaction_count() const { return count_; }
  int wrong_total_count() const { return wrong_; }

  /// Until it has done one more transaction.
  void WaitForAnother() const {
    const int seen = count_;
    while (count_ == seen) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }

 private:
  void Work(const std::string& path) {
    RawDatabase db(path);
    db.Run("PRAGMA busy_timeout=10000; PRAGMA synchronous=OFF");
    while (!stop_) {
      db.Run(
          "BEGIN IMMEDIATE;"
          "UPDATE account SET amount = amount - 7 WHERE id = abs(random()) % 50 + 1;"
          "UPDATE account SET amount = amount + 7 * (SELECT changes())"
          "  WHERE id = abs(random()) % 50 + 51;"
          "INSERT INTO movement(what) VALUES('moved'); COMMIT");
      ++count_;
      if (db.Integer(kTotal) != kAmount) ++wrong_;
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  }

  std::atomic<bool> stop_{false};
  std::atomic<int> count_{0};
  std::atomic<int> wrong_{0};
  std::thread thread_;
};

class ConcurrentWriterTest : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    RawDatabase db(path_);
    db.Run(std::string("PRAGMA journal_mode=") + GetParam());
    db.Run(
        "CREATE TABLE account(id INTEGER PRIMARY KEY, amount INTEGER);"
        "CREATE TABLE movement(what);"
        "WITH RECURSIVE c(n) AS (VALUES(1) UNION ALL SELECT n + 1 FROM c WHERE n < 100)"
        "  INSERT INTO account SELECT n, 1000 FROM c");
    Pvc("init");
    Pvc("import app.db -m first");
    Pvc("branch other");
  }

  ProgramResult Pvc(const std::string& words) {
    return RunShell(folder_.path(), "\"$PVC\" " + words);
  }

  void ExpectTotalOfEveryCommit() {
    const std::string ids = Pvc("log --all --format=jsonl").out;
    int commit_count = 0;
    for (size_t at = ids.find("\"id\":\""); at != std::string::npos;
         at = ids.find("\"id\":\"", at + 1)) {
      const std::string id = ids.substr(at + 6, 64);
      const ProgramResult exported = Pvc("export --force " + id + " copy.db");
      ASSERT_EQ(exported.exit_code, 0) << exported.err;
      EXPECT_EQ(RawDatabase(folder_ / "copy.db").Integer(kTotal), kAmount) << id;
      ++commit_count;
    }
    EXPECT_GE(commit_count, kRounds / 2);
  }

  TempFolder folder_;
  const std::string path_ = folder_ / "app.db";
};

TEST_P(ConcurrentWriterTest, EveryCommitAndEveryStateSeenHoldsTheTotal) {
  int switch_count = 0;
  {
    const Writer writer(path_);
    for (int round = 0; round < kRounds; ++round) {
      writer.WaitForAnother();  // else there may be nothing to commit
      const ProgramResult commit = Pvc("commit -m round");
      EXPECT_LE(commit.exit_code, 1) << commit.err;
      // Refused when the writer was faster; what it wrote is then part of the next commit.
      const ProgramResult plain = Pvc(round % 2 == 0 ? "switch other" : "switch main");
      EXPECT_TRUE(plain.exit_code == 0 || plain.exit_code == 128) << plain.err;
      if (plain.exit_code != 0) {
        const ProgramResult forced =
            Pvc(round % 2 == 0 ? "switch --discard other" : "switch --discard main");
        EXPECT_EQ(forced.exit_code, 0) << forced.err;
      }
      ++switch_count;
    }
    EXPECT_GT(writer.transaction_count(), 0);
    EXPECT_EQ(writer.wrong_total_count(), 0);
  }
  EXPECT_EQ(switch_count, kRounds);
  EXPECT_EQ(RawDatabase(path_).Integer(kTotal), kAmount);
  EXPECT_EQ(RawDatabase(path_).Text("PRAGMA integrity_check"), "ok");
  ExpectTotalOfEveryCommit();
  EXPECT_EQ(Pvc("fsck").exit_code, 0);
}

INSTANTIATE_TEST_SUITE_P(Modes, ConcurrentWriterTest, testing::Values("DELETE", "WAL"),
                         [](const auto& mode) { return std::string(mode.param); });

}  // namespace
}  // namespace pvc
