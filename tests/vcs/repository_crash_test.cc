#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

#include "tests/support/crash_explorer.h"
#include "tests/vcs/table_fixture.h"
#include "vcs/fsck.h"

namespace pvc {
namespace {

constexpr const char* kFolder = "/r";

struct FirstFinding final : FsckSink {
  void OnFinding(const std::string& finding) override {
    if (text.empty()) text = finding;
  }
  void OnNote(const std::string&) override {}
  std::string text;
};

/// Says what is wrong with a repository after a crash; empty when nothing is.
std::string FsckText(SimFs& disk) {
  FirstFinding finding;
  CheckRepositoryAt(disk, kFolder, finding);
  return finding.text.empty() ? "" : "fsck: " + finding.text;
}

bool IsRepository(SimFs& disk) {
  return ThrownKind([&] { Repository::Find(disk, kFolder); }) == std::nullopt;
}

void Init(SimFs& disk) {
  Repository::Init(disk, kFolder, {}, SomeId("repository"), SomeSignature());
}

/// Commits two rows, then says whether they can be read back.
std::string CommitText(SimFs& disk, const std::string& message) {
  const auto repository = Repository::Open(disk, kFolder);
  const auto batch = repository->store().BeginWrite(OneThread());
  Commit commit;
  commit.snapshot = WriteItems(*batch, 2);
  const auto head = repository->HeadCommit();
  if (head) {
    commit.parents = {*head};
    commit.generation = repository->GetCommit(*head).generation + 1;
  }
  commit.author = commit.committer = SomeSignature();
  commit.message = message;
  const CommitId id = WriteCommit(*batch, commit);
  StateChange change;
  change.refs.push_back({"refs/heads/main", head ? head->id : ObjectId{}, id.id});
  repository->Publish(*batch, change, SomeSignature(), "commit");
  const auto again = Repository::Open(disk, kFolder);
  if (again->HeadCommit() != id) return "the next commit is not there";
  return FsckText(disk);
}

std::unique_ptr<SimFs> DiskWithFolder() {
  auto disk = std::make_unique<SimFs>();
  disk->MakeDirectory(kFolder);
  disk->MarkDurable();
  return disk;
}

/// What a crash, and the Init that follows it, may leave.
std::string CheckAfterInit(SimFs& state, bool was_acknowledged, int crashes_left) {
  const bool is_repository = IsRepository(state);
  if (was_acknowledged && !is_repository) return "init was lost";
  if (is_repository) {
    if (std::string text = FsckText(state); !text.empty()) return text;
    const auto repository = Repository::Open(state, kFolder);
    if (repository->HeadRefName() != "refs/heads/main") return "HEAD is not on main";
    if (repository->HeadCommit()) return "there is a commit";
    const bool is_complete = !repository->operation_id().IsZero();
    if (was_acknowledged && !is_complete) return "the first operation was lost";
    if (is_complete) return CommitText(state, "next");
  }
  Init(state);
  const size_t acknowledged = state.log_size();
  if (crashes_left > 0) {
    CrashOptions options;
    options.max_random = 2;
    options.max_exhaustive_choices = 2;
    options.max_single_choices = 2;
    const auto violation =
        CrashExplorer(state, options).FindViolation([&](SimFs& second, const CrashPoint& point) {
          return CheckAfterInit(second, point.log_position >= acknowledged, crashes_left - 1);
        });
    if (violation) return "second crash: " + *violation;
  }
  return CommitText(state, "next");
}

std::optional<std::string> FindInitViolation(uint64_t ignored_sync, int crashes_left,
                                             uint64_t* states) {
  const auto disk = DiskWithFolder();
  disk->IgnoreSync(ignored_sync);
  Init(*disk);
  const size_t acknowledged = disk->log_size();
  CrashExplorer explorer(*disk);
  auto violation = explorer.FindViolation([&](SimFs& state, const CrashPoint& point) {
    return CheckAfterInit(state, point.log_position >= acknowledged, crashes_left);
  });
  *states = explorer.states_explored();
  return violation;
}

TEST(RepositoryCrash, InitLeavesNothingOrARepositoryAndCanBeRepeated) {
  uint64_t states = 0;
  EXPECT_EQ(FindInitViolation(0, 1, &states), std::nullopt);
  EXPECT_GT(states, 100U);
  RecordProperty("states", std::to_string(states));
}

TEST(RepositoryCrash, FsyncsOfInitAreFoundMissing) {
  const auto disk = DiskWithFolder();
  Init(*disk);
  std::vector<uint64_t> not_found;
  for (uint64_t n = 1; n <= disk->sync_count(); ++n) {
    uint64_t states = 0;
    if (!FindInitViolation(n, 0, &states)) not_found.push_back(n);
  }
  // The folder is synced after `config` and after the first ROOT, and each time again before
  // anything relies on it.
  EXPECT_THAT(not_found, testing::ElementsAre(2, 6));
}

std::unique_ptr<SimFs> DiskWithCommit() {
  auto disk = DiskWithFolder();
  Init(*disk);
  EXPECT_EQ(CommitText(*disk, "first"), "");
  disk->MarkDurable();
  return disk;
}

std::string HeadMessage(SimFs& disk) {
  const auto repository = Repository::Open(disk, kFolder);
  const auto head = repository->HeadCommit();
  return head ? repository->GetCommit(*head).message : "(no commit)";
}

std::string CheckAfterCommit(SimFs& state, bool was_acknowledged) {
  if (std::string text = FsckText(state); !text.empty()) return text;
  const std::string message = HeadMessage(state);
  if (was_acknowledged && message != "second") return "the commit was lost: " + message;
  if (message != "first" && message != "second") return "neither old nor new: " + message;
  return CommitText(state, "next");
}

std::optional<std::string> FindCommitViolation(uint64_t ignored_sync, uint64_t* states,
                                               uint64_t* sync_count) {
  const auto disk = DiskWithCommit();
  const auto repository = Repository::Open(*disk, kFolder);
  const auto batch = repository->store().BeginWrite(OneThread());
  const CommitId head = *repository->HeadCommit();
  const CommitId id = WriteTestCommit(*batch, *batch, {head}, "second");
  StateChange change;
  change.refs.push_back({"refs/heads/main", head.id, id.id});
  disk->IgnoreSync(ignored_sync);
  const uint64_t syncs_before = disk->sync_count();
  repository->Publish(*batch, change, SomeSignature(), "commit");
  *sync_count = disk->sync_count() - syncs_before;
  const size_t acknowledged = disk->log_size();
  CrashExplorer explorer(*disk);
  auto violation = explorer.FindViolation([&](SimFs& state, const CrashPoint& point) {
    return CheckAfterCommit(state, point.log_position >= acknowledged);
  });
  *states = explorer.states_explored();
  return violation;
}

TEST(RepositoryCrash, PublishLeavesTheOldOrTheNewState) {
  uint64_t states = 0;
  uint64_t sync_count = 0;
  EXPECT_EQ(FindCommitViolation(0, &states, &sync_count), std::nullopt);
  EXPECT_GT(states, 100U);
  RecordProperty("states", std::to_string(states));
}

TEST(RepositoryCrash, EachFsyncOfPublishIsFoundMissing) {
  uint64_t states = 0;
  uint64_t sync_count = 0;
  FindCommitViolation(0, &states, &sync_count);
  ASSERT_EQ(sync_count, 4U);
  for (uint64_t n = 1; n <= sync_count; ++n) {
    uint64_t ignored = 0;
    EXPECT_TRUE(FindCommitViolation(n, &states, &ignored).has_value()) << n;
  }
}

TEST(RepositoryCrash, PublishSurvivesAFailureOfAnyCall) {
  for (const int code : {EIO, ENOSPC}) {
    for (uint64_t n = 1;; ++n) {
      const auto disk = DiskWithCommit();
      disk->FailAt(n, code);
      const auto failure = ThrownKind([&] { CommitText(*disk, "second"); });
      const bool was_hit = disk->fault_count() > 0;
      disk->FailAt(0, 0);
      if (!was_hit) break;
      const std::string message = HeadMessage(*disk);
      EXPECT_THAT(message, testing::AnyOf("first", "second")) << n;
      if (!failure) {
        EXPECT_EQ(message, "second") << n;
      }
      EXPECT_EQ(FsckText(*disk), "") << n;
      EXPECT_EQ(CommitText(*disk, "next"), "") << n;
    }
  }
}

TEST(RepositoryCrash, InitThatFailsAnywhereCanBeRepeated) {
  for (uint64_t n = 1;; ++n) {
    const auto disk = DiskWithFolder();
    disk->FailAt(n, EIO);
    const auto failure = ThrownKind([&] { Init(*disk); });
    const bool was_hit = disk->fault_count() > 0;
    disk->FailAt(0, 0);
    if (!was_hit) break;
    if (failure) {
      const auto again = ThrownKind([&] { Init(*disk); });
      EXPECT_TRUE(!again || *again == ErrorKind::kExists) << n;
    }
    EXPECT_EQ(CommitText(*disk, "next"), "") << n;
  }
}

}  // namespace
}  // namespace pvc
