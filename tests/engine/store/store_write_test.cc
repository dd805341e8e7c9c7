#include <gtest/gtest.h>

#include <map>

#include "engine/compress_pipeline.h"
#include "engine/record_source.h"
#include "tests/engine/store/store_fixture.h"

namespace pvc {
namespace {

using StoreWriteTest = StoreFixture;

/// A 16 KiB object that differs from number - 1 in a few places.
Bytes Edited(int number) {
  Bytes bytes = RandomBytes(16 << 10, 42);
  for (int i = 1; i <= number; ++i) {
    bytes.replace(static_cast<size_t>(i) * 600 % 16000, 8,
                  RandomBytes(8, static_cast<uint32_t>(i)));
  }
  return bytes;
}

/// The headers of all records in the store's packs, by id.
std::map<ObjectId, RecordHeader> HeadersOf(SimFs& fs, const Root& root) {
  std::map<ObjectId, RecordHeader> headers;
  for (const PackEntry& entry : root.packs) {
    BlockCache cache;
    PackReader pack(fs, cache, "/r/.pvc/packs/" + PackFileName(entry.id), root.hash_kind, entry);
    for (uint64_t i = 0; i < pack.block_count(); ++i) {
      for (const IndexEntry& index_entry : *pack.ReadBlock(i)) {
        headers[index_entry.id] = pack.ReadRecord(index_entry).header;
      }
    }
  }
  return headers;
}

TEST_F(StoreWriteTest, EditedObjectIsStoredAsADelta) {
  const ObjectId base = Store(ObjectType::kNode, Edited(0));
  const ObjectId edited = Store(ObjectType::kNode, Edited(1), base);

  const auto headers = HeadersOf(fs_, Open()->root());
  EXPECT_EQ(headers.at(edited).codec, Codec::kZstdDelta);
  EXPECT_EQ(headers.at(edited).base, base);
  EXPECT_LT(headers.at(edited).stored_bytes, 100U);
  EXPECT_EQ(Open()->ReadObject(ObjectType::kNode, edited), Edited(1));
}

TEST_F(StoreWriteTest, DeltaChainsEndAtTheDepthLimitAndBeginAgain) {
  ObjectId last;
  std::vector<ObjectId> ids;
  for (int i = 0; i < 25; ++i) ids.push_back(last = Store(ObjectType::kNode, Edited(i), last));

  const auto headers = HeadersOf(fs_, Open()->root());
  for (int i = 0; i < 25; ++i) {
    EXPECT_EQ(headers.at(ids[static_cast<size_t>(i)]).depth, i % (kMaxDeltaDepth + 1));
    EXPECT_EQ(Open()->ReadObject(ObjectType::kNode, ids[static_cast<size_t>(i)]), Edited(i));
  }
  ExpectClean();
}

TEST_F(StoreWriteTest, UnlikeOrUnknownSimilarObjectIsNoDelta) {
  const ObjectId base = Store(ObjectType::kNode, RandomBytes(5000, 1));
  const ObjectId unlike = Store(ObjectType::kNode, TextLike(1), base);
  const ObjectId unknown = Store(ObjectType::kNode, TextLike(2), IdOf("unknown"));

  const auto headers = HeadersOf(fs_, Open()->root());
  EXPECT_EQ(headers.at(unlike).codec, Codec::kZstd);
  EXPECT_EQ(headers.at(unknown).codec, Codec::kZstd);
}

TEST_F(StoreWriteTest, ObjectThatDoesNotCompressIsStoredAsItIs) {
  const ObjectId id = Store(ObjectType::kPiece, RandomBytes(5000, 1));
  EXPECT_EQ(HeadersOf(fs_, Open()->root()).at(id).codec, Codec::kStored);
}

TEST_F(StoreWriteTest, WithoutCompressionEverythingIsStoredAsItIs) {
  auto store = Open();
  WriteOptions options;
  options.compression.method = Compression::Method::kNone;
  auto batch = store->BeginWrite(options);
  const ObjectId id = batch->Put(ObjectType::kNode, TextLike(1));
  ASSERT_TRUE(batch->Publish({}, id));

  EXPECT_EQ(HeadersOf(fs_, Open()->root()).at(id).codec, Codec::kStored);
  EXPECT_EQ(Open()->ReadObject(ObjectType::kNode, id), TextLike(1));
}

struct Submission {
  Bytes bytes;
  ObjectId id;
  ObjectId similar;
};

/// Plain objects, duplicates, and chains of edits whose base is the object submitted just before.
std::vector<Submission> MixedSubmissions() {
  std::vector<Submission> submissions;
  for (int i = 0; i < 150; ++i) {
    Submission one;
    one.bytes = i % 5 == 0 ? TextLike(i % 40) : Edited(i % 25);
    one.id = IdOf(one.bytes, ObjectType::kNode);
    if (i % 5 > 1) one.similar = submissions.back().id;
    submissions.push_back(std::move(one));
  }
  return submissions;
}

/// Submits the objects with some number of workers; returns the pack's bytes.
Bytes PackOf(const std::vector<Submission>& submissions, unsigned worker_count, size_t queue_bytes,
             bool wait) {
  SimFs fs;
  ObjectStore::Create(fs, "/repo", HashKind::kBlake2b256, IdOf("repository"));
  auto store = ObjectStore::Open(fs, "/repo");
  WriteOptions options;
  options.worker_count = worker_count;
  options.queue_bytes = queue_bytes;
  auto batch = store->BeginWrite(options);
  for (const Submission& one : submissions) {
    const auto ticket = batch->Submit(ObjectType::kNode, one.bytes, one.similar);
    if (wait) {
      EXPECT_EQ(batch->Wait(ticket), one.id);
    }
  }
  EXPECT_TRUE(batch->Publish({}, IdOf("next")));
  return fs.Contents("/repo/packs/" + PackFileName(store->root().packs.at(0).id));
}

TEST(StorePipeline, PackBytesDoNotDependOnTheNumberOfWorkers) {
  const auto submissions = MixedSubmissions();
  const Bytes alone = PackOf(submissions, 0, 4 << 20, false);
  EXPECT_EQ(PackOf(submissions, 1, 4 << 20, false), alone);
  for (int round = 0; round < 10; ++round) {
    EXPECT_EQ(PackOf(submissions, 3, 4 << 20, false), alone);
    EXPECT_EQ(PackOf(submissions, 3, 20'000, false), alone);
  }
  EXPECT_EQ(PackOf(submissions, 3, 4 << 20, true), alone);
}

class FailingStages : public PipelineStages {
 public:
  void Encode(PipelineJob& job, Compressor&) override {
    if (job.ticket == fail_encode) throw Error(ErrorKind::kIo, "encode failed");
    job.record = job.bytes;
  }
  void Append(PipelineJob& job) override {
    if (job.ticket == fail_append) throw Error(ErrorKind::kIo, "append failed");
    appended.push_back(job.ticket);
  }
  uint64_t fail_encode = ~uint64_t{0};
  uint64_t fail_append = ~uint64_t{0};
  std::vector<uint64_t> appended;
};

TEST(StorePipeline, AppendsInOrderOfSubmission) {
  for (const unsigned workers : {0U, 1U, 4U}) {
    FailingStages stages;
    CompressPipeline::Options options;
    options.worker_count = workers;
    options.queue_bytes = 50'000;
    CompressPipeline pipeline(options, stages);
    for (uint32_t i = 0; i < 300; ++i) {
      pipeline.Submit(ObjectType::kNode, RandomBytes(i % 7 * 3000, i), {});
    }
    pipeline.Drain();
    ASSERT_EQ(stages.appended.size(), 300U);
    EXPECT_TRUE(std::is_sorted(stages.appended.begin(), stages.appended.end()));
  }
}

TEST(StorePipeline, FailureOfAWorkerIsThrownByTheNextCalls) {
  for (const bool in_append : {false, true}) {
    for (const unsigned workers : {0U, 1U, 3U}) {
      FailingStages stages;
      (in_append ? stages.fail_append : stages.fail_encode) = 20;
      CompressPipeline::Options options;
      options.worker_count = workers;
      options.queue_bytes = 10'000;
      CompressPipeline pipeline(options, stages);
      const auto submit_all = [&] {
        for (uint32_t i = 0; i < 100; ++i) {
          pipeline.Submit(ObjectType::kNode, RandomBytes(1000, i), {});
        }
        pipeline.Drain();
      };
      EXPECT_EQ(KindOf(submit_all), ErrorKind::kIo);
      EXPECT_EQ(KindOf([&] { pipeline.Drain(); }), ErrorKind::kIo);
      EXPECT_EQ(KindOf([&] { pipeline.Submit(ObjectType::kNode, "x", {}); }), ErrorKind::kIo);
      EXPECT_LE(stages.appended.size(), 20U);
    }
  }
}

TEST_F(StoreWriteTest, FullDiskAtAnyCallLeavesTheRepositoryAsBefore) {
  const ObjectId first = Store(ObjectType::kNode, "first");
  const Bytes large = RandomBytes(1'100'000, 1);
  for (uint64_t n = 1;; ++n) {
    SCOPED_TRACE("failing call " + std::to_string(n));
    auto fs = fs_.Clone();
    bool published = false;
    {
      auto store = ObjectStore::Open(*fs, kPath);
      fs->FailAt(n, 28);
      bool threw = false;
      try {
        WriteOptions options;
        options.worker_count = static_cast<unsigned>(n % 2);
        auto batch = store->BeginWrite(options);
        for (const char* tag : {"a", "b", "c"}) batch->Submit(ObjectType::kNode, tag + large, {});
        published = batch->Publish(first, IdOf("next"));
      } catch (const Error& error) {
        threw = true;
        EXPECT_EQ(error.kind(), ErrorKind::kIo) << error.message();
      }
      const bool failed = fs->fault_count() > 0;
      fs->FailAt(0, 0);
      const auto reopened = ObjectStore::Open(*fs, kPath);
      if (!failed) {
        EXPECT_TRUE(published);
        EXPECT_GT(n, 10U);
        return;
      }
      if (threw) {
        EXPECT_EQ(reopened->root().operation, first);
      }
      FindingList findings;
      reopened->Check(findings);
      EXPECT_TRUE(findings.findings.empty());
      EXPECT_EQ(reopened->ReadObject(ObjectType::kNode, first), "first");
    }
  }
}

TEST_F(StoreWriteTest, ObjectOverTheLimitIsRefused) {
  auto store = Open();
  auto batch = store->BeginWrite({});
  EXPECT_EQ(KindOf([&] { batch->Put(ObjectType::kPiece, Bytes(kMaxObjectBytes + 1, 'x')); }),
            ErrorKind::kTooLarge);
}

TEST_F(StoreWriteTest, DictionaryRecordIsRead) {
  const Bytes dictionary = TextLike(1) + TextLike(2);
  const ObjectId dictionary_id = IdOf(dictionary, ObjectType::kDictionary);
  const Bytes raw = TextLike(3);
  const ObjectId id = IdOf(raw, ObjectType::kNode);
  RecordHeader dictionary_header;
  dictionary_header.type = ObjectType::kDictionary;
  dictionary_header.raw_bytes = static_cast<uint32_t>(dictionary.size());
  RecordHeader header;
  header.type = ObjectType::kNode;
  header.codec = Codec::kZstdDictionary;
  header.raw_bytes = static_cast<uint32_t>(raw.size());
  header.base = dictionary_id;
  Compressor compressor(3);
  AddPack({{dictionary_id, EncodeRecord(dictionary_id, dictionary_header, dictionary)},
           {id, EncodeRecord(id, header, compressor.CompressWithDictionary(raw, dictionary))}});

  EXPECT_EQ(Open()->ReadObject(ObjectType::kNode, id), raw);
  ExpectClean();
}

/// A delta record of `raw` against `base_raw`.
Bytes DeltaRecord(const Bytes& raw, const Bytes& base_raw, uint8_t depth) {
  RecordHeader header;
  header.codec = Codec::kZstdDelta;
  header.depth = depth;
  header.raw_bytes = static_cast<uint32_t>(raw.size());
  header.base = IdOf(base_raw, ObjectType::kNode);
  Compressor compressor(1);
  return EncodeRecord(IdOf(raw, ObjectType::kNode), header,
                      compressor.CompressDelta(raw, base_raw));
}

TEST_F(StoreWriteTest, DeltasThatNameEachOtherAreCorruptNotEndless) {
  const ObjectId a = IdOf(Edited(1), ObjectType::kNode);
  const ObjectId b = IdOf(Edited(2), ObjectType::kNode);
  AddPack({{a, DeltaRecord(Edited(1), Edited(2), 8)}, {b, DeltaRecord(Edited(2), Edited(1), 7)}});

  EXPECT_EQ(KindOf([&] { Open()->ReadObject(ObjectType::kNode, a); }), ErrorKind::kCorrupt);
}

// Two writers that did not see each other: each stored what the other's deltas lean on as a delta
// of its own.
TEST_F(StoreWriteTest, BaseThatAnotherPackHoldsAsADeltaIsReadFromTheShallowerCopy) {
  const ObjectId x = Store(ObjectType::kNode, Edited(1));
  const ObjectId y = Store(ObjectType::kNode, Edited(2), x);
  RecordHeader plain;
  plain.raw_bytes = static_cast<uint32_t>(Edited(2).size());
  AddPack({{x, DeltaRecord(Edited(1), Edited(2), 1)}});

  EXPECT_EQ(Open()->ReadObject(ObjectType::kNode, y), Edited(2));
}

TEST_F(StoreWriteTest, ObjectsCollectedBehindABatchAreNoticed) {
  const ObjectId known = Store(ObjectType::kNode, TextLike(1));
  auto store = Open();
  auto batch = store->BeginWrite({});
  batch->Put(ObjectType::kNode, TextLike(1));
  (void)batch->ReadObject(ObjectType::kNode, known);
  batch->Put(ObjectType::kNode, TextLike(2));
  // A collector drops the pack and keeps the operation.
  Root root = Open()->root();
  root.packs.clear();
  ++root.sequence;
  ReplaceFile(fs_, "/r/.pvc/ROOT", EncodeRoot(root));

  EXPECT_EQ(KindOf([&] { (void)batch->Publish(known, IdOf("next")); }), ErrorKind::kMoved);
}

}  // namespace
}  // namespace pvc
