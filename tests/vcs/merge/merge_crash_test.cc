// Merges outside of the working database under power loss and failing disks: the branch is where it
// was or has the merge, and the next merge works.

#include <cerrno>

#include "tests/support/crash_explorer.h"
#include "tests/support/raw_sqlite.h"
#include "tests/support/temp_folder.h"
#include "tests/vcs/vcs_fixture.h"
#include "vcs/fsck.h"
#include "vcs/merge/merge_revision.h"
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

class MergeCrash : public VcsFixture {
 protected:
  // Branch try and main, which is HEAD, have both changed tables of every kind, without
  // constraints: to check these, SQLite opens a file of its own.
  MergeCrash() {
    Run("CREATE TABLE t(id INTEGER PRIMARY KEY, v, w); CREATE TABLE k(a TEXT PRIMARY KEY, b);"
        "CREATE TABLE keyless(v, w);"
        "WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i+1 FROM n WHERE i < 300)"
        " INSERT INTO t SELECT i, hex(zeroblob(50)) || i, 0 FROM n;"
        "INSERT INTO k SELECT v, id FROM t WHERE id % 3 = 0;"
        "INSERT INTO keyless SELECT id, 0 FROM t;");
    base_ = Import(fs_);
    Run("UPDATE t SET v = zeroblob(100000) WHERE id = 1; UPDATE t SET w = 5 WHERE id % 7 = 0;"
        "DELETE FROM k WHERE b = 9; INSERT INTO keyless VALUES('theirs', 1);"
        "DELETE FROM keyless WHERE v = 3;");
    try_ = Import(fs_);
    {
      const auto repository = Open();
      SetRef(*repository, "refs/heads/try", try_.id);
      SetRef(*repository, "refs/heads/main", base_.id);
    }
    Run("UPDATE t SET v = 'ours' WHERE id % 7 = 0;"
        "UPDATE t SET w = 0; INSERT INTO keyless VALUES('ours', 1), (3, 0);"
        "DELETE FROM keyless WHERE v = 'theirs'; UPDATE t SET v = 1 WHERE id = 1;"
        "INSERT INTO k VALUES('ours', 0), ((SELECT v FROM t WHERE id = 9), 9)");
  }

  void Run(const std::string& sql) { RawDatabase(path_).Run(sql); }

  // Ends the preparations: with a change of the row that try changed too, or without.
  void CommitOurs(bool has_conflict) {
    Run(has_conflict ? "UPDATE t SET w = 6 WHERE id = 7"
                     : "UPDATE t SET v = (SELECT hex(zeroblob(50)) || 1) WHERE id = 1");
    main_ = Import(fs_);
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

  static MergeResult::Outcome Merge(SimFs& disk) {
    const auto repository = Repository::Open(disk, kFolder);
    MergeRequest request;
    request.actor = {SomeSignature(), "merge main --into try"};
    request.theirs = *repository->HeadCommit();
    request.theirs_name = "main";
    request.into = "try";
    return MergeRevision(*repository, request, {}).outcome;
  }

  static CommitId TryOn(SimFs& disk) {
    return CommitId{*Repository::Open(disk, kFolder)->FindRef("refs/heads/try")};
  }

  static std::string FsckText(SimFs& disk) {
    FirstFinding finding;
    CheckRepositoryAt(disk, kFolder, finding);
    return finding.text.empty() ? "" : "fsck: " + finding.text;
  }

  // Empty when the repository is sound, try is old or new, and the next merge works.
  std::string WhatIsWrong(SimFs& disk, const CommitId& merged, bool must_be_new) {
    if (std::string text = FsckText(disk); !text.empty()) return text;
    const CommitId now = TryOn(disk);
    if (now != try_ && now != merged) return "try is neither at the old commit nor at the new one";
    if (must_be_new && now != merged) return "an acknowledged merge is gone";
    if (Repository::Open(disk, kFolder)->HeadCommit() != main_) return "HEAD moved";
    const auto again = Merge(disk);
    if (again !=
        (now == merged ? MergeResult::Outcome::kUpToDate : MergeResult::Outcome::kMerged)) {
      return "the next merge does something else";
    }
    if (TryOn(disk) != merged) return "the next merge gives another commit";
    return FsckText(disk);
  }

  std::optional<std::string> FindViolation(SimFs& disk, uint64_t* states) {
    EXPECT_EQ(Merge(disk), MergeResult::Outcome::kMerged);
    const CommitId merged = TryOn(disk);
    const size_t acknowledged = disk.log_size();
    CrashExplorer explorer(disk);
    auto violation = explorer.FindViolation([&](SimFs& state, const CrashPoint& point) {
      try {
        return WhatIsWrong(state, merged, point.log_position >= acknowledged);
      } catch (const Error& error) {
        return error.message();
      }
    });
    *states = explorer.states_explored();
    return violation;
  }

  TempFolder folder_;
  std::string path_ = folder_ / "app.db";
  CommitId base_;
  CommitId try_;
  CommitId main_;
};

TEST_F(MergeCrash, PowerLossAtAnyMomentLeavesTheOldOrTheNewBranch) {
  CommitOurs(false);
  uint64_t states = 0;
  EXPECT_EQ(FindViolation(fs_, &states), std::nullopt);
  EXPECT_GT(states, 30U);
  RecordProperty("states_explored", static_cast<int>(states));
}

// The explorer must see what each fsync is for.
TEST_F(MergeCrash, EveryFsyncIsNeeded) {
  CommitOurs(false);
  const auto counted = fs_.Clone();
  const uint64_t before = counted->sync_count();
  Merge(*counted);
  const uint64_t sync_count = counted->sync_count() - before;
  ASSERT_GE(sync_count, 3U);
  for (uint64_t n = 1; n <= sync_count; ++n) {
    const auto disk = fs_.Clone();
    disk->IgnoreSync(n);
    uint64_t states = 0;
    EXPECT_NE(FindViolation(*disk, &states), std::nullopt) << "fsync " << n;
  }
}

TEST_F(MergeCrash, AConflictLeavesTheDiskAsItIs) {
  CommitOurs(true);
  EXPECT_EQ(Merge(fs_), MergeResult::Outcome::kWouldConflict);
  CrashExplorer explorer(fs_);
  const auto violation = explorer.FindViolation([&](SimFs& state, const CrashPoint&) {
    if (std::string text = FsckText(state); !text.empty()) return text;
    return std::string(TryOn(state) == try_ ? "" : "try moved");
  });
  EXPECT_EQ(violation, std::nullopt);
}

TEST_F(MergeCrash, AFullOrFailingDiskAtAnyCallLeavesTheOldOrTheNewBranch) {
  CommitOurs(false);
  const auto whole = fs_.Clone();
  Merge(*whole);
  const CommitId merged = TryOn(*whole);
  for (const int error_code : {ENOSPC, EIO}) {
    for (uint64_t n = 1;; ++n) {
      const auto disk = fs_.Clone();
      const uint64_t faults = disk->fault_count();
      disk->FailAt(n, error_code);
      bool is_done = false;
      try {
        Merge(*disk);
        is_done = true;
      } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::kIo) << error.message();
      }
      if (disk->fault_count() == faults) break;  // all calls had their turn
      EXPECT_EQ(WhatIsWrong(*disk, merged, is_done), "") << "call " << n;
      ASSERT_LT(n, 2000U);
    }
  }
}

}  // namespace
}  // namespace pvc
