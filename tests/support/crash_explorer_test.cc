#include "tests/support/crash_explorer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <set>

#include "base/error.h"

namespace pvc {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Not;

constexpr const char* kMissing = "(missing)";

std::string ContentsOrMissing(const SimFs& state, const std::string& path) {
  try {
    return state.Contents(path);
  } catch (const Error&) {
    return kMissing;
  }
}

/// What `path` may hold after a crash at the end of the log.
std::set<std::string> Outcomes(const SimFs& sim, const std::string& path,
                               CrashOptions options = {}) {
  std::set<std::string> outcomes;
  options.first_position = sim.log_size();
  CrashExplorer(sim, options).ForEachState([&](SimFs& state, const CrashPoint&) {
    outcomes.insert(ContentsOrMissing(state, path));
  });
  return outcomes;
}

/// A disk where "a" holds "old", durably, and nothing is logged.
std::unique_ptr<SimFs> DiskWithOld() {
  auto sim = std::make_unique<SimFs>();
  sim->SetContents("a", "old");
  sim->MarkDurable();
  return sim;
}

TEST(CrashExplorer, DiskWithoutChangesHasOneState) {
  const auto sim = DiskWithOld();
  CrashExplorer explorer(*sim);
  explorer.ForEachState(
      [](SimFs& state, const CrashPoint&) { EXPECT_EQ(state.Contents("a"), "old"); });
  EXPECT_EQ(explorer.states_explored(), 1U);
}

TEST(CrashExplorer, UnsyncedWriteMayBeLostDoneOrDamaged) {
  const auto sim = DiskWithOld();
  sim->Open("a", OpenMode::kReadWrite)->WriteAt(0, "new");
  const std::set<std::string> outcomes = Outcomes(*sim, "a");
  EXPECT_THAT(outcomes, AllOf(Contains("old"), Contains("new"), Contains(std::string(3, '\0'))));
  EXPECT_GT(outcomes.size(), 3U) << "no garbage";
}

TEST(CrashExplorer, SyncedWriteIsNeverLost) {
  const auto sim = DiskWithOld();
  const auto file = sim->Open("a", OpenMode::kReadWrite);
  file->WriteAt(0, "new");
  file->Sync();
  EXPECT_THAT(Outcomes(*sim, "a"), ElementsAre("new"));
}

TEST(CrashExplorer, SizeMayGrowWithoutDataAndDataComeWithoutSize) {
  const auto sim = DiskWithOld();
  sim->Open("a", OpenMode::kReadWrite)->WriteAt(0, "longer");
  EXPECT_THAT(Outcomes(*sim, "a"),
              AllOf(Contains("old"), Contains("lon"), Contains(std::string("old\0\0\0", 6)),
                    Contains("longer"), Contains(std::string(6, '\0'))));
}

TEST(CrashExplorer, FileOfWhichOnlyTheContentIsSyncedMayHaveNoName) {
  SimFs sim;
  const auto file = sim.Open("a", OpenMode::kCreateNew);
  file->WriteAt(0, "new");
  file->Sync();
  EXPECT_THAT(Outcomes(sim, "a"), ElementsAre(kMissing, "new"));
  sim.SyncDirectory("/");
  EXPECT_THAT(Outcomes(sim, "a"), ElementsAre("new"));
}

TEST(CrashExplorer, NameMayBeSyncedWithoutContent) {
  SimFs sim;
  sim.Open("a", OpenMode::kCreateNew)->WriteAt(0, "new");
  sim.SyncDirectory("/");
  EXPECT_THAT(Outcomes(sim, "a"), AllOf(Contains(""), Contains("new"), Not(Contains(kMissing))));
}

TEST(CrashExplorer, RenameMayVanishUntilTheFolderIsSynced) {
  const auto sim = DiskWithOld();
  sim->SetContents("b", "new");
  sim->Rename("b", "a");
  EXPECT_THAT(Outcomes(*sim, "a"), ElementsAre("new", "old"));
  EXPECT_THAT(Outcomes(*sim, "b"), ElementsAre(kMissing, "new"));
  sim->SyncDirectory("/");
  EXPECT_THAT(Outcomes(*sim, "a"), ElementsAre("new"));
  EXPECT_THAT(Outcomes(*sim, "b"), ElementsAre(kMissing));
}

TEST(CrashExplorer, RenameWithinAFolderIsOneChange) {
  const auto sim = DiskWithOld();
  sim->Rename("a", "b");
  CrashExplorer(*sim).ForEachState([](SimFs& state, const CrashPoint& point) {
    EXPECT_EQ(state.FilePaths().size(), 1U) << point.description;
  });
}

TEST(CrashExplorer, RenameBetweenFoldersNeedsBothSynced) {
  SimFs sim;
  sim.MakeDirectory("d");
  sim.SetContents("a", "x");
  sim.MarkDurable();
  sim.Rename("a", "d/a");
  sim.SyncDirectory("d");
  EXPECT_THAT(Outcomes(sim, "d/a"), ElementsAre("x"));
  EXPECT_THAT(Outcomes(sim, "a"), ElementsAre(kMissing, "x"));
  sim.SyncDirectory("/");
  EXPECT_THAT(Outcomes(sim, "a"), ElementsAre(kMissing));
}

TEST(CrashExplorer, RemovalMayVanishUntilTheFolderIsSynced) {
  const auto sim = DiskWithOld();
  sim->Remove("a");
  EXPECT_THAT(Outcomes(*sim, "a"), ElementsAre(kMissing, "old"));
  sim->SyncDirectory("/");
  EXPECT_THAT(Outcomes(*sim, "a"), ElementsAre(kMissing));
}

TEST(CrashExplorer, FilesOfAnUnsyncedFolderAreLostWithIt) {
  SimFs sim;
  sim.MakeDirectory("d");
  const auto file = sim.Open("d/a", OpenMode::kCreateNew);
  file->WriteAt(0, "x");
  file->Sync();
  sim.SyncDirectory("d");
  EXPECT_THAT(Outcomes(sim, "d/a"), ElementsAre(kMissing, "x"));
  sim.SyncDirectory("/");
  EXPECT_THAT(Outcomes(sim, "d/a"), ElementsAre("x"));
}

TEST(CrashExplorer, SuccessAfterAFailedSyncSettlesNothing) {
  const auto sim = DiskWithOld();
  const auto file = sim->Open("a", OpenMode::kReadWrite);
  file->WriteAt(0, "new");
  sim->FailAt(1, EIO);
  EXPECT_THROW(file->Sync(), Error);
  sim->Open("a", OpenMode::kReadWrite)->Sync();
  EXPECT_THAT(Outcomes(*sim, "a"), AllOf(Contains("old"), Contains("new")));
}

TEST(CrashExplorer, LongWritesAreTorn) {
  SimFs sim;
  sim.SetContents("a", Bytes(64 * 512, 'o'));
  sim.MarkDurable();
  sim.Open("a", OpenMode::kReadWrite)->WriteAt(0, Bytes(64 * 512, 'n'));
  size_t torn = 0;
  for (const std::string& content : Outcomes(sim, "a", {.max_random = 30})) {
    if (content.find('o') != std::string::npos && content.find('n') != std::string::npos) ++torn;
  }
  EXPECT_GT(torn, 10U);
}

TEST(CrashExplorer, SeedDecidesTheRandomStates) {
  const auto sim = DiskWithOld();
  sim->Open("a", OpenMode::kReadWrite)->WriteAt(0, Bytes(20 * 512, 'n'));
  EXPECT_EQ(Outcomes(*sim, "a", {.seed = 5}), Outcomes(*sim, "a", {.seed = 5}));
  EXPECT_NE(Outcomes(*sim, "a", {.seed = 5}), Outcomes(*sim, "a", {.seed = 6}));
}

TEST(CrashExplorer, ManyChoicesAreSampled) {
  SimFs sim;
  for (int i = 0; i < 100; ++i) sim.MakeDirectory("d" + std::to_string(i));
  CrashOptions options;
  options.first_position = sim.log_size();
  CrashExplorer explorer(sim, options);
  size_t most = 0;
  size_t fewest = 100;
  explorer.ForEachState([&](SimFs& state, const CrashPoint&) {
    most = std::max(most, state.ListDirectory("/").size());
    fewest = std::min(fewest, state.ListDirectory("/").size());
  });
  EXPECT_EQ(most, 100U);
  EXPECT_EQ(fewest, 0U);
  EXPECT_LT(explorer.states_explored(), 100U);
}

TEST(CrashExplorer, StatesMayBeChangedAndExploredAgain) {
  const auto sim = DiskWithOld();
  sim->Open("a", OpenMode::kReadWrite)->WriteAt(0, "new");
  CrashExplorer(*sim).ForEachState([](SimFs& state, const CrashPoint&) {
    const Bytes before = state.Contents("a");
    ReplaceFile(state, "a", "recovered");
    CrashExplorer(state).ForEachState([&](SimFs& second, const CrashPoint&) {
      EXPECT_THAT(second.Contents("a"), ::testing::AnyOf(before, "recovered"));
    });
  });
  EXPECT_EQ(sim->Contents("a"), "new");
}

/// Replaces "a" with "new" while the n-th fsync lies (0: none does), and looks at every state.
std::optional<std::string> FindReplaceViolation(uint64_t ignored_sync, uint64_t* states) {
  const auto sim = DiskWithOld();
  sim->IgnoreSync(ignored_sync);
  ReplaceFile(*sim, "a", "new");
  const size_t acknowledged = sim->log_size();
  CrashExplorer explorer(*sim);
  auto violation = explorer.FindViolation([&](SimFs& state, const CrashPoint& point) {
    const std::string content = ContentsOrMissing(state, "a");
    if (content != "new" && point.log_position >= acknowledged) return "not durable: " + content;
    return content == "old" || content == "new" ? "" : "neither old nor new: " + content;
  });
  *states = explorer.states_explored();
  return violation;
}

TEST(CrashExplorer, ReplaceFileIsAtomicAndDurable) {
  uint64_t states = 0;
  EXPECT_EQ(FindReplaceViolation(0, &states), std::nullopt);
  EXPECT_GT(states, 10U);
}

TEST(CrashExplorer, EachFsyncOfReplaceFileIsFoundMissing) {
  const auto sim = DiskWithOld();
  ReplaceFile(*sim, "a", "new");
  ASSERT_EQ(sim->sync_count(), 2U);
  for (uint64_t n = 1; n <= sim->sync_count(); ++n) {
    uint64_t states = 0;
    const std::optional<std::string> violation = FindReplaceViolation(n, &states);
    ASSERT_TRUE(violation.has_value()) << n;
    EXPECT_THAT(*violation, ::testing::HasSubstr("crash after #"));
  }
}

TEST(CrashExplorer, ThrownErrorsAreViolations) {
  const auto sim = DiskWithOld();
  EXPECT_THROW(CrashExplorer(*sim).ForEachState(
                   [](SimFs& state, const CrashPoint&) { state.Contents("none"); }),
               Error);
  const auto violation = CrashExplorer(*sim).FindViolation(
      [](SimFs& state, const CrashPoint&) -> std::string { return state.Contents("none"); });
  ASSERT_TRUE(violation.has_value());
  EXPECT_THAT(*violation, ::testing::HasSubstr("cannot open 'none'"));
}

// ReplaceFile under each failure of each call: the old or the new content, no temporary file unless
// removing it failed, and still so after a crash.
TEST(CrashExplorer, ReplaceFileSurvivesAFailureOfAnyCall) {
  for (const int code : {EIO, ENOSPC}) {
    for (uint64_t n = 1;; ++n) {
      const auto sim = DiskWithOld();
      sim->FailAt(n, code);
      bool failed = false;
      try {
        ReplaceFile(*sim, "a", "new");
      } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::kIo);
        failed = true;
      }
      EXPECT_EQ(failed, sim->fault_count() == 1);
      EXPECT_THAT(sim->FilePaths(), ElementsAre("/a"));
      CrashExplorer(*sim).ForEachState([&](SimFs& state, const CrashPoint& point) {
        EXPECT_THAT(ContentsOrMissing(state, "a"), ::testing::AnyOf("old", "new"))
            << point.description;
      });
      if (!failed) break;
    }
  }
}

}  // namespace
}  // namespace pvc
