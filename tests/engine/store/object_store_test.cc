#include "engine/object_store.h"

#include <gtest/gtest.h>

#include <cerrno>

#include "base/error.h"
#include "tests/engine/store/store_fixture.h"

namespace pvc {
namespace {

using ObjectStoreTest = StoreFixture;

TEST_F(ObjectStoreTest, PublishedObjectsAreReadAfterReopening) {
  auto store = Open();
  auto batch = store->BeginWrite({});
  const ObjectId small = batch->Put(ObjectType::kCommit, "a commit");
  const ObjectId empty = batch->Put(ObjectType::kPiece, "");
  const ObjectId large = batch->Put(ObjectType::kNode, RandomBytes(3'000'000, 1));
  ASSERT_TRUE(batch->Publish({}, small));

  const auto reopened = Open();

  EXPECT_EQ(reopened->root().operation, small);
  EXPECT_EQ(reopened->root().sequence, 1U);
  EXPECT_EQ(reopened->ReadObject(ObjectType::kCommit, small), "a commit");
  EXPECT_EQ(reopened->ReadObject(ObjectType::kPiece, empty), "");
  EXPECT_EQ(reopened->ReadObject(ObjectType::kNode, large), RandomBytes(3'000'000, 1));
}

TEST_F(ObjectStoreTest, ManyObjectsOfOneBatchAreAllFound) {
  auto store = Open();
  auto batch = store->BeginWrite({});
  std::vector<ObjectId> ids;
  for (int i = 0; i < 1000; ++i) ids.push_back(batch->Put(ObjectType::kNode, TextLike(i)));
  ASSERT_TRUE(batch->Publish({}, ids[0]));

  const auto reopened = Open();

  for (int i = 0; i < 1000; ++i) {
    ASSERT_EQ(reopened->ReadObject(ObjectType::kNode, ids[static_cast<size_t>(i)]), TextLike(i));
  }
  EXPECT_FALSE(reopened->Contains(IdOf("never stored")));
}

TEST_F(ObjectStoreTest, BatchReadsWhatItSubmitted) {
  auto store = Open();
  auto batch = store->BeginWrite({});
  const ObjectId id = batch->Put(ObjectType::kNode, "pending");

  EXPECT_EQ(batch->ReadObject(ObjectType::kNode, id), "pending");
  EXPECT_FALSE(store->Contains(id));
}

TEST_F(ObjectStoreTest, ReadingUnderAnotherTypeIsCorrupt) {
  const ObjectId id = Store(ObjectType::kNode, "a node");

  EXPECT_EQ(KindOf([&] { Open()->ReadObject(ObjectType::kCommit, id); }), ErrorKind::kCorrupt);
}

TEST_F(ObjectStoreTest, SecondWriterLosesTheSwapAndThenSucceeds) {
  auto first = Open();
  auto second = Open();
  auto first_batch = first->BeginWrite({});
  auto second_batch = second->BeginWrite({});
  const ObjectId one = first_batch->Put(ObjectType::kOperation, "one");
  const ObjectId two = second_batch->Put(ObjectType::kOperation, "two");
  ASSERT_TRUE(first_batch->Publish({}, one));

  EXPECT_FALSE(second_batch->Publish({}, two));
  EXPECT_EQ(second->root().operation, one);
  EXPECT_EQ(second->ReadObject(ObjectType::kOperation, one), "one");
  EXPECT_FALSE(Open()->Contains(two));

  const ObjectId three = second_batch->Put(ObjectType::kOperation, "three");
  EXPECT_EQ(second_batch->ReadObject(ObjectType::kOperation, two), "two");
  EXPECT_TRUE(second_batch->Publish(one, three));
  const auto reopened = Open();
  for (const auto& [id, text] : {std::pair{one, "one"}, {two, "two"}, {three, "three"}}) {
    EXPECT_EQ(reopened->ReadObject(ObjectType::kOperation, id), text);
  }
  EXPECT_EQ(reopened->root().sequence, 2U);
}

TEST_F(ObjectStoreTest, UnpublishedBatchLeavesNothingBehind) {
  auto store = Open();
  const auto before = fs_.FilePaths();
  {
    auto batch = store->BeginWrite({});
    batch->Put(ObjectType::kNode, RandomBytes(5'000'000, 2));
  }
  EXPECT_EQ(fs_.FilePaths(), before);
}

TEST_F(ObjectStoreTest, BatchThatLostTheSwapLeavesNothingBehind) {
  auto store = Open();
  auto batch = store->BeginWrite({});
  batch->Put(ObjectType::kNode, "lost");
  const ObjectId operation = Store(ObjectType::kOperation, "winner");
  const auto before = fs_.FilePaths();
  ASSERT_FALSE(batch->Publish({}, operation));
  ASSERT_NE(fs_.FilePaths(), before);

  batch.reset();

  // The lost pack's temporary file was in `before`.
  auto expected = before;
  std::erase_if(expected, [](const std::string& path) { return path.ends_with(".tmp"); });
  EXPECT_EQ(fs_.FilePaths(), expected);
}

TEST_F(ObjectStoreTest, LoserOfTheSamePackDoesNotRemoveTheWinnersPack) {
  auto first = Open();
  auto second = Open();
  auto first_batch = first->BeginWrite({});
  auto second_batch = second->BeginWrite({});
  const ObjectId id = first_batch->Put(ObjectType::kOperation, "same");
  second_batch->Put(ObjectType::kOperation, "same");
  ASSERT_TRUE(first_batch->Publish({}, id));
  ASSERT_FALSE(second_batch->Publish({}, id));

  second_batch.reset();

  EXPECT_EQ(Open()->ReadObject(ObjectType::kOperation, id), "same");
}

TEST_F(ObjectStoreTest, PackSweptBeforePublishIsWrittenAgain) {
  auto store = Open();
  auto batch = store->BeginWrite({});
  const ObjectId id = batch->Put(ObjectType::kNode, RandomBytes(2'500'000, 3));
  const ObjectId winner = Store(ObjectType::kOperation, "winner");
  const auto before = PackPaths();
  ASSERT_FALSE(batch->Publish({}, id));
  for (const std::string& path : PackPaths()) {
    if (std::find(before.begin(), before.end(), path) == before.end()) fs_.Remove(path);
  }

  ASSERT_TRUE(batch->Publish(winner, id));

  EXPECT_EQ(Open()->ReadObject(ObjectType::kNode, id), RandomBytes(2'500'000, 3));
  ExpectClean();
}

TEST_F(ObjectStoreTest, BatchWithoutObjectsPublishesWithoutPack) {
  const ObjectId next = IdOf("next");
  auto store = Open();
  ASSERT_TRUE(store->BeginWrite({})->Publish({}, next));

  EXPECT_EQ(Open()->root().operation, next);
  EXPECT_TRUE(Open()->root().packs.empty());
}

// Whatever failed, a second attempt with the same files must not report success.
TEST_F(ObjectStoreTest, PublishThatFailedIsNotTriedAgain) {
  const auto disk = fs_.Clone();
  for (uint64_t n = 1;; ++n) {
    const auto state = disk->Clone();
    auto store = ObjectStore::Open(*state, kPath);
    WriteOptions options;
    options.worker_count = 0;
    auto batch = store->BeginWrite(options);
    const ObjectId id = batch->Put(ObjectType::kCommit, "a commit");
    const uint64_t faults = state->fault_count();
    state->FailAt(n, ENOSPC);
    bool has_failed = false;
    try {
      EXPECT_TRUE(batch->Publish({}, id));
    } catch (const Error&) {
      has_failed = true;
    }
    if (state->fault_count() == faults) break;
    if (has_failed) {
      EXPECT_THROW((void)batch->Publish({}, id), Error) << "call " << n;
    }
    ASSERT_LT(n, 200U);
  }
}

TEST_F(ObjectStoreTest, FlippedTypeOfARecordIsCorruptForLookups) {
  const ObjectId id = Store(ObjectType::kCommit, "a commit");
  fs_.FlipBit(PackPaths().at(0), kPackHeaderBytes + 8, 2);  // the first record's type: 5 becomes 1
  const auto store = Open();
  EXPECT_THROW(store->Describe(id), Error);
  EXPECT_THROW(store->FindByPrefix(id.Hex().substr(0, 8), 10), Error);
}

TEST_F(ObjectStoreTest, RootChainNamesTheReplacedRoot) {
  const Bytes old_bytes = fs_.Contents("/r/.pvc/ROOT");
  Store(ObjectType::kNode, "x");

  EXPECT_EQ(Open()->root().previous_hash,
            HashBytes(HashKind::kBlake2b256, "pvc/1 root", old_bytes));
}

TEST_F(ObjectStoreTest, KnownObjectsAreNotWrittenAgain) {
  Store(ObjectType::kNode, TextLike(1));
  auto store = Open();
  auto batch = store->BeginWrite({});
  batch->Put(ObjectType::kNode, TextLike(1));
  batch->Put(ObjectType::kNode, TextLike(2));
  batch->Put(ObjectType::kNode, TextLike(2));
  ASSERT_TRUE(batch->Publish(store->root().operation, IdOf("next")));

  EXPECT_EQ(batch->statistics().submitted_count, 3U);
  EXPECT_EQ(batch->statistics().written_count, 1U);
  EXPECT_EQ(batch->statistics().written_raw_bytes, TextLike(2).size());
  EXPECT_EQ(batch->statistics().stored_bytes, Open()->root().packs.back().size_bytes);
}

TEST_F(ObjectStoreTest, CreateRefusesAFolderThatHoldsRoot) {
  EXPECT_EQ(
      KindOf([&] { ObjectStore::Create(fs_, "/r/.pvc", HashKind::kBlake2b256, IdOf("other")); }),
      ErrorKind::kExists);
}

TEST_F(ObjectStoreTest, OpenWithoutRootIsNotFound) {
  EXPECT_EQ(KindOf([&] { ObjectStore::Open(fs_, "/r"); }), ErrorKind::kNotFound);
}

TEST_F(ObjectStoreTest, MissingPackFileIsCorrupt) {
  const ObjectId id = Store(ObjectType::kNode, "x");
  fs_.Remove(PackPaths().at(0));

  EXPECT_EQ(KindOf([&] { Open()->ReadObject(ObjectType::kNode, id); }), ErrorKind::kCorrupt);
}

TEST_F(ObjectStoreTest, ReaderFindsObjectsPublishedAfterItOpened) {
  auto reader = Open();
  const ObjectId id = Store(ObjectType::kNode, "later");

  EXPECT_EQ(reader->ReadObject(ObjectType::kNode, id), "later");
}

TEST_F(ObjectStoreTest, ReadOnlyFileSystemIsEnoughForReading) {
  const ObjectId id = Store(ObjectType::kNode, "x");
  fs_.SetReadOnly(true);

  EXPECT_EQ(Open()->ReadObject(ObjectType::kNode, id), "x");
  ExpectClean();
}

TEST_F(ObjectStoreTest, DescribeGivesTypeAndSizes) {
  const ObjectId id = Store(ObjectType::kCommit, TextLike(1));

  const auto info = Open()->Describe(id);

  ASSERT_TRUE(info);
  EXPECT_EQ(info->type, ObjectType::kCommit);
  EXPECT_EQ(info->raw_bytes, TextLike(1).size());
  EXPECT_LT(info->stored_bytes, info->raw_bytes);
  EXPECT_FALSE(Open()->Describe(IdOf("never stored")));
}

TEST_F(ObjectStoreTest, PrefixFindsExactlyTheIdsThatBeginWithIt) {
  auto store = Open();
  auto batch = store->BeginWrite({});
  std::vector<ObjectId> ids;
  for (int i = 0; i < 700; ++i) ids.push_back(batch->Put(ObjectType::kNode, TextLike(i)));
  ASSERT_TRUE(batch->Publish({}, ids[0]));

  for (const std::string& prefix : {std::string("a"), std::string("7f"), ids[5].Hex(),
                                    ids[9].Hex().substr(0, 7), std::string("")}) {
    std::vector<ObjectId> expected;
    for (const ObjectId& id : ids) {
      if (id.Hex().starts_with(prefix)) expected.push_back(id);
    }
    std::sort(expected.begin(), expected.end());
    std::vector<ObjectId> found;
    for (const auto& one : store->FindByPrefix(prefix, 1000)) found.push_back(one.id);
    EXPECT_EQ(found, expected) << prefix;
    EXPECT_EQ(store->FindByPrefix(prefix, 2).size(), std::min<size_t>(2, expected.size()));
  }
  EXPECT_TRUE(store->FindByPrefix("xyz", 10).empty());
}

TEST_F(ObjectStoreTest, StoredCopyThatDiffersIsReportedWhenDeduplicating) {
  // A record that is sound in itself, under the id of other bytes.
  const ObjectId id = IdOf("what the id says", ObjectType::kNode);
  RecordHeader header;
  header.type = ObjectType::kNode;
  header.raw_bytes = 5;
  AddPack({{id, EncodeRecord(id, header, "wrong")}});

  auto store = Open();
  auto batch = store->BeginWrite({});

  EXPECT_EQ(KindOf([&] {
              batch->Put(ObjectType::kNode, "what the id says");
              (void)batch->Publish(store->root().operation, id);
            }),
            ErrorKind::kCorrupt);
}

}  // namespace
}  // namespace pvc
