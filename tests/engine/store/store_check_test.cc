#include <gtest/gtest.h>

#include "tests/engine/store/store_fixture.h"

namespace pvc {
namespace {

using StoreCheckTest = StoreFixture;

size_t FindingCount(SimFs& fs) {
  try {
    FindingList findings;
    const auto summary = ObjectStore::Open(fs, "/r/.pvc")->Check(findings);
    EXPECT_EQ(summary.finding_count, findings.findings.size());
    return findings.findings.size();
  } catch (const Error&) {
    return 1;  // Open found it
  }
}

TEST_F(StoreCheckTest, EverySoundObjectIsVisitedOnce) {
  const ObjectId a = Store(ObjectType::kNode, TextLike(1));
  const ObjectId b = Store(ObjectType::kCommit, TextLike(1) + "x", a);

  FindingList findings;
  const auto summary = Open()->Check(findings);

  EXPECT_EQ(findings.objects, (std::vector<ObjectId>{a, b}));
  EXPECT_EQ(summary.object_count, 2U);
  EXPECT_EQ(summary.pack_count, 2U);
  EXPECT_EQ(summary.finding_count, 0U);
  EXPECT_EQ(summary.stored_bytes,
            fs_.Contents(PackPaths()[0]).size() + fs_.Contents(PackPaths()[1]).size());
}

TEST_F(StoreCheckTest, EveryAlteredByteAndEveryTruncationIsFound) {
  const ObjectId a = Store(ObjectType::kNode, TextLike(1));
  Store(ObjectType::kCommit, TextLike(1) + "x", a);
  Store(ObjectType::kPiece, "short");
  auto paths = PackPaths();
  paths.push_back("/r/.pvc/ROOT");
  for (const std::string& path : paths) {
    const Bytes bytes = fs_.Contents(path);
    for (size_t i = 0; i < bytes.size(); ++i) {
      Bytes altered = bytes;
      altered[i] = static_cast<char>(altered[i] ^ (1 << (i % 8)));
      fs_.SetContents(path, altered);
      ASSERT_GT(FindingCount(fs_), 0U) << path << " byte " << i;
      fs_.SetContents(path, bytes.substr(0, i));
      ASSERT_GT(FindingCount(fs_), 0U) << path << " cut to " << i;
    }
    fs_.SetContents(path, bytes + "x");
    EXPECT_GT(FindingCount(fs_), 0U);
    fs_.SetContents(path, bytes);
  }
  EXPECT_EQ(FindingCount(fs_), 0U);
}

TEST_F(StoreCheckTest, SwappedAndMissingPacksAreFound) {
  Store(ObjectType::kNode, "aaaa");
  Store(ObjectType::kNode, "bbbb");
  const auto paths = PackPaths();
  const Bytes first = fs_.Contents(paths[0]);
  const Bytes second = fs_.Contents(paths[1]);
  fs_.SetContents(paths[0], second);
  fs_.SetContents(paths[1], first);
  EXPECT_EQ(FindingCount(fs_), 2U);

  fs_.SetContents(paths[0], first);
  fs_.SetContents(paths[1], second);
  fs_.Remove(paths[0]);
  EXPECT_EQ(FindingCount(fs_), 1U);
}

TEST_F(StoreCheckTest, ObjectUnderAnotherIdIsFound) {
  const ObjectId id = IdOf("what the id says", ObjectType::kNode);
  RecordHeader header;
  header.raw_bytes = 5;
  AddPack({{id, EncodeRecord(id, header, "wrong")}});
  EXPECT_EQ(FindingCount(fs_), 1U);
}

TEST_F(StoreCheckTest, BytesBetweenRecordsAreFound) {
  const ObjectId a = IdOf("aaaa", ObjectType::kNode);
  RecordHeader header;
  header.raw_bytes = 4;
  Bytes file = EncodePackHeader(HashKind::kBlake2b256);
  file += "gap";
  const uint64_t offset = file.size();
  const Bytes record = EncodeRecord(a, header, "aaaa");
  file += record;
  const Bytes index =
      EncodePackIndex({{a, offset, static_cast<uint32_t>(record.size())}}, file.size());
  file += index;
  const PackEntry entry{ComputePackId(HashKind::kBlake2b256, index), file.size(), 1};
  fs_.SetContents("/r/.pvc/packs/" + PackFileName(entry.id), file);
  Root root = Open()->root();
  root.packs.push_back(entry);
  ReplaceFile(fs_, "/r/.pvc/ROOT", EncodeRoot(root));

  FindingList findings;
  Open()->Check(findings);

  ASSERT_EQ(findings.findings.size(), 1U);
  EXPECT_NE(findings.findings[0].find("bytes 16 to 18 belong to no object"), std::string::npos)
      << findings.findings[0];
}

}  // namespace
}  // namespace pvc
