#include "base/hash.h"

#include <gtest/gtest.h>

#include <set>
#include <unordered_set>

namespace pvc {
namespace {

/// 0, 1, .. 250, 0, 1, ..
Bytes Pattern(size_t size) {
  Bytes bytes;
  for (size_t i = 0; i < size; ++i) bytes.push_back(static_cast<char>(i % 251));
  return bytes;
}

std::string HashHex(HashKind kind, std::string_view domain, ByteView bytes) {
  return HashBytes(kind, domain, bytes).Hex();
}

// The answers were computed with Python's hashlib.blake2b(bytes, digest_size=32, person=domain).
TEST(Hash, Blake2bHasTheDomainInItsPersonalField) {
  EXPECT_EQ(HashHex(HashKind::kBlake2b256, "", ""),
            "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8");
  EXPECT_EQ(HashHex(HashKind::kBlake2b256, "pvc node", "abc"),
            "8e4d470117fb8aef6b173c1eb559d3e3e0941deec62ede5264c166a9ae8d65bb");
  EXPECT_EQ(HashHex(HashKind::kBlake2b256, "pvc commit", "abc"),
            "22f1564cfa813b2bd31170c87afc89bc296306d03295e8bcde1d9fe512b99cd1");
}

// ... with hashlib.sha256(domain.ljust(16, b"\0") + bytes).
TEST(Hash, Sha256HasThePaddedDomainInFront) {
  EXPECT_EQ(HashHex(HashKind::kSha256, "", ""),
            "374708fff7719dd5979ec875d56cd2286f6d3cf7ec317a3b25632aab28ec37bb");
  EXPECT_EQ(HashHex(HashKind::kSha256, "pvc node", "abc"),
            "bf93d91fd63e1ef52c824a3031be8bfef2c88052c919698229f35d1fa96ed642");
  EXPECT_EQ(HashHex(HashKind::kSha256, "pvc commit", "abc"),
            "01344d8d888abc2f3ed0987fe384127f9be45ed94f3af5d052e96c5ed067ddc0");
}

TEST(Hash, DomainMayHave16Bytes) {
  Bytes all_bytes;
  for (int i = 0; i < 256; ++i) all_bytes.push_back(static_cast<char>(i));
  EXPECT_EQ(HashHex(HashKind::kBlake2b256, "0123456789abcdef", all_bytes),
            "45fe2def9e86392bae7dd97df24c919aa156d4df4de42acb4124dd3b79c6cb0b");
  EXPECT_EQ(HashHex(HashKind::kSha256, "0123456789abcdef", all_bytes),
            "234667c38f19876a58d1b365b4a6841c20946b27be2e5da3a44b6ed54c3c417a");
}

TEST(Hash, EqualBytesInDifferentDomainsHaveDifferentIds) {
  std::set<ObjectId> ids;
  for (const HashKind kind : {HashKind::kBlake2b256, HashKind::kSha256}) {
    for (const char* domain : {"", "a", "b", "node", "commit"}) {
      ids.insert(HashBytes(kind, domain, "same"));
    }
  }
  EXPECT_EQ(ids.size(), 10U);
}

TEST(Hash, NamesAreThoseOfTheCommandLine) {
  EXPECT_EQ(HashName(HashKind::kBlake2b256), "blake2b");
  EXPECT_EQ(HashName(HashKind::kSha256), "sha256");
}

// Computed by a separate implementation of the XXH3 specification in Python.
TEST(Hash, ChecksumIsXxh3) {
  EXPECT_EQ(Checksum64(""), 0x2d06800538d394c2U);
  EXPECT_EQ(Checksum64("abc"), 0x78af5f94892f3950U);
  EXPECT_EQ(Checksum64("abcdefg"), 0x5a40dc3fd44c052fU);
  EXPECT_EQ(Checksum64("0123456789abcdef"), 0x64439946d8fa212dU);
  EXPECT_EQ(Checksum64(Pattern(5000)), 0xb418500fc42320eeU);
}

TEST(Hash, SeededHashIsXxh3WithSeed) {
  EXPECT_EQ(SeededHash64("", 42), 0xb029411ff43d84d2U);
  EXPECT_EQ(SeededHash64("abc", 42), 0xd8438def21bbdcc3U);
  EXPECT_EQ(SeededHash64("abcdefg", ~uint64_t{0}), 0xdd18a7c420c01d8eU);
  EXPECT_EQ(SeededHash64("0123456789abcdef", ~uint64_t{0}), 0xfa7c260ee4571142U);
  EXPECT_EQ(SeededHash64(Pattern(5000), 42), 0xcbb923d7fcf9cd33U);
  EXPECT_EQ(SeededHash64(Pattern(5000), 0), Checksum64(Pattern(5000)));
}

TEST(ObjectId, HexComesBackInEitherCase) {
  const ObjectId id = HashBytes(HashKind::kBlake2b256, "d", "x");
  std::string hex = id.Hex();
  EXPECT_EQ(ObjectId::FromHex(hex), id);
  for (char& c : hex) c = static_cast<char>(std::toupper(c));
  EXPECT_EQ(ObjectId::FromHex(hex), id);
  EXPECT_EQ(ObjectId::FromView(id.View()), id);
  EXPECT_EQ(id.Short(), id.Hex().substr(0, 12));
}

TEST(ObjectId, HexOfWrongLengthOrDigitsIsRefused) {
  const std::string hex(64, 'a');
  EXPECT_TRUE(ObjectId::FromHex(hex).has_value());
  EXPECT_EQ(ObjectId::FromHex(""), std::nullopt);
  EXPECT_EQ(ObjectId::FromHex(hex.substr(1)), std::nullopt);
  EXPECT_EQ(ObjectId::FromHex(hex + "a"), std::nullopt);
  for (const char bad : {'g', 'G', '/', ':', '@', '`', ' ', '\0', '\xff'}) {
    std::string wrong = hex;
    wrong[63] = bad;
    EXPECT_EQ(ObjectId::FromHex(wrong), std::nullopt) << static_cast<int>(bad);
    wrong = hex;
    wrong[0] = bad;
    EXPECT_EQ(ObjectId::FromHex(wrong), std::nullopt) << static_cast<int>(bad);
  }
}

TEST(ObjectId, OrderIsThatOfItsBytes) {
  ObjectId low;
  ObjectId high;
  low.bytes[31] = 0xFF;
  high.bytes[0] = 0x80;
  EXPECT_TRUE(ObjectId{}.IsZero());
  EXPECT_FALSE(low.IsZero());
  EXPECT_LT(low, high);
}

TEST(ObjectId, ServesAsKeyOfAHashTable) {
  std::unordered_set<ObjectId> ids;
  ids.insert(ObjectId{});
  ids.insert(HashBytes(HashKind::kSha256, "", "a"));
  ids.insert(HashBytes(HashKind::kSha256, "", "a"));
  EXPECT_EQ(ids.size(), 2U);
}

}  // namespace
}  // namespace pvc
