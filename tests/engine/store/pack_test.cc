#include <gtest/gtest.h>

#include "engine/block_cache.h"
#include "engine/pack_reader.h"
#include "engine/pack_writer.h"
#include "tests/engine/store/store_fixture.h"

namespace pvc {
namespace {

Bytes StoredRecordOf(const ObjectId& id, const Bytes& raw) {
  RecordHeader header;
  header.type = ObjectType::kPiece;
  header.raw_bytes = static_cast<uint32_t>(raw.size());
  return EncodeRecord(id, header, raw);
}

std::vector<std::pair<ObjectId, Bytes>> Records(int count) {
  std::vector<std::pair<ObjectId, Bytes>> records;
  for (int i = 0; i < count; ++i) {
    const Bytes raw = "object " + std::to_string(i);
    records.emplace_back(IdOf(raw), StoredRecordOf(IdOf(raw), raw));
  }
  return records;
}

class PackTest : public testing::Test {
 protected:
  PackEntry Write(int count) { return WritePack(fs_, "pack", Records(count)); }
  PackReader Reader(const PackEntry& entry) {
    return PackReader(fs_, cache_, "pack", HashKind::kBlake2b256, entry);
  }
  SimFs fs_;
  BlockCache cache_{4};
};

TEST_F(PackTest, EveryObjectIsFoundAndNoOther) {
  for (const int count : {1, 127, 128, 129, 256, 1000}) {
    const PackEntry entry = Write(count);
    PackReader reader = Reader(entry);
    EXPECT_EQ(entry.object_count, static_cast<uint64_t>(count));
    EXPECT_EQ(reader.block_count(), IndexBlockCount(entry.object_count));
    for (const auto& [id, record] : Records(count)) {
      const auto found = reader.Find(id);
      ASSERT_TRUE(found);
      EXPECT_EQ(reader.ReadRecord(*found).bytes, record);
    }
    for (int i = 0; i < 300; ++i) EXPECT_FALSE(reader.Find(IdOf("none " + std::to_string(i))));
    fs_.Remove("pack");
  }
}

TEST_F(PackTest, IdsBeforeTheFirstAndAfterTheLastAreNotFound) {
  PackReader reader = Reader(Write(200));
  ObjectId last;
  last.bytes.fill(0xFF);
  EXPECT_FALSE(reader.Find(ObjectId{}));
  EXPECT_FALSE(reader.Find(last));
}

TEST_F(PackTest, EveryTruncationIsReportedAsCorrupt) {
  const PackEntry entry = Write(3);
  const Bytes bytes = fs_.Contents("pack");
  for (size_t size = 0; size < bytes.size(); ++size) {
    fs_.SetContents("pack", bytes.substr(0, size));
    PackReader as_listed = Reader(entry);
    EXPECT_EQ(KindOf([&] { as_listed.Find(entry.id); }), ErrorKind::kCorrupt) << size;
    // Also when ROOT agrees with the truncated size.
    PackReader agreed = Reader(PackEntry{entry.id, size, 3});
    EXPECT_EQ(KindOf([&] { agreed.Find(entry.id); }), ErrorKind::kCorrupt) << size;
  }
}

TEST_F(PackTest, FlippedByteNeverGivesWrongData) {
  const PackEntry entry = Write(3);
  const Bytes bytes = fs_.Contents("pack");
  for (size_t i = 0; i < bytes.size(); ++i) {
    Bytes altered = bytes;
    altered[i] = static_cast<char>(altered[i] ^ 0x01);
    fs_.SetContents("pack", altered);
    for (const auto& [id, record] : Records(3)) {
      try {
        PackReader reader = Reader(entry);
        const auto found = reader.Find(id);
        ASSERT_TRUE(found) << i;
        EXPECT_EQ(reader.ReadRecord(*found).bytes, record) << i;
      } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::kCorrupt) << error.message();
        EXPECT_NE(error.message().find("'pack'"), std::string::npos) << error.message();
      }
    }
  }
}

TEST_F(PackTest, RecordInAnothersPlaceIsCorrupt) {
  // Two records of equal length trade places, each of them sound.
  const ObjectId a = IdOf("aaaa");
  const ObjectId b = IdOf("bbbb");
  const PackEntry entry =
      WritePack(fs_, "pack", {{a, StoredRecordOf(b, "bbbb")}, {b, StoredRecordOf(a, "aaaa")}});
  PackReader reader = Reader(entry);
  EXPECT_EQ(KindOf([&] { reader.ReadRecord(*reader.Find(a)); }), ErrorKind::kCorrupt);
}

TEST_F(PackTest, PackOfAnotherHashIsCorrupt) {
  const PackEntry entry = Write(3);
  PackReader reader(fs_, cache_, "pack", HashKind::kSha256, entry);
  EXPECT_EQ(KindOf([&] { reader.Find(entry.id); }), ErrorKind::kCorrupt);
}

TEST_F(PackTest, CountThatDiffersFromRootIsCorrupt) {
  PackEntry entry = Write(3);
  entry.object_count = 2;
  PackReader reader = Reader(entry);
  EXPECT_EQ(KindOf([&] { reader.Find(entry.id); }), ErrorKind::kCorrupt);
}

TEST(PackRecord, MalformedHeadersAreCorrupt) {
  const ObjectId id = IdOf("x");
  const auto decode = [&](RecordHeader header, ByteView payload) {
    return KindOf([&] { DecodeRecord(EncodeRecord(id, header, payload), id); });
  };
  RecordHeader delta;
  delta.codec = Codec::kZstdDelta;
  delta.raw_bytes = 10;
  delta.depth = 1;
  delta.base = IdOf("base");
  RecordHeader stored;
  stored.raw_bytes = 3;

  EXPECT_EQ(decode(delta, "abc"), std::nullopt);
  EXPECT_EQ(decode(stored, "abc"), std::nullopt);
  EXPECT_EQ(decode(stored, "ab"), ErrorKind::kCorrupt);
  RecordHeader altered = delta;
  altered.depth = 0;
  EXPECT_EQ(decode(altered, "abc"), ErrorKind::kCorrupt);
  altered.depth = kMaxDeltaDepth + 1;
  EXPECT_EQ(decode(altered, "abc"), ErrorKind::kCorrupt);
  altered = delta;
  altered.base = ObjectId{};
  EXPECT_EQ(decode(altered, "abc"), ErrorKind::kCorrupt);
  altered = delta;
  altered.raw_bytes = kMaxObjectBytes + 1;
  EXPECT_EQ(decode(altered, "abc"), ErrorKind::kCorrupt);
  altered = delta;
  altered.raw_bytes = 3;  // compressed to the same length: never written
  EXPECT_EQ(decode(altered, "abc"), ErrorKind::kCorrupt);
  altered = delta;
  altered.codec = static_cast<Codec>(4);
  EXPECT_EQ(decode(altered, "abc"), ErrorKind::kCorrupt);
  altered = stored;
  altered.type = static_cast<ObjectType>(kLastObjectType + 1);
  EXPECT_EQ(decode(altered, "abc"), ErrorKind::kCorrupt);
}

TEST(PackIndex, SealedMalformationsAreCorrupt) {
  const ObjectId low = ObjectId::FromView(Bytes(32, 'a'));
  const ObjectId high = ObjectId::FromView(Bytes(32, 'b'));
  const auto decode = [](const std::vector<IndexEntry>& entries) {
    return KindOf([&] {
      const uint64_t index_offset = 100;
      const Bytes index = EncodePackIndex(entries, index_offset);
      const uint64_t file_bytes = index_offset + index.size();
      const PackFooter footer =
          DecodePackFooter(ByteView(index).substr(index.size() - kPackFooterBytes), file_bytes);
      const auto directory = DecodePackDirectory(
          ByteView(index).substr(footer.directory_offset - index_offset,
                                 file_bytes - kPackFooterBytes - footer.directory_offset),
          footer);
      DecodeIndexBlock(ByteView(index).substr(0, directory.at(0).bytes), directory.at(0),
                       entries.size(), footer);
    });
  };

  EXPECT_EQ(decode({{low, 16, 42}, {high, 58, 42}}), std::nullopt);
  EXPECT_EQ(decode({{high, 16, 42}, {low, 58, 42}}), ErrorKind::kCorrupt);
  EXPECT_EQ(decode({{low, 16, 42}, {low, 58, 42}}), ErrorKind::kCorrupt);
  EXPECT_EQ(decode({{low, 15, 42}}), ErrorKind::kCorrupt);
  EXPECT_EQ(decode({{low, 16, 85}}), ErrorKind::kCorrupt);
  EXPECT_EQ(decode({{low, 101, 42}}), ErrorKind::kCorrupt);
  EXPECT_EQ(decode({{low, ~uint64_t{0}, 42}}), ErrorKind::kCorrupt);
  EXPECT_EQ(decode({{low, 16, 3}}), ErrorKind::kCorrupt);
}

}  // namespace
}  // namespace pvc
