#include "engine/pack_merge.h"

#include <gtest/gtest.h>

#include <thread>

#include "tests/engine/store/store_fixture.h"
#include "tests/support/crash_explorer.h"

namespace pvc {
namespace {

using PackMergeTest = StoreFixture;

std::vector<PackEntry> PacksOfSizes(const std::vector<uint64_t>& sizes) {
  std::vector<PackEntry> packs;
  for (const uint64_t size : sizes) {
    packs.push_back({IdOf("pack " + std::to_string(packs.size())), size, 1});
  }
  return packs;
}

TEST(PackMerge, PacksInGeometricOrderStay) {
  const auto packs = PacksOfSizes(
      {1 << 20, 1 << 19, 1 << 17, 1 << 15, 1 << 13, 1 << 11, 1 << 9, 1 << 7, 1 << 5, 1 << 3, 2});
  EXPECT_EQ(ChooseMergeStart(packs), packs.size());
}

TEST(PackMerge, ManyEqualPacksAreMergedButNotTheLargeOneBefore) {
  EXPECT_EQ(ChooseMergeStart(PacksOfSizes(std::vector<uint64_t>(11, 100))), 11U);
  EXPECT_EQ(ChooseMergeStart(PacksOfSizes(std::vector<uint64_t>(12, 100))), 0U);
  std::vector<uint64_t> sizes(12, 100);
  sizes.insert(sizes.begin(), 1'000'000);
  EXPECT_EQ(ChooseMergeStart(PacksOfSizes(sizes)), 1U);
}

TEST(PackMerge, NoMoreThanTheLimitIsCopied) {
  std::vector<uint64_t> sizes(13, kMaxMergeBytes / 3);
  EXPECT_EQ(ChooseMergeStart(PacksOfSizes(sizes)), sizes.size());
  EXPECT_EQ(ChooseMergeStart(PacksOfSizes({~uint64_t{0}, 1, 1})), 3U);
}

TEST(PackMerge, PackCountStaysLogarithmicAndCopiesFew) {
  std::vector<PackEntry> packs;
  uint64_t copied = 0;
  size_t most = 0;
  constexpr uint64_t kPublishes = 20'000;
  for (uint64_t i = 0; i < kPublishes; ++i) {
    packs.push_back({IdOf(std::to_string(i)), 1000 + i % 7 * 300, 1});
    const size_t start = ChooseMergeStart(packs);
    if (start < packs.size()) {
      uint64_t sum = 0;
      for (size_t k = start; k < packs.size(); ++k) sum += packs[k].size_bytes;
      copied += sum;
      packs.resize(start + 1);
      packs[start].size_bytes = sum;
    }
    most = std::max(most, packs.size());
  }
  EXPECT_LT(most, 35U);
  EXPECT_LT(copied, kPublishes * 1900 * 12);
}

TEST_F(PackMergeTest, ManyPublishesLeaveFewPacksAndEveryObject) {
  auto old_reader = Open();
  std::vector<std::pair<ObjectId, Bytes>> objects;
  Bytes bytes = TextLike(1);
  ObjectId last;
  for (int i = 0; i < 100; ++i) {
    bytes.replace(static_cast<size_t>(i) * 30, 5, std::to_string(10'000 + i));
    last = Store(ObjectType::kNode, bytes, last);
    objects.emplace_back(last, bytes);
    if (i == 5) old_reader->Refresh();
  }

  EXPECT_LT(Open()->root().packs.size(), 20U);
  for (const auto& [id, content] : objects) {
    ASSERT_EQ(Open()->ReadObject(ObjectType::kNode, id), content);
    ASSERT_EQ(old_reader->ReadObject(ObjectType::kNode, id), content);
  }
  FindingList findings;
  const auto summary = Open()->Check(findings);
  EXPECT_EQ(summary.object_count, 100U);
  EXPECT_EQ(summary.finding_count, 0U);
  EXPECT_TRUE(fs_.ListDirectory("/r/.pvc/incoming").empty());
}

TEST_F(PackMergeTest, ReaderOfPacksThatWereSweptFindsTheMergedOne) {
  const ObjectId first = Store(ObjectType::kNode, "first");
  auto old_reader = Open();
  for (int i = 0; i < 40; ++i) Store(ObjectType::kNode, std::to_string(i));
  std::vector<std::string> listed;
  for (const PackEntry& pack : Open()->root().packs) {
    listed.push_back("/r/.pvc/packs/" + PackFileName(pack.id));
  }
  for (const std::string& path : PackPaths()) {
    if (std::find(listed.begin(), listed.end(), path) == listed.end()) fs_.Remove(path);
  }

  EXPECT_EQ(old_reader->ReadObject(ObjectType::kNode, first), "first");
}

TEST_F(PackMergeTest, ShallowestCopyOfAnObjectIsKept) {
  const Bytes base = RandomBytes(3000, 1);
  const Bytes edited = "edited" + base;
  const ObjectId base_id = IdOf(base, ObjectType::kNode);
  const ObjectId id = IdOf(edited, ObjectType::kNode);
  RecordHeader plain;
  plain.raw_bytes = static_cast<uint32_t>(edited.size());
  RecordHeader delta = plain;
  delta.codec = Codec::kZstdDelta;
  delta.depth = 1;
  delta.base = base_id;
  Compressor compressor(1);
  const Bytes plain_record = EncodeRecord(id, plain, edited);
  const Bytes delta_record = EncodeRecord(id, delta, compressor.CompressDelta(edited, base));
  for (const bool plain_first : {false, true}) {
    SimFs fs;
    BlockCache cache;
    std::vector<std::shared_ptr<PackReader>> packs;
    for (const bool is_plain : {plain_first, !plain_first}) {
      const std::string path = is_plain ? "plain" : "delta";
      const PackEntry entry = WritePack(fs, path, {{id, is_plain ? plain_record : delta_record}});
      packs.push_back(std::make_shared<PackReader>(fs, cache, path, HashKind::kBlake2b256, entry));
    }
    PackWriter writer(fs.Open("merged", OpenMode::kCreateNew), HashKind::kBlake2b256);
    MergePacks(packs, writer);
    EXPECT_EQ(writer.object_count(), 1U);
    EXPECT_EQ(writer.ReadRecord(*writer.Find(id)).bytes, plain_record);
  }
}

TEST_F(PackMergeTest, DamagedOldPackDoesNotStopAPublish) {
  for (int i = 0; i < 11; ++i) Store(ObjectType::kNode, TextLike(i));
  fs_.FlipBit("/r/.pvc/packs/" + PackFileName(Open()->root().packs[0].id), 100, 3);

  const ObjectId id = Store(ObjectType::kNode, "next");

  EXPECT_EQ(Open()->root().packs.size(), 12U);
  EXPECT_EQ(Open()->ReadObject(ObjectType::kNode, id), "next");
}

TEST_F(PackMergeTest, MergingPublishSurvivesPowerLossAtEveryStep) {
  std::vector<ObjectId> ids;
  for (int i = 0; i < 11; ++i) ids.push_back(Store(ObjectType::kNode, std::to_string(i)));
  const auto check = [&](SimFs& state, const ObjectId& newest, bool must_be_newest) {
    auto store = ObjectStore::Open(state, kPath);
    FindingList findings;
    store->Check(findings);
    if (!findings.findings.empty()) return findings.findings[0];
    if (must_be_newest && store->root().operation != newest) return std::string("change is lost");
    for (int i = 0; i < 11; ++i) {
      store->ReadObject(ObjectType::kNode, ids[static_cast<size_t>(i)]);
    }
    if (store->root().operation == newest) store->ReadObject(ObjectType::kNode, newest);
    return std::string();
  };
  uint64_t sync_count = 0;
  for (uint64_t ignored = 0; ignored <= sync_count; ++ignored) {
    auto fs = fs_.Clone();
    const uint64_t before = fs->sync_count();
    if (ignored > 0) fs->IgnoreSync(ignored);
    auto store = ObjectStore::Open(*fs, kPath);
    WriteOptions options;
    options.worker_count = 0;
    auto batch = store->BeginWrite(options);
    const ObjectId newest = batch->Put(ObjectType::kNode, "newest");
    ASSERT_TRUE(batch->Publish(ids.back(), newest));
    ASSERT_EQ(store->root().packs.size(), 1U);
    const size_t published = fs->log_size();
    if (ignored == 0) sync_count = fs->sync_count() - before;

    CrashExplorer explorer(*fs);
    const auto violation = explorer.FindViolation([&](SimFs& state, const CrashPoint& point) {
      return check(state, newest, point.log_position >= published);
    });
    // The first fsync is of the batch's own pack, which the merged one makes superfluous.
    if (ignored == 0) {
      EXPECT_EQ(violation, std::nullopt);
    } else if (ignored > 1) {
      EXPECT_TRUE(violation) << "fsync " << ignored << " is not needed";
    }
  }
  EXPECT_EQ(sync_count, 5U);
}

TEST_F(PackMergeTest, WritersInParallelLoseNothing) {
  constexpr int kThreads = 3;
  constexpr int kRounds = 30;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([this, t] {
      for (int i = 0; i < kRounds; ++i) {
        auto store = Open();
        auto batch = store->BeginWrite({});
        const std::string text = std::to_string(t) + " " + std::to_string(i);
        const ObjectId id = batch->Put(ObjectType::kNode, text);
        batch->Put(ObjectType::kNode, TextLike(i));
        while (!batch->Publish(store->root().operation, id)) {
        }
        EXPECT_EQ(store->ReadObject(ObjectType::kNode, id), text);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();

  auto store = Open();
  EXPECT_EQ(store->root().sequence, static_cast<uint64_t>(kThreads * kRounds));
  EXPECT_LT(store->root().packs.size(), 30U);
  for (int t = 0; t < kThreads; ++t) {
    for (int i = 0; i < kRounds; ++i) {
      const std::string text = std::to_string(t) + " " + std::to_string(i);
      EXPECT_EQ(store->ReadObject(ObjectType::kNode, IdOf(text, ObjectType::kNode)), text);
    }
  }
  ExpectClean();
}

TEST_F(PackMergeTest, OneStoreIsReadByManyThreadsWhileAnotherPublishes) {
  std::vector<ObjectId> ids;
  for (int i = 0; i < 5; ++i) ids.push_back(Store(ObjectType::kNode, TextLike(i)));
  auto store = Open();
  std::vector<std::thread> threads;
  for (int t = 0; t < 3; ++t) {
    threads.emplace_back([&] {
      for (int round = 0; round < 100; ++round) {
        for (int i = 0; i < 5; ++i) {
          EXPECT_EQ(store->ReadObject(ObjectType::kNode, ids[static_cast<size_t>(i)]), TextLike(i));
        }
        if (round % 10 == 0) store->Refresh();
      }
    });
  }
  for (int i = 0; i < 30; ++i) Store(ObjectType::kNode, std::to_string(i));
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace pvc
