#include "tests/support/sim_fs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <functional>

#include "base/error.h"

// Faults and helpers; what SimFs shares with the real file system is in base/file_system_test.cc,
// what its log is for in crash_explorer_test.cc.

namespace pvc {
namespace {

using ::testing::ElementsAre;

std::string IoMessage(const std::function<void()>& act) {
  try {
    act();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kIo);
    return error.message();
  }
  return "nothing thrown";
}

TEST(SimFs, FailsTheChosenCallAndNoOther) {
  SimFs sim;
  sim.SetContents("a", "x");
  sim.FailAt(2, EIO);
  EXPECT_NO_THROW(sim.Stat("a"));
  EXPECT_EQ(IoMessage([&] { sim.Stat("a"); }), "cannot stat 'a': Input/output error");
  EXPECT_NO_THROW(sim.Stat("a"));
  EXPECT_EQ(sim.fault_count(), 1U);
  EXPECT_EQ(sim.call_count(), 3U);
}

TEST(SimFs, EveryKindOfCallCanFail) {
  SimFs sim;
  sim.SetContents("a", "x");
  sim.MakeDirectory("d");
  const auto file = sim.Open("a", OpenMode::kReadWrite);
  char byte = 0;
  const std::vector<std::function<void()>> calls = {
      [&] { sim.Open("a", OpenMode::kRead); },
      [&] { sim.Open("b", OpenMode::kCreateNew); },
      [&] { sim.Stat("a"); },
      [&] { sim.Rename("a", "c"); },
      [&] { sim.Remove("a"); },
      [&] { sim.MakeDirectory("e"); },
      [&] { sim.SyncDirectory("d"); },
      [&] { sim.ListDirectory("d"); },
      [&] { sim.Lock("lock"); },
      [&] { file->ReadAt(0, &byte, 1); },
      [&] { file->WriteAt(0, "y"); },
      [&] { file->Size(); },
      [&] { file->Sync(); },
  };
  const size_t log_size = sim.log_size();
  for (size_t i = 0; i < calls.size(); ++i) {
    sim.FailAt(1, ENOSPC);
    EXPECT_THAT(IoMessage(calls[i]), ::testing::HasSubstr("No space left on device")) << i;
  }
  EXPECT_EQ(sim.fault_count(), calls.size());
  EXPECT_EQ(sim.log_size(), log_size + 1) << "only the failed sync is logged";
  EXPECT_THAT(sim.FilePaths(), ElementsAre("/a"));
}

TEST(SimFs, FaultMayLast) {
  SimFs sim;
  sim.FailAt(2, ENOSPC, SimFs::Repeat::kForever);
  EXPECT_NO_THROW(sim.MakeDirectory("a"));
  EXPECT_THROW(sim.MakeDirectory("b"), Error);
  EXPECT_THROW(sim.MakeDirectory("c"), Error);
  sim.FailAt(0, 0);
  EXPECT_NO_THROW(sim.MakeDirectory("c"));
}

TEST(SimFs, FailedWriteHasWrittenItsFirstHalf) {
  SimFs sim;
  const auto file = sim.Open("a", OpenMode::kCreateNew);
  sim.FailAt(1, ENOSPC);
  EXPECT_THROW(file->WriteAt(0, "123456"), Error);
  EXPECT_EQ(sim.Contents("a"), "123");
}

TEST(SimFs, FailedSyncIsNotRetriedOnTheSameFile) {
  SimFs sim;
  const auto file = sim.Open("a", OpenMode::kCreateNew);
  sim.FailAt(1, EIO);
  EXPECT_EQ(IoMessage([&] { file->Sync(); }), "cannot sync 'a': Input/output error");
  EXPECT_EQ(IoMessage([&] { file->Sync(); }), "cannot sync 'a': an earlier sync failed");
}

TEST(SimFs, IgnoredSyncIsNotLogged) {
  SimFs sim;
  const auto file = sim.Open("a", OpenMode::kCreateNew);
  sim.IgnoreSync(2);
  file->Sync();
  const size_t log_size = sim.log_size();
  sim.SyncDirectory("/");
  EXPECT_EQ(sim.log_size(), log_size);
  EXPECT_EQ(sim.fault_count(), 1U);
  sim.SyncDirectory("/");
  EXPECT_EQ(sim.log_size(), log_size + 1);
  EXPECT_EQ(sim.sync_count(), 3U);
}

TEST(SimFs, ReadOnlyDiskIsReadAndNotChanged) {
  SimFs sim;
  sim.SetContents("a", "x");
  const auto file = sim.Open("a", OpenMode::kReadWrite);
  sim.SetReadOnly(true);
  const std::string text = "': Read-only file system";
  EXPECT_EQ(ReadWholeFile(sim, "a", 9), "x");
  EXPECT_EQ(IoMessage([&] { sim.Open("a", OpenMode::kReadWrite); }), "cannot open 'a" + text);
  EXPECT_EQ(IoMessage([&] { sim.Open("b", OpenMode::kCreateNew); }), "cannot create 'b" + text);
  EXPECT_EQ(IoMessage([&] { file->WriteAt(0, "y"); }), "cannot write 'a" + text);
  EXPECT_EQ(IoMessage([&] { sim.Remove("a"); }), "cannot remove 'a" + text);
  EXPECT_EQ(IoMessage([&] { sim.Lock("lock"); }), "cannot lock 'lock" + text);
  EXPECT_EQ(IoMessage([&] { sim.MakeDirectory("d"); }), "cannot make folder 'd" + text);
  EXPECT_EQ(IoMessage([&] { sim.Rename("a", "b"); }), "cannot rename 'a' to 'b" + text);
}

TEST(SimFs, HelpersEditFiles) {
  SimFs sim;
  sim.SetContents("a", "abc");
  sim.FlipBit("a", 1, 0);
  EXPECT_EQ(sim.Contents("a"), "acc");
  sim.Truncate("a", 1);
  EXPECT_EQ(sim.Contents("a"), "a");
  sim.Truncate("a", 2);
  EXPECT_EQ(sim.Contents("a"), ByteView("a\0", 2));
  EXPECT_THROW(sim.FlipBit("a", 2, 0), std::out_of_range);
  EXPECT_THROW(sim.Contents("none"), Error);
  EXPECT_EQ(sim.call_count(), 0U);
}

TEST(SimFs, CloneIsADiskOfItsOwn) {
  SimFs sim;
  sim.MakeDirectory("d");
  const auto file = sim.Open("d/a", OpenMode::kCreateNew);
  file->WriteAt(0, "old");
  const std::unique_ptr<SimFs> clone = sim.Clone();
  file->WriteAt(0, "new");
  clone->SetContents("d/b", "");
  EXPECT_EQ(clone->Contents("d/a"), "old");
  EXPECT_EQ(sim.Contents("d/a"), "new");
  EXPECT_THAT(sim.FilePaths(), ElementsAre("/d/a"));
  EXPECT_THAT(clone->FilePaths(), ElementsAre("/d/a", "/d/b"));
}

TEST(SimFs, PathsMayHaveDots) {
  SimFs sim;
  sim.MakeDirectory("/d");
  sim.SetContents("d/../d/./a", "x");
  EXPECT_EQ(sim.Contents("//d//a"), "x");
}

}  // namespace
}  // namespace pvc
