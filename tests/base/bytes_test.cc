#include "base/bytes.h"

#include <gtest/gtest.h>

#include <random>

#include "base/decoder.h"

namespace pvc {
namespace {

Bytes Varint(uint64_t value) {
  Bytes out;
  AppendVarint(out, value);
  return out;
}

TEST(Bytes, FixedIntegersAreLittleEndian) {
  Bytes out;
  AppendU8(out, 0xF1);
  AppendU16(out, 0x1234);
  AppendU32(out, 0x89ABCDEF);
  AppendU64(out, 0x0123456789ABCDEF);
  EXPECT_EQ(ToHex(out), "f13412efcdab89efcdab8967452301");
}

TEST(Bytes, LoadsReadUnalignedWhatAppendsWrote) {
  Bytes out = "x";  // makes what follows unaligned
  AppendU16(out, 0xFEDC);
  AppendU32(out, 0xFFFFFFFE);
  AppendU64(out, ~uint64_t{1});
  EXPECT_EQ(LoadU16(out.data() + 1), 0xFEDC);
  EXPECT_EQ(LoadU32(out.data() + 3), 0xFFFFFFFE);
  EXPECT_EQ(LoadU64(out.data() + 7), ~uint64_t{1});
}

TEST(Bytes, VarintsHaveTheLeb128Form) {
  EXPECT_EQ(ToHex(Varint(0)), "00");
  EXPECT_EQ(ToHex(Varint(127)), "7f");
  EXPECT_EQ(ToHex(Varint(128)), "8001");
  EXPECT_EQ(ToHex(Varint(300)), "ac02");
  EXPECT_EQ(ToHex(Varint(624'485)), "e58e26");
  EXPECT_EQ(ToHex(Varint(~uint64_t{0})), "ffffffffffffffffff01");
}

TEST(Bytes, VarintLengthChangesAtEachSeventhBit) {
  EXPECT_EQ(VarintBytes(0), 1U);
  for (unsigned groups = 1; groups < kMaxVarintBytes; ++groups) {
    const uint64_t first_longer = uint64_t{1} << (7 * groups);
    EXPECT_EQ(VarintBytes(first_longer - 1), groups);
    EXPECT_EQ(VarintBytes(first_longer), groups + 1);
    EXPECT_EQ(Varint(first_longer - 1).size(), groups);
    EXPECT_EQ(Varint(first_longer).size(), groups + 1);
  }
  EXPECT_EQ(VarintBytes(~uint64_t{0}), kMaxVarintBytes);
}

TEST(Bytes, VarintsOfAnyLengthComeBack) {
  constexpr uint64_t kSeed = 7;
  SCOPED_TRACE(kSeed);
  std::mt19937_64 random(kSeed);
  for (int i = 0; i < 10'000; ++i) {
    const uint64_t value = random() >> (random() % 64);
    const Bytes encoded = Varint(value);
    EXPECT_EQ(encoded.size(), VarintBytes(value));
    Decoder decoder(encoded, "varint");
    EXPECT_EQ(decoder.ReadVarint(), value);
    EXPECT_TRUE(decoder.AtEnd());
  }
}

TEST(Bytes, StringsCarryTheirLength) {
  Bytes out;
  AppendString(out, "");
  AppendString(out, ByteView("a\0b", 3));
  AppendString(out, Bytes(200, 'x'));
  EXPECT_EQ(ToHex(ByteView(out).substr(0, 7)),
            "000361006"
            "2c801");
  EXPECT_EQ(out.size(), 1U + 4U + 202U);
}

TEST(Bytes, HexIsLowerCaseAndKeepsHighBytes) {
  EXPECT_EQ(ToHex(""), "");
  EXPECT_EQ(ToHex(ByteView("\x00\x7f\x80\xff\xab", 5)), "007f80ffab");
}

TEST(Bytes, ViewsCompareAsUnsignedBytes) { EXPECT_LT(ByteView("\x7f"), ByteView("\x80")); }

}  // namespace
}  // namespace pvc
