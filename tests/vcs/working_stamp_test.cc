#include "vcs/working_stamp.h"

#include <filesystem>
#include <random>

#include "tests/vcs/working_fixture.h"
#include "vcs/fsck.h"

namespace pvc {
namespace {

class WorkingStampTest : public WorkingFixture {
 protected:
  /// Reads the working database, and says whether its rows were looked at.
  bool Scans() {
    bool was_read = false;
    last_ = ReadWorkingSnapshot(*repository_, [&](const ImportProgress&) { was_read = true; }).id;
    return was_read;
  }

  /// What a scan that knows nothing finds.
  SnapshotId ScanAnew() {
    std::filesystem::remove(IndexPath());
    return ReadWorkingSnapshot(*repository_, nullptr).id;
  }

  uint64_t CountFindings() {
    class Sink final : public FsckSink {
      void OnFinding(const std::string&) override {}
      void OnNote(const std::string&) override {}
    } sink;
    return CheckRepository(*repository_, sink).finding_count;
  }

  std::string IndexPath() { return repository_->pvc_path() + "/index"; }

  SnapshotId last_;
};

TEST_F(WorkingStampTest, AnUnchangedFileIsNotReadAgain) {
  Begin();
  Scans();
  EXPECT_FALSE(Scans());
  EXPECT_EQ(last_, ScanAnew());
}

TEST_F(WorkingStampTest, WhatCommandsWroteNeedNotBeReadAgain) {
  Begin();
  SwitchToNew("try");
  Run("UPDATE t SET v = 'ZWEI' WHERE id = 2");
  Commit("on try");
  EXPECT_FALSE(Scans());
  SwitchTo("main");
  EXPECT_FALSE(Scans());
  EXPECT_EQ(last_, ScanAnew());
}

TEST_F(WorkingStampTest, EveryChangeByAnotherProgramIsSeen) {
  Begin();
  const auto seed = std::random_device{}();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937 random(seed);
  for (int round = 0; round < 60; ++round) {
    const SnapshotId before = (Scans(), last_);
    const std::string value = std::to_string(random() % 3);
    switch (random() % 5) {
      case 0:
        Run("UPDATE t SET v = 'v" + value + "' WHERE id = 1");
        break;
      case 1:
        Run("PRAGMA user_version = " + value);
        break;
      case 2:
        Run("BEGIN; UPDATE t SET v = 'gone'; ROLLBACK");
        break;
      case 3:
        Run("VACUUM");
        break;
      case 4:
        Run("PRAGMA locking_mode = EXCLUSIVE; UPDATE t SET v = 'a" + value + "' WHERE id = 2;" +
            "UPDATE t SET v = 'b" + value + "' WHERE id = 3");
        break;
    }
    Scans();
    ASSERT_EQ(last_, ScanAnew()) << "round " << round << ", before " << before.Short();
  }
}

TEST_F(WorkingStampTest, AFileCopiedOverItIsSeenWhateverItsCounterSays) {
  Begin();
  std::filesystem::copy_file(path_, path_ + ".old");
  Run("UPDATE t SET v = 'A' WHERE id = 1");
  Commit("A");
  Scans();
  const SnapshotId committed = last_;
  std::filesystem::copy_file(path_ + ".old", path_ + ".other");
  RawDatabase(path_ + ".other").Run("UPDATE t SET v = 'B' WHERE id = 1");
  std::filesystem::copy_file(path_ + ".other", path_,
                             std::filesystem::copy_options::overwrite_existing);
  EXPECT_TRUE(Scans());
  EXPECT_NE(last_, committed);
}

TEST_F(WorkingStampTest, InWalModeTheDatabaseIsAlwaysRead) {
  Begin();
  Run("PRAGMA journal_mode = WAL");
  Scans();
  EXPECT_TRUE(Scans());
}

TEST_F(WorkingStampTest, ADamagedIndexIsPassedOverAndReported) {
  Begin();
  Scans();
  ASSERT_TRUE(std::filesystem::exists(IndexPath()));
  const auto index = fs_->Open(IndexPath(), OpenMode::kReadWrite);
  char byte = 0;
  index->ReadAt(70, &byte, 1);
  byte = static_cast<char>(byte ^ 1);
  index->WriteAt(70, ByteView(&byte, 1));
  EXPECT_TRUE(CountFindings() > 0);
  EXPECT_TRUE(Scans());
  EXPECT_EQ(CountFindings(), 0U);
}

}  // namespace
}  // namespace pvc
