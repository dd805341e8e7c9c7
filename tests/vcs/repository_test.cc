#include "vcs/repository.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <thread>

#include "tests/support/temp_folder.h"
#include "tests/vcs/vcs_fixture.h"

namespace pvc {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class RepositoryTest : public VcsFixture {};

TEST_F(RepositoryTest, IsBornOnMainWithoutCommits) {
  const auto repository = Open();
  EXPECT_EQ(repository->state().head.branch, "main");
  EXPECT_EQ(repository->HeadRefName(), "refs/heads/main");
  EXPECT_EQ(repository->HeadCommit(), std::nullopt);
  EXPECT_THAT(repository->ListRefs(""), IsEmpty());
  EXPECT_EQ(repository->state().command, "init");
  EXPECT_EQ(repository->config().Get("repository.compression"), "zstd:3");
}

TEST_F(RepositoryTest, SettingsInForceCannotRedescribeTheRepository) {
  const auto repository = Open();
  Config effective;
  effective.Set("user.name", "Ann");
  effective.Set("repository.compression", "none");
  effective.Set("repository.other", "1");
  repository->UseSettings(effective);
  EXPECT_EQ(repository->config().Get("user.name"), "Ann");
  EXPECT_EQ(repository->config().Get("repository.compression"), "zstd:3");
  EXPECT_EQ(repository->config().Get("repository.other"), std::nullopt);
}

TEST_F(RepositoryTest, SecondInitIsRefused) {
  EXPECT_EQ(
      ThrownKind([&] { Repository::Init(fs_, kFolder, {}, SomeId("other"), SomeSignature()); }),
      ErrorKind::kExists);
  EXPECT_EQ(Open()->store().root().repository_id, SomeId("repository"));
}

TEST_F(RepositoryTest, RootWithoutOperationIsARepositoryThatInitCompletes) {
  fs_.MakeDirectory("/half");
  ObjectStore::Create(fs_, "/half/.pvc", HashKind::kBlake2b256, SomeId("half"));
  EXPECT_EQ(Repository::Open(fs_, "/half")->HeadRefName(), "refs/heads/main");
  Repository::Init(fs_, "/half", {}, SomeId("second"), SomeSignature());
  EXPECT_EQ(Repository::Open(fs_, "/half")->state().command, "init");
}

TEST_F(RepositoryTest, IsFoundFromFoldersBelow) {
  fs_.MakeDirectory("/r/a");
  fs_.MakeDirectory("/r/a/b");
  EXPECT_EQ(Repository::Find(fs_, "/r/a/b"), "/r");
  EXPECT_EQ(Repository::Find(fs_, "/r"), "/r");
}

TEST_F(RepositoryTest, FolderWithoutRootIsNotFound) {
  fs_.MakeDirectory("/s");
  fs_.MakeDirectory("/s/.pvc");
  const Error error = ThrownError([&] { Repository::Find(fs_, "/s"); });
  EXPECT_EQ(error.kind(), ErrorKind::kNotFound);
  EXPECT_THAT(error.hints(), ElementsAre("make one:  pvc init"));
}

TEST_F(RepositoryTest, CompressionComesFromTheConfig) {
  InitOptions options;
  options.compression.method = Compression::Method::kNone;
  fs_.MakeDirectory("/n");
  Repository::Init(fs_, "/n", options, SomeId("n"), SomeSignature());
  EXPECT_EQ(Repository::Open(fs_, "/n")->write_options().compression, options.compression);
  fs_.SetContents("/n/.pvc/config", "[repository]\ncompression = zstd:19\n");
  EXPECT_EQ(Repository::Open(fs_, "/n")->write_options().compression.level, 19);
  for (const char* bad : {"zstd:0", "zstd:20", "zstd:", "zstd:1x", "lz4", ""}) {
    fs_.SetContents("/n/.pvc/config", std::string("[repository]\ncompression = ") + bad + "\n");
    const auto repository = Repository::Open(fs_, "/n");
    EXPECT_EQ(ThrownKind([&] { (void)repository->write_options(); }), ErrorKind::kInvalid) << bad;
  }
}

TEST_F(RepositoryTest, OtherVersionIsNotOpened) {
  fs_.SetContents("/r/.pvc/config", "[repository]\nversion = 2\n");
  EXPECT_EQ(ThrownKind([&] { Open(); }), ErrorKind::kUnsupported);
}

TEST_F(RepositoryTest, PublishedRefsAreReadBack) {
  const auto repository = Open();
  const CommitId first = CommitOn(*repository, "main", "first");
  EXPECT_EQ(repository->HeadCommit(), first);
  SetRef(*repository, "refs/tags/v1", first.id);
  const auto again = Open();
  EXPECT_EQ(again->HeadCommit(), first);
  EXPECT_THAT(again->ListRefs("refs/"),
              ElementsAre(Ref{"refs/heads/main", first.id}, Ref{"refs/tags/v1", first.id}));
  EXPECT_THAT(again->ListRefs("refs/tags/"), ElementsAre(Ref{"refs/tags/v1", first.id}));
  EXPECT_EQ(again->FindRef("refs/tags/v"), std::nullopt);
  SetRef(*again, "refs/tags/v1", {});
  EXPECT_EQ(Open()->FindRef("refs/tags/v1"), std::nullopt);
}

TEST_F(RepositoryTest, EveryPartOfAChangeIsApplied) {
  const auto repository = Open();
  const CommitId first = CommitOn(*repository, "main", "first");
  const OperationId before = repository->operation_id();
  StateChange change;
  change.head = Head{"", first};
  change.working_path = "app.db";
  change.working_base = repository->GetCommit(first).snapshot;
  change.pending = "state";
  const auto batch = repository->store().BeginWrite(OneThread());
  repository->Publish(*batch, change, SomeSignature(7), "switch --detach");
  const auto again = Open();
  EXPECT_EQ(again->state(), repository->state());
  EXPECT_EQ(again->operation_id(), repository->operation_id());
  EXPECT_EQ(again->state().parent, before);
  EXPECT_EQ(again->state().working_path, "app.db");
  EXPECT_EQ(again->state().pending, "state");
  EXPECT_EQ(again->state().who, SomeSignature(7));
  EXPECT_EQ(again->HeadCommit(), first);
  EXPECT_EQ(again->HeadRefName(), std::nullopt);
}

TEST_F(RepositoryTest, LongCommandsAreCutBetweenCharacters) {
  const auto repository = Open();
  std::string command(kMaxCommandBytes - 1, 'x');
  command += "\u20ac...";
  const auto batch = repository->store().BeginWrite(OneThread());
  repository->Publish(*batch, {}, SomeSignature(), command);
  EXPECT_EQ(Open()->state().command, std::string(kMaxCommandBytes - 1, 'x'));
}

TEST_F(RepositoryTest, SameRefFromTwoStatesMovesOnce) {
  const auto a = Open();
  const auto b = Open();
  const CommitId winner = CommitOn(*a, "main", "from a");
  const Error error = ThrownError([&] { CommitOn(*b, "main", "from b"); });
  EXPECT_EQ(error.kind(), ErrorKind::kMoved);
  EXPECT_EQ(error.message(), "branch 'main' moved: another commit was made meanwhile");
  ASSERT_FALSE(error.hints().empty());
  EXPECT_THAT(error.hints().front(), HasSubstr("pvc log main"));
  EXPECT_EQ(Open()->HeadCommit(), winner);
  EXPECT_EQ(b->HeadCommit(), winner) << "the loser sees the current state";
}

TEST_F(RepositoryTest, DifferentRefsFromTwoStatesBothSurvive) {
  const auto a = Open();
  const auto b = Open();
  const CommitId on_main = CommitOn(*a, "main", "from a");
  const CommitId on_try = CommitOn(*b, "try", "from b");
  EXPECT_THAT(Open()->ListRefs("refs/heads/"),
              ElementsAre(Ref{"refs/heads/main", on_main.id}, Ref{"refs/heads/try", on_try.id}));
  EXPECT_EQ(Open()->state().parent, a->operation_id());
}

TEST_F(RepositoryTest, CommitsFromManyThreadsAllSurvive) {
  constexpr int kThreads = 4;
  constexpr int kCommits = 25;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kCommits; ++i) {
        CommitOn(*Open(), "branch-" + std::to_string(t), std::to_string(i));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  const auto repository = Open();
  for (const Ref& ref : repository->ListRefs("refs/heads/")) {
    EXPECT_EQ(repository->GetCommit({ref.target}).generation, uint64_t{kCommits}) << ref.name;
  }
  EXPECT_EQ(repository->ListRefs("refs/heads/").size(), size_t{kThreads});
  int operation_count = 0;
  OperationId id = repository->operation_id();
  for (; !id.IsZero(); id = ReadOperation(repository->store(), id).parent) ++operation_count;
  EXPECT_EQ(operation_count, 1 + kThreads * kCommits);
}

TEST_F(RepositoryTest, HeadSetFromTwoStatesMovesOnce) {
  const auto a = Open();
  const auto b = Open();
  const auto switch_to = [](Repository& repository, const std::string& branch) {
    StateChange change;
    change.head = Head{branch, {}};
    const auto batch = repository.store().BeginWrite(OneThread());
    repository.Publish(*batch, change, SomeSignature(), "switch");
  };
  switch_to(*a, "one");
  EXPECT_EQ(ThrownKind([&] { switch_to(*b, "two"); }), ErrorKind::kMoved);
  EXPECT_EQ(Open()->state().head.branch, "one");
}

TEST_F(RepositoryTest, NamesThatNoRefMayHaveAreRefused) {
  const auto repository = Open();
  const CommitId first = CommitOn(*repository, "main", "first");
  for (const std::string& name :
       {std::string("main"), std::string("refs/x"), std::string("refs//x"),
        std::string("refs/heads/"), std::string("refs/heads/-rf"), std::string("refs/heads/../x"),
        std::string("refs/heads/a\0b", 14), std::string("refs/heads/") + std::string(65536, 'x')}) {
    EXPECT_EQ(ThrownKind([&] { SetRef(*repository, name, first.id); }), ErrorKind::kInvalid)
        << name;
  }
  EXPECT_EQ(Open()->ListRefs("").size(), 1U);
}

TEST_F(RepositoryTest, TenThousandRefs) {
  const auto repository = Open();
  const CommitId first = CommitOn(*repository, "main", "first");
  StateChange change;
  for (int i = 0; i < 10'000; ++i) {
    change.refs.push_back({"refs/heads/branch-" + std::to_string(i), {}, first.id});
  }
  const auto batch = repository->store().BeginWrite(OneThread());
  repository->Publish(*batch, change, SomeSignature(), "many");
  const auto again = Open();
  EXPECT_EQ(again->ListRefs("refs/heads/").size(), 10'001U);
  EXPECT_EQ(again->FindRef("refs/heads/branch-9999"), first.id);
  CommitOn(*again, "branch-5000", "second");
  EXPECT_EQ(Open()->ListRefs("refs/heads/").size(), 10'001U);
}

TEST(RepositoryLinks, SymbolicLinksInTheFolderAreRefused) {
  namespace stdfs = std::filesystem;
  TempFolder temp;
  const auto fs = MakePosixFileSystem();
  for (const char* name : {"real", "all", "packs", "config"}) {
    stdfs::create_directory(temp / name);
    if (std::string_view(name) != "all") {
      Repository::Init(*fs, temp / name, {}, SomeId(name), SomeSignature());
    }
  }
  stdfs::create_symlink(temp / "real/.pvc", temp / "all/.pvc");
  for (const std::string name : {"packs", "config"}) {
    const std::string path = temp / (name + "/.pvc/" + name);
    stdfs::remove_all(path);
    stdfs::create_symlink(temp / ("real/.pvc/" + name), path);
    EXPECT_EQ(ThrownKind([&] { Repository::Open(*fs, temp / name); }), ErrorKind::kInvalid) << name;
  }
  EXPECT_EQ(ThrownKind([&] { Repository::Open(*fs, temp / "all"); }), ErrorKind::kInvalid);
  EXPECT_EQ(ThrownKind([&] { Repository::Find(*fs, temp / "all"); }), ErrorKind::kInvalid);
  EXPECT_EQ(ThrownKind([&] { Repository::Open(*fs, temp / "real"); }), std::nullopt);
}

}  // namespace
}  // namespace pvc
