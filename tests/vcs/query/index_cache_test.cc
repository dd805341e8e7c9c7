#include "vcs/query/index_cache.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/filesystem.hpp>
#include <cerrno>
#include <random>
#include <thread>

#include "engine/pack_writer.h"
#include "tests/support/crash_explorer.h"
#include "tests/support/memory_objects.h"
#include "tests/support/temp_folder.h"
#include "tests/vcs/query/index_fixture.h"
#include "tests/vcs/table_fixture.h"
#include "vcs/fsck.h"
#include "vcs/query/index_list.h"
#include "vcs/stats.h"

namespace pvc {
namespace {

using testing::IsEmpty;
using testing::StartsWith;

const IndexDefinition kByBody{"by_body", {{1, Collation::kBinary}}};
const IndexDefinition kByFoldedBody{"by_folded_body", {{1, Collation::kNoCase}}};
const IndexDefinition kByTrimmedBody{"by_trimmed_body", {{1, Collation::kRtrim}}};

IndexCacheOptions Small() {
  IndexCacheOptions options;
  options.worker_count = 0;
  return options;
}

StoredTable ItemsOf(Repository& repository, const CommitId& commit) {
  const Snapshot snapshot = repository.GetSnapshot(repository.GetCommit(commit).snapshot);
  return *FindTable(repository.nodes(), snapshot.catalog, "items")->table;
}

/// What is wrong with an index that a cache gave; empty when it is the one that the rows have, and
/// every entry can be read.
std::string Problem(Repository& repository, IndexCache& cache, const StoredTable& table,
                    const IndexDefinition& definition, const std::optional<Tree>& index) {
  if (!index) return "no index";
  MemoryObjects objects;
  SimFs disk;
  const IndexRecipe recipe{repository.nodes(), table.info, TextEncoding::kUtf8,
                           repository.store().hash_kind(), definition};
  const Tree expected = BuildIndex(recipe, table.rows, objects, disk, "/");
  if (*index != expected) return "not the index of these rows";
  NodeReader expected_nodes(objects);
  TreeCursor expected_entries(expected_nodes, expected);
  TreeCursor entries(cache.nodes(), *index);
  entries.SeekToFirst();
  for (expected_entries.SeekToFirst(); expected_entries.Valid(); expected_entries.Next()) {
    if (!entries.Valid()) return "not all entries";
    if (entries.key() != expected_entries.key()) return "another entry";
    entries.Next();
  }
  return entries.Valid() ? "too many entries" : "";
}

/// Finds an index in a process of its own, and says what is wrong with it.
std::string FindProblem(FileSystem& disk, const std::string& folder, const CommitId& commit,
                        const IndexDefinition& definition,
                        const IndexCacheOptions& options = Small()) {
  const auto repository = Repository::Open(disk, folder);
  IndexCache cache(*repository, options);
  const StoredTable table = ItemsOf(*repository, commit);
  const auto index = cache.Find(table, TextEncoding::kUtf8, definition, nullptr);
  return Problem(*repository, cache, table, definition, index);
}

class IndexCacheTest : public TableFixture {
 protected:
  static constexpr const char* kCache = "/r/.pvc/cache/indexes";

  std::string FindProblemHere(const CommitId& commit, const IndexDefinition& definition,
                              const IndexCacheOptions& options = Small()) {
    return FindProblem(fs_, kFolder, commit, definition, options);
  }

  /// Whether the index is there to be read, without being derived.
  bool IsStored(const CommitId& commit, const IndexDefinition& definition) {
    fs_.SetReadOnly(true);
    const std::string problem = FindProblemHere(commit, definition);
    fs_.SetReadOnly(false);
    EXPECT_THAT(problem, testing::AnyOf("", "no index"));
    return problem.empty();
  }

  std::vector<std::string> CacheFiles() {
    std::vector<std::string> files = fs_.FilePaths();
    std::erase_if(files, [](const std::string& path) { return !path.starts_with(kCache); });
    return files;
  }
  uint64_t CacheBytes() {
    uint64_t bytes = 0;
    for (const std::string& path : CacheFiles()) bytes += fs_.Contents(path).size();
    return bytes;
  }
};

TEST_F(IndexCacheTest, IndexIsThereForTheNextProcess) {
  const CommitId commit = CommitItems(500);
  EXPECT_FALSE(IsStored(commit, kByBody));
  EXPECT_EQ(FindProblemHere(commit, kByBody), "");
  EXPECT_TRUE(IsStored(commit, kByBody));
  EXPECT_FALSE(IsStored(commit, kByFoldedBody));
  EXPECT_TRUE(IsStored(commit, {"of another name", kByBody.parts}));
}

TEST_F(IndexCacheTest, EmptyTableHasAnEmptyIndex) {
  const CommitId commit = CommitItems(0);
  const auto repository = Open();
  IndexCache cache(*repository, Small());
  const auto index =
      cache.Find(ItemsOf(*repository, commit), TextEncoding::kUtf8, kByBody, nullptr);
  ASSERT_TRUE(index);
  EXPECT_TRUE(index->empty());
}

TEST_F(IndexCacheTest, NextCommitsIndexIsDerivedFromTheRowsThatDiffer) {
  const CommitId first = CommitItems(5000);
  const CommitId second = CommitItems(5000, 0, 77);
  const auto repository = Open();
  IndexCache cache(*repository, Small());
  const auto steps = [&](const CommitId& commit) {
    int count = 0;
    const StoredTable table = ItemsOf(*repository, commit);
    const auto index = cache.Find(table, TextEncoding::kUtf8, kByBody, [&] { ++count; });
    EXPECT_EQ(Problem(*repository, cache, table, kByBody, index), "");
    return count;
  };
  EXPECT_GT(steps(first), 50);
  EXPECT_LE(steps(second), 3);
  EXPECT_EQ(steps(second), 0);
  EXPECT_EQ(steps(first), 0);
  EXPECT_TRUE(IsStored(second, kByBody));
  EXPECT_TRUE(IsStored(first, kByBody));
}

TEST_F(IndexCacheTest, RowsThatDifferMuchAreReadAnew) {
  const CommitId first = CommitItems(100);
  const CommitId second = CommitItems(1000);
  EXPECT_EQ(FindProblemHere(first, kByBody), "");
  EXPECT_EQ(FindProblemHere(second, kByBody), "");
}

TEST_F(IndexCacheTest, IndexesUsedLongestAgoAreForgotten) {
  const CommitId commit = CommitItems(50);
  IndexCacheOptions options = Small();
  options.max_entries = 2;
  const auto repository = Open();
  IndexCache cache(*repository, options);
  const StoredTable table = ItemsOf(*repository, commit);
  for (const auto* definition : {&kByBody, &kByFoldedBody, &kByBody, &kByTrimmedBody}) {
    EXPECT_TRUE(cache.Find(table, TextEncoding::kUtf8, *definition, nullptr));
  }
  EXPECT_TRUE(IsStored(commit, kByTrimmedBody));
  EXPECT_TRUE(IsStored(commit, kByBody) != IsStored(commit, kByFoldedBody));
}

TEST_F(IndexCacheTest, FilesStayWithinTheBound) {
  IndexCacheOptions options = Small();
  options.max_bytes = 90'000;
  uint64_t most_bytes = 0;
  int anew_count = 0;
  for (int i = 0; i < 40; ++i) {
    const CommitId commit = CommitItems(250, 0, i);
    const uint64_t bytes_before = CacheBytes();
    EXPECT_EQ(FindProblemHere(commit, kByBody, options), "");
    EXPECT_TRUE(IsStored(commit, kByBody));
    most_bytes = std::max(most_bytes, CacheBytes());
    if (CacheBytes() < bytes_before) ++anew_count;
  }
  EXPECT_LE(most_bytes, options.max_bytes);
  EXPECT_GE(anew_count, 1);
  EXPECT_LE(anew_count, 10);
}

TEST_F(IndexCacheTest, IndexLargerThanTheBoundServesItsProcess) {
  const CommitId commit = CommitItems(500);
  IndexCacheOptions options = Small();
  options.max_bytes = 1000;
  EXPECT_EQ(FindProblemHere(commit, kByBody, options), "");
  EXPECT_FALSE(IsStored(commit, kByBody));
  EXPECT_LE(CacheBytes(), options.max_bytes);
}

TEST_F(IndexCacheTest, DeletedCacheIsDerivedAgainWhileItIsRead) {
  const CommitId commit = CommitItems(5000);
  EXPECT_EQ(FindProblemHere(commit, kByBody), "");
  const auto repository = Open();
  IndexCache cache(*repository, Small());
  const StoredTable table = ItemsOf(*repository, commit);
  const auto index = cache.Find(table, TextEncoding::kUtf8, kByBody, nullptr);
  RemoveFolderTree(fs_, kCache);
  EXPECT_EQ(Problem(*repository, cache, table, kByBody, index), "");
  EXPECT_EQ(FindProblemHere(commit, kByBody), "");
}

TEST_F(IndexCacheTest, CacheThatIsMadeAnewMeanwhileIsUsed) {
  const CommitId first = CommitItems(5000);
  const CommitId second = CommitItems(5000, 0, 3);
  const auto repository = Open();
  IndexCache cache(*repository, Small());
  const StoredTable table = ItemsOf(*repository, first);
  const auto index = cache.Find(table, TextEncoding::kUtf8, kByBody, nullptr);
  RemoveFolderTree(fs_, kCache);
  EXPECT_EQ(FindProblemHere(second, kByFoldedBody), "");
  const StoredTable next = ItemsOf(*repository, second);
  const auto next_index = cache.Find(next, TextEncoding::kUtf8, kByBody, nullptr);
  EXPECT_EQ(Problem(*repository, cache, next, kByBody, next_index), "");
  EXPECT_EQ(Problem(*repository, cache, table, kByBody, index), "");
  EXPECT_TRUE(IsStored(second, kByFoldedBody));
}

TEST_F(IndexCacheTest, DamagedCacheGivesTheSameIndexes) {
  const CommitId first = CommitItems(1500);
  const CommitId second = CommitItems(1500, 0, 700);
  ASSERT_EQ(FindProblemHere(first, kByBody), "");
  ASSERT_EQ(FindProblemHere(second, kByFoldedBody), "");
  const std::vector<std::string> files = CacheFiles();
  ASSERT_GE(files.size(), 4U);
  int case_count = 0;
  for (const std::string& path : files) {
    const uint64_t size = fs_.Contents(path).size();
    const uint64_t stride = std::max<uint64_t>(1, size / 60);
    for (uint64_t byte = 0; byte < size; byte += stride, ++case_count) {
      const auto disk = fs_.Clone();
      disk->FlipBit(path, byte, static_cast<unsigned>(byte % 8));
      // The index that is there, and one that is derived from what is there.
      const std::string problem = FindProblem(*disk, kFolder, first, kByBody) +
                                  FindProblem(*disk, kFolder, second, kByBody);
      ASSERT_EQ(problem, "") << path << " byte " << byte;
    }
    for (const uint64_t left : {uint64_t{0}, size / 2}) {
      const auto disk = fs_.Clone();
      disk->Truncate(path, left);
      ASSERT_EQ(FindProblem(*disk, kFolder, first, kByBody), "") << path << " cut to " << left;
      ASSERT_EQ(FindProblem(*disk, kFolder, second, kByBody), "") << path << " cut to " << left;
    }
    const auto disk = fs_.Clone();
    disk->Remove(path);
    ASSERT_EQ(FindProblem(*disk, kFolder, first, kByBody), "") << path << " removed";
    ASSERT_EQ(FindProblem(*disk, kFolder, second, kByBody), "") << path << " removed";
  }
  EXPECT_GT(case_count, 150);
}

TEST_F(IndexCacheTest, DamagedCacheThatCannotBeReplacedIsNotUsed) {
  const CommitId commit = CommitItems(1500);
  ASSERT_EQ(FindProblemHere(commit, kByBody), "");
  fs_.FlipBit(std::string(kCache) + "/ROOT", 60, 1);
  EXPECT_FALSE(IsStored(commit, kByBody));
}

TEST_F(IndexCacheTest, ListedIndexThatIsNotThereIsDerivedAgain) {
  const CommitId commit = CommitItems(500);
  ASSERT_EQ(FindProblemHere(commit, kByBody), "");
  const auto store = ObjectStore::Open(fs_, kCache);
  const auto batch = store->BeginWrite(OneThread());
  auto list = DecodeIndexList(store->ReadObject(ObjectType::kOperation, store->root().operation));
  list.at(0).index.root = SomeId("nothing");
  ASSERT_TRUE(batch->Publish(store->root().operation,
                             batch->Put(ObjectType::kOperation, EncodeIndexList(list))));
  EXPECT_EQ(FindProblemHere(commit, kByBody), "");
}

TEST_F(IndexCacheTest, NodeInAnothersPlaceIsNotBelieved) {
  const CommitId commit = CommitItems(20);
  const CommitId other = CommitItems(20, 0, 5);
  ASSERT_EQ(FindProblemHere(commit, kByBody), "");
  ASSERT_EQ(FindProblemHere(other, kByBody), "");
  // A pack with a sound record that has the node of one index under the id of the other.
  const auto store = ObjectStore::Open(fs_, kCache);
  const auto list =
      DecodeIndexList(store->ReadObject(ObjectType::kOperation, store->root().operation));
  ASSERT_EQ(list.size(), 2U);
  const ObjectId id = list[1].index.root;
  const Bytes node = store->ReadObject(ObjectType::kNode, list[0].index.root);
  RecordHeader header;
  header.raw_bytes = header.stored_bytes = static_cast<uint32_t>(node.size());
  const std::string path = std::string(kCache) + "/incoming/0.tmp";
  PackWriter writer(fs_.Open(path, OpenMode::kCreateNew), HashKind::kBlake2b256);
  writer.Append(id, EncodeRecord(id, header, node));
  Root root = store->root();
  root.packs.push_back(writer.Finish());
  fs_.Rename(path, std::string(kCache) + "/packs/" + PackFileName(root.packs.back().id));
  fs_.SetContents(std::string(kCache) + "/ROOT", EncodeRoot(root));
  ASSERT_EQ(ObjectStore::Open(fs_, kCache)->ReadObject(ObjectType::kNode, id), node);

  EXPECT_EQ(FindProblemHere(commit, kByBody), "");
  EXPECT_EQ(FindProblemHere(other, kByBody), "");
}

TEST_F(IndexCacheTest, CacheOfAnotherRepositoryIsReplaced) {
  const CommitId commit = CommitItems(500);
  fs_.MakeDirectory("/r/.pvc/cache");
  ObjectStore::Create(fs_, kCache, HashKind::kBlake2b256, SomeId("another"));
  EXPECT_EQ(FindProblemHere(commit, kByBody), "");
  EXPECT_EQ(ObjectStore::Open(fs_, kCache)->root().repository_id, SomeId("repository"));
}

TEST_F(IndexCacheTest, FullOrBrokenDiskMeansNoIndexButNoError) {
  const CommitId first = CommitItems(400);
  const CommitId second = CommitItems(400, 0, 7);
  ASSERT_EQ(FindProblemHere(first, kByBody), "");
  const auto no_cache = [&] {
    auto disk = fs_.Clone();
    RemoveFolderTree(*disk, "/r/.pvc/cache");
    return disk;
  };
  for (const bool has_cache : {true, false}) {
    for (const auto repeat : {SimFs::Repeat::kOnce, SimFs::Repeat::kForever}) {
      int none_count = 0;
      for (uint64_t call = 1;; ++call) {
        const auto disk = has_cache ? fs_.Clone() : no_cache();
        const auto repository = Repository::Open(*disk, kFolder);
        const StoredTable table = ItemsOf(*repository, second);
        {
          IndexCache cache(*repository, Small());
          disk->FailAt(call, ENOSPC, repeat);
          const auto index = cache.Find(table, TextEncoding::kUtf8, kByBody, nullptr);
          const bool has_failed = disk->fault_count() > 0;
          disk->FailAt(0, 0);
          if (index) {
            ASSERT_EQ(Problem(*repository, cache, table, kByBody, index), "") << "call " << call;
          }
          none_count += index ? 0 : 1;
          if (!has_failed) break;
        }
        ASSERT_EQ(FindProblem(*disk, kFolder, second, kByBody), "") << "after call " << call;
        ASSERT_EQ(FindProblem(*disk, kFolder, first, kByBody), "") << "after call " << call;
      }
      EXPECT_GT(none_count, 10);
    }
  }
}

TEST_F(IndexCacheTest, CrashLeavesAnOldCacheOrNone) {
  const CommitId first = CommitItems(300);
  const CommitId second = CommitItems(300, 0, 7);
  fs_.MarkDurable();
  ASSERT_EQ(FindProblemHere(first, kByBody), "");
  ASSERT_EQ(FindProblemHere(second, kByBody), "");
  CrashOptions options;
  options.max_random = 3;
  options.max_exhaustive_choices = 3;
  options.max_single_choices = 3;
  const auto violation =
      CrashExplorer(fs_, options).FindViolation([&](SimFs& state, const CrashPoint&) {
        return FindProblem(state, kFolder, first, kByBody) +
               FindProblem(state, kFolder, second, kByBody);
      });
  EXPECT_EQ(violation, std::nullopt);
}

TEST_F(IndexCacheTest, RowsThatCannotBeReadAreAnError) {
  const CommitId commit = CommitItems(20000);
  const auto repository = Open();
  const StoredTable table = ItemsOf(*repository, commit);
  for (const std::string& path : fs_.FilePaths()) {
    if (!path.starts_with("/r/.pvc/packs/")) continue;
    const uint64_t size = fs_.Contents(path).size();
    if (size > 50'000) fs_.FlipBit(path, size / 3, 0);
  }
  const auto fresh = Open();
  IndexCache cache(*fresh, Small());
  EXPECT_EQ(ThrownKind([&] { cache.Find(table, TextEncoding::kUtf8, kByBody, nullptr); }),
            ErrorKind::kCorrupt);
}

TEST_F(IndexCacheTest, InterruptedDerivationLeavesNothing) {
  const CommitId commit = CommitItems(5000);
  const auto repository = Open();
  IndexCache cache(*repository, Small());
  int calls_left = 20;
  EXPECT_EQ(ThrownKind([&] {
              cache.Find(ItemsOf(*repository, commit), TextEncoding::kUtf8, kByBody, [&] {
                if (--calls_left == 0) throw Error(ErrorKind::kInterrupted, "stop");
              });
            }),
            ErrorKind::kInterrupted);
  EXPECT_THAT(fs_.ListDirectory(std::string(kCache) + "/incoming"), IsEmpty());
  EXPECT_THAT(fs_.ListDirectory(std::string(kCache) + "/packs"), IsEmpty());
}

TEST_F(IndexCacheTest, ProcessesThatDeriveAtOnceBothStoreTheirs) {
  const CommitId commit = CommitItems(500);
  const auto one = Open();
  const auto two = Open();
  IndexCache first(*one, Small());
  IndexCache second(*two, Small());
  const StoredTable table = ItemsOf(*one, commit);
  bool is_inside = false;
  const auto index = first.Find(table, TextEncoding::kUtf8, kByBody, [&] {
    if (std::exchange(is_inside, true)) return;
    EXPECT_TRUE(second.Find(table, TextEncoding::kUtf8, kByFoldedBody, nullptr));
  });
  EXPECT_EQ(Problem(*one, first, table, kByBody, index), "");
  EXPECT_TRUE(IsStored(commit, kByBody));
  EXPECT_TRUE(IsStored(commit, kByFoldedBody));
}

TEST_F(IndexCacheTest, CacheRemovedWhileAnIndexIsDerivedIsMadeAgain) {
  const CommitId commit = CommitItems(500);
  const auto repository = Open();
  IndexCache cache(*repository, Small());
  const StoredTable table = ItemsOf(*repository, commit);
  bool is_removed = false;
  const auto index = cache.Find(table, TextEncoding::kUtf8, kByBody, [&] {
    if (!std::exchange(is_removed, true)) RemoveFolderTree(fs_, kCache);
  });
  EXPECT_EQ(Problem(*repository, cache, table, kByBody, index), "");
  EXPECT_TRUE(IsStored(commit, kByBody));
}

TEST_F(IndexCacheTest, DiscardedCacheIsDerivedAgain) {
  const CommitId commit = CommitItems(500);
  const auto repository = Open();
  IndexCache cache(*repository, Small());
  const StoredTable table = ItemsOf(*repository, commit);
  EXPECT_TRUE(cache.Find(table, TextEncoding::kUtf8, kByBody, nullptr));
  cache.Discard();
  EXPECT_THAT(CacheFiles(), IsEmpty());
  const auto index = cache.Find(table, TextEncoding::kUtf8, kByBody, nullptr);
  EXPECT_EQ(Problem(*repository, cache, table, kByBody, index), "");
}

struct NoFindings final : FsckSink {
  void OnFinding(const std::string& text) override { ADD_FAILURE() << text; }
  void OnNote(const std::string& text) override { ADD_FAILURE() << text; }
};

TEST_F(IndexCacheTest, FsckAndStatsPassItOver) {
  const CommitId commit = CommitItems(500);
  const uint64_t object_count = CollectStats(*Open(), commit).object_count;
  ASSERT_EQ(FindProblemHere(commit, kByBody), "");
  NoFindings sink;
  CheckRepositoryAt(fs_, kFolder, sink);
  EXPECT_EQ(CollectStats(*Open(), commit).object_count, object_count);
}

TEST(IndexList, OtherBytesAreRefused) {
  const ListedIndex listed{SomeId("definition"), {SomeId("rows"), 2, 0}, {SomeId("index"), 2, 0}};
  const Bytes bytes = EncodeIndexList({listed});
  EXPECT_EQ(DecodeIndexList(bytes), std::vector{listed});
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_EQ(ThrownKind([&] { DecodeIndexList(bytes.substr(0, size)); }), ErrorKind::kCorrupt);
  }
  EXPECT_EQ(ThrownKind([&] { DecodeIndexList(bytes + "x"); }), ErrorKind::kCorrupt);
  ListedIndex too_many = listed;
  too_many.index.entry_count = 3;
  EXPECT_EQ(ThrownKind([&] { DecodeIndexList(EncodeIndexList({too_many})); }), ErrorKind::kCorrupt);
}

// On the real disk, where there are links.
class IndexCacheDiskTest : public testing::Test {
 protected:
  IndexCacheDiskTest() : fs_(MakePosixFileSystem()) {
    folder_ = temp_ / "r";
    fs_->MakeDirectory(folder_);
    Repository::Init(*fs_, folder_, {}, SomeId("repository"), SomeSignature());
  }
  CommitId Commit(int row_count, int edited_row) {
    const auto repository = Repository::Open(*fs_, folder_);
    const auto batch = repository->store().BeginWrite(OneThread());
    pvc::Commit commit;
    commit.snapshot = WriteItems(*batch, row_count, 0, edited_row);
    commit.author = commit.committer = SomeSignature();
    const CommitId id = WriteCommit(*batch, commit);
    StateChange change;
    const std::string ref = "refs/heads/b" + std::to_string(edited_row);
    change.refs.push_back({ref, ObjectId{}, id.id});
    repository->Publish(*batch, change, SomeSignature(), "commit");
    return id;
  }

  TempFolder temp_;
  std::unique_ptr<FileSystem> fs_;
  std::string folder_;
};

TEST_F(IndexCacheDiskTest, LinksAreNotFollowed) {
  const CommitId commit = Commit(200, 1);
  const std::string cache = folder_ + "/.pvc/cache";
  for (const std::string& path : {cache, cache + "/indexes", cache + "/indexes/packs",
                                  cache + "/indexes/incoming", cache + "/indexes/lock"}) {
    boost::filesystem::remove_all(cache);
    boost::filesystem::create_directories(ParentPath(path));
    const std::string elsewhere = temp_ / "elsewhere";
    boost::filesystem::create_directory(elsewhere);
    boost::filesystem::create_symlink(elsewhere, path);
    EXPECT_EQ(FindProblem(*fs_, folder_, commit, kByBody), "no index") << path;
    EXPECT_THAT(fs_->ListDirectory(elsewhere), IsEmpty()) << path;
    EXPECT_TRUE(boost::filesystem::is_symlink(path));
  }
}

TEST_F(IndexCacheDiskTest, ManyAtOnceFindTheRightIndexesWhileOthersRemoveThem) {
  std::vector<CommitId> commits;
  for (int i = 1; i <= 4; ++i) commits.push_back(Commit(3000, i));
  const std::vector<const IndexDefinition*> definitions = {&kByBody, &kByFoldedBody};
  std::mutex mutex;
  std::vector<std::string> problems;
  const auto work = [&](uint32_t seed) {
    std::mt19937 random(seed);
    for (int round = 0; round < 12; ++round) {
      try {
        const auto repository = Repository::Open(*fs_, folder_);
        IndexCacheOptions options = Small();
        if (random() % 3 == 0) options.max_bytes = 300'000;
        IndexCache cache(*repository, options);
        for (int i = 0; i < 3; ++i) {
          const StoredTable table = ItemsOf(*repository, commits[random() % commits.size()]);
          const IndexDefinition& definition = *definitions[random() % 2];
          const auto index = cache.Find(table, TextEncoding::kUtf8, definition, nullptr);
          if (random() % 4 == 0) cache.Discard();
          const auto again = cache.Find(table, TextEncoding::kUtf8, definition, nullptr);
          // Each may lose its files to the others, again and again: then there is none.
          if (!index || !again) continue;
          const std::string problem = Problem(*repository, cache, table, definition, again);
          if (problem.empty()) continue;
          const std::lock_guard lock(mutex);
          problems.push_back(problem);
        }
      } catch (const std::exception& error) {
        const std::lock_guard lock(mutex);
        problems.emplace_back(error.what());
      }
    }
  };
  std::vector<std::thread> threads;
  for (uint32_t seed = 1; seed <= 3; ++seed) threads.emplace_back(work, seed);
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(problems, IsEmpty());
  EXPECT_EQ(FindProblem(*fs_, folder_, commits[0], kByBody), "");
}

}  // namespace
}  // namespace pvc
