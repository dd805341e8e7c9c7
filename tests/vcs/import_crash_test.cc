// Import and ref update under power loss and full disks: what was acknowledged is there, and the
// repository is the old one or the new one.

#include <cerrno>

#include "tests/support/crash_explorer.h"
#include "tests/support/raw_sqlite.h"
#include "tests/support/temp_folder.h"
#include "tests/vcs/vcs_fixture.h"
#include "vcs/catalog.h"
#include "vcs/fsck.h"
#include "vcs/record_import.h"

namespace pvc {
namespace {

struct FirstFinding final : FsckSink {
  void OnFinding(const std::string& finding) override {
    if (text.empty()) text = finding;
  }
  void OnNote(const std::string&) override {}
  std::string text;
};

class ImportCrash : public VcsFixture {
 protected:
  ImportCrash() : db_(path_) {
    db_.Run(
        "CREATE TABLE t(id INTEGER PRIMARY KEY, v); CREATE TABLE k(a TEXT PRIMARY KEY, b);"
        "WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i+1 FROM n WHERE i < 300)"
        " INSERT INTO t SELECT i, hex(randomblob(50)) FROM n;"
        "INSERT INTO k SELECT v, id FROM t WHERE id % 3 = 0;"
        "INSERT INTO t VALUES(1000, zeroblob(100000))");
    first_ = Import(fs_);
    db_.Run("UPDATE t SET v = 'edited' WHERE id = 7; DELETE FROM k WHERE b = 9");
    fs_.MarkDurable();
  }

  CommitId Import(SimFs& disk) {
    const auto repository = Repository::Open(disk, kFolder);
    RecordImportRequest request;
    request.path = request.real_path = path_;
    request.who = SomeSignature();
    request.command = "import";
    return RecordImport(*repository, request).commit;
  }

  // Empty when the repository is sound, its head is one of the two, and the next import works.
  std::string WhatIsWrong(SimFs& disk, const CommitId& second, bool must_be_new) {
    FirstFinding finding;
    CheckRepositoryAt(disk, kFolder, finding);
    if (!finding.text.empty()) return "fsck: " + finding.text;
    const auto head = Repository::Open(disk, kFolder)->HeadCommit();
    if (head != first_ && head != second) return "HEAD is neither the old commit nor the new one";
    if (must_be_new && head != second) return "an acknowledged commit is gone";
    const CommitId next = Import(disk);
    const auto repository = Repository::Open(disk, kFolder);
    if (repository->HeadCommit() != next) return "the next import is not there";
    FirstFinding after;
    CheckRepositoryAt(disk, kFolder, after);
    return after.text.empty() ? "" : "fsck after the next import: " + after.text;
  }

  TempFolder folder_;
  std::string path_ = folder_ / "app.db";
  RawDatabase db_;
  CommitId first_;
};

TEST_F(ImportCrash, PowerLossAtAnyMomentLeavesTheOldOrTheNewCommit) {
  const CommitId second = Import(fs_);
  const size_t acknowledged = fs_.log_size();
  CrashExplorer explorer(fs_);
  const auto violation = explorer.FindViolation([&](SimFs& state, const CrashPoint& point) {
    return WhatIsWrong(state, second, point.log_position >= acknowledged);
  });
  EXPECT_EQ(violation, std::nullopt);
  EXPECT_GT(explorer.states_explored(), 30U);
  RecordProperty("states_explored", static_cast<int>(explorer.states_explored()));
}

// The explorer must see what each fsync is for.
TEST_F(ImportCrash, EveryFsyncIsNeeded) {
  const auto counted = fs_.Clone();
  const uint64_t before = counted->sync_count();
  Import(*counted);
  const uint64_t sync_count = counted->sync_count() - before;
  ASSERT_GE(sync_count, 3U);
  for (uint64_t n = 1; n <= sync_count; ++n) {
    const auto disk = fs_.Clone();
    disk->IgnoreSync(n);
    const CommitId second = Import(*disk);
    const size_t acknowledged = disk->log_size();
    CrashExplorer explorer(*disk);
    const auto violation = explorer.FindViolation([&](SimFs& state, const CrashPoint& point) {
      try {
        return WhatIsWrong(state, second, point.log_position >= acknowledged);
      } catch (const Error& error) {
        return error.message();
      }
    });
    EXPECT_NE(violation, std::nullopt) << "fsync " << n << " of " << sync_count;
  }
}

TEST_F(ImportCrash, FullOrFailingDiskAtAnyCallLeavesTheRepositoryAsItWas) {
  for (const int error_code : {ENOSPC, EIO}) {
    for (uint64_t n = 1;; ++n) {
      const auto disk = fs_.Clone();
      const uint64_t faults = disk->fault_count();
      disk->FailAt(n, error_code);
      std::optional<CommitId> done;
      try {
        done = Import(*disk);
      } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::kIo) << error.message();
      }
      if (disk->fault_count() == faults) break;  // all calls had their turn
      const auto head = Repository::Open(*disk, kFolder)->HeadCommit();
      // An error may come after the new ROOT was in place: then either is right, as long as what
      // was acknowledged is there.
      if (done) {
        EXPECT_EQ(head, done) << "call " << n;
      }
      EXPECT_EQ(WhatIsWrong(*disk, head.value_or(CommitId{}), done.has_value()), "")
          << "call " << n;
      ASSERT_LT(n, 2000U);
    }
  }
}

}  // namespace
}  // namespace pvc
