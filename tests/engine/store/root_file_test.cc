#include "engine/root_file.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "tests/engine/store/store_fixture.h"

namespace pvc {
namespace {

constexpr size_t kVersionOffset = 8;
constexpr size_t kHashKindOffset = 12;
constexpr size_t kReservedOffset = 13;
constexpr size_t kPackCountOffset = 120;
constexpr size_t kPacksOffset = 128;

Root SampleRoot() {
  Root root;
  root.hash_kind = HashKind::kSha256;
  root.repository_id = IdOf("repository");
  root.sequence = 7;
  root.previous_hash = IdOf("previous");
  root.operation = IdOf("operation");
  root.packs = {{IdOf("pack 1"), 1000, 3}, {IdOf("pack 0"), uint64_t{1} << 40, 9}};
  return root;
}

/// Puts a right checksum behind altered bytes.
Bytes Sealed(Bytes bytes) {
  bytes.resize(bytes.size() - 8);
  AppendU64(bytes, Checksum64(bytes));
  return bytes;
}

Bytes Altered(size_t offset, char value) {
  Bytes bytes = EncodeRoot(SampleRoot());
  bytes[offset] = value;
  return Sealed(bytes);
}

TEST(RootFile, DecodesToWhatWasEncoded) {
  EXPECT_EQ(DecodeRoot(EncodeRoot(SampleRoot())), SampleRoot());
  EXPECT_EQ(DecodeRoot(EncodeRoot(Root{})), Root{});
}

TEST(RootFile, EveryFlippedByteIsReported) {
  const Bytes bytes = EncodeRoot(SampleRoot());
  for (size_t i = 0; i < bytes.size(); ++i) {
    Bytes altered = bytes;
    altered[i] = static_cast<char>(altered[i] ^ 0x40);
    EXPECT_EQ(KindOf([&] { DecodeRoot(altered); }), ErrorKind::kCorrupt) << i;
  }
}

TEST(RootFile, EveryTruncationAndExtensionIsReported) {
  const Bytes bytes = EncodeRoot(SampleRoot());
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_EQ(KindOf([&] { DecodeRoot(bytes.substr(0, size)); }), ErrorKind::kCorrupt) << size;
  }
  EXPECT_EQ(KindOf([&] { DecodeRoot(bytes + '\0'); }), ErrorKind::kCorrupt);
}

TEST(RootFile, NewerVersionIsUnsupportedAndNamesBothVersions) {
  try {
    DecodeRoot(Altered(kVersionOffset, 5));
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kUnsupported);
    EXPECT_NE(error.message().find("version 5"), std::string::npos) << error.message();
    EXPECT_NE(error.message().find("version 1"), std::string::npos) << error.message();
  }
}

TEST(RootFile, SealedMalformationsAreCorrupt) {
  EXPECT_EQ(KindOf([&] { DecodeRoot(Altered(kVersionOffset, 0)); }), ErrorKind::kCorrupt);
  EXPECT_EQ(KindOf([&] { DecodeRoot(Altered(kHashKindOffset, 0)); }), ErrorKind::kCorrupt);
  EXPECT_EQ(KindOf([&] { DecodeRoot(Altered(kHashKindOffset, 3)); }), ErrorKind::kCorrupt);
  EXPECT_EQ(KindOf([&] { DecodeRoot(Altered(kReservedOffset + 2, 1)); }), ErrorKind::kCorrupt);
  EXPECT_EQ(KindOf([&] { DecodeRoot(Altered(kPackCountOffset, 1)); }), ErrorKind::kCorrupt);
  EXPECT_EQ(KindOf([&] { DecodeRoot(Altered(kPackCountOffset, 3)); }), ErrorKind::kCorrupt);
  EXPECT_EQ(KindOf([&] { DecodeRoot(Altered(kPackCountOffset + 3, '\x7f')); }),
            ErrorKind::kCorrupt);
  EXPECT_EQ(KindOf([&] { DecodeRoot(Altered(kPacksOffset - 1, 1)); }), ErrorKind::kCorrupt);
}

TEST(RootFile, PackListedTwiceIsCorrupt) {
  Root root = SampleRoot();
  root.packs.push_back(root.packs[0]);
  root.packs.back().object_count = 4;
  EXPECT_EQ(KindOf([&] { DecodeRoot(EncodeRoot(root)); }), ErrorKind::kCorrupt);
}

TEST(RootFile, EmptyPackAndPackWithoutNameAreCorrupt) {
  Root root = SampleRoot();
  root.packs[1].object_count = 0;
  EXPECT_EQ(KindOf([&] { DecodeRoot(EncodeRoot(root)); }), ErrorKind::kCorrupt);
  root = SampleRoot();
  root.packs[1].id = ObjectId{};
  EXPECT_EQ(KindOf([&] { DecodeRoot(EncodeRoot(root)); }), ErrorKind::kCorrupt);
}

TEST(RootFile, BytesAfterThePacksAreCorrupt) {
  Bytes bytes = EncodeRoot(SampleRoot());
  bytes.insert(bytes.size() - 8, "x");
  EXPECT_EQ(KindOf([&] { DecodeRoot(Sealed(bytes)); }), ErrorKind::kCorrupt);
}

}  // namespace
}  // namespace pvc
