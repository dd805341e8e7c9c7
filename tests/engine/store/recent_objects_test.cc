#include "engine/recent_objects.h"

#include <map>

#include "engine/record_source.h"
#include "tests/engine/store/store_fixture.h"

namespace pvc {
namespace {

RecentObjects::Object ObjectOf(Bytes bytes) {
  return {ObjectType::kPiece, std::make_shared<const Bytes>(std::move(bytes))};
}

bool Has(RecentObjects& recent, const ObjectId& id) { return recent.Find(id).bytes != nullptr; }

TEST(RecentObjects, ThoseUsedLongestAgoGo) {
  RecentObjects recent;
  const size_t size = RecentObjects::kMaxObjectBytesHeld;
  const int count = static_cast<int>(RecentObjects::kMaxHeldBytes / size);
  for (int i = 0; i < count; ++i) {
    recent.Insert(IdOf(TextLike(i)), ObjectOf(Bytes(size, 'x')));
    EXPECT_TRUE(Has(recent, IdOf(TextLike(0))));
  }
  EXPECT_FALSE(Has(recent, IdOf(TextLike(1))));
  EXPECT_TRUE(Has(recent, IdOf(TextLike(2))));
  EXPECT_TRUE(Has(recent, IdOf(TextLike(count - 1))));
}

TEST(RecentObjects, LargeOnesAreLeftOut) {
  RecentObjects recent;
  recent.Insert(IdOf("a"), ObjectOf(Bytes(RecentObjects::kMaxObjectBytesHeld + 1, 'x')));
  EXPECT_FALSE(Has(recent, IdOf("a")));
}

/// Records in memory.
class Records final : public RecordSource {
 public:
  void Add(const ObjectId& id, RecordHeader header, ByteView payload) {
    header.type = ObjectType::kPiece;
    header.stored_bytes = static_cast<uint32_t>(payload.size());
    records_[id] = {EncodeRecord(id, header, payload), header};
  }
  std::optional<StoredRecord> FindRecord(const ObjectId& id, unsigned) override {
    ++lookup_count;
    const auto found = records_.find(id);
    if (found == records_.end()) return std::nullopt;
    return found->second;
  }

  int lookup_count = 0;

 private:
  std::map<ObjectId, StoredRecord> records_;
};

TEST(RecentObjects, BasesOfADeltaAreFoundAgain) {
  std::vector<Bytes> versions = {TextLike(1)};
  for (int i = 1; i < 4; ++i) versions.push_back(versions.back() + TextLike(1 + i).substr(0, 50));
  Records records;
  Compressor compressor(3);
  for (size_t i = 0; i < versions.size(); ++i) {
    RecordHeader header;
    header.raw_bytes = static_cast<uint32_t>(versions[i].size());
    header.codec = i == 0 ? Codec::kZstd : Codec::kZstdDelta;
    header.depth = static_cast<uint8_t>(i);
    if (i > 0) header.base = IdOf(versions[i - 1]);
    records.Add(IdOf(versions[i]), header,
                i == 0 ? compressor.Compress(versions[i])
                       : compressor.CompressDelta(versions[i], versions[i - 1]));
  }
  DecompressorPool pool;
  RecentObjects recent;
  const auto read = [&](const Bytes& version, RecentObjects* among) {
    const ObjectId id = IdOf(version);
    return *ResolveRecord(records, pool, id, *records.FindRecord(id, kAnyDepth), among).bytes;
  };
  EXPECT_EQ(read(versions[3], &recent), versions[3]);
  for (const Bytes& version : versions) {
    ASSERT_TRUE(Has(recent, IdOf(version)));
    EXPECT_EQ(*recent.Find(IdOf(version)).bytes, version);
  }
  records.lookup_count = 0;
  EXPECT_EQ(read(versions[2], &recent), versions[2]);
  EXPECT_EQ(records.lookup_count, 1);
  EXPECT_EQ(read(versions[2], nullptr), versions[2]);
  EXPECT_EQ(records.lookup_count, 4);
}

}  // namespace
}  // namespace pvc
