#include "base/decoder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "base/error.h"

namespace pvc {
namespace {

using ::testing::HasSubstr;

/// The message of the kCorrupt error that `action` throws.
std::string CorruptMessage(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kCorrupt);
    return error.message();
  }
  return "nothing thrown";
}

std::string VarintMessage(ByteView bytes) {
  return CorruptMessage([&] { Decoder(bytes, "thing").ReadVarint(); });
}

TEST(Decoder, ReadsFromFrontToBack) {
  Bytes bytes;
  AppendU8(bytes, 200);
  AppendU16(bytes, 60'000);
  AppendU32(bytes, 4'000'000'000);
  AppendU64(bytes, ~uint64_t{0});
  AppendVarint(bytes, 300);
  AppendString(bytes, "name");
  bytes += "tail";

  Decoder decoder(bytes, "thing");
  EXPECT_EQ(decoder.ReadU8(), 200);
  EXPECT_EQ(decoder.ReadU16(), 60'000);
  EXPECT_EQ(decoder.ReadU32(), 4'000'000'000);
  EXPECT_EQ(decoder.ReadU64(), ~uint64_t{0});
  EXPECT_EQ(decoder.ReadVarint(), 300U);
  EXPECT_EQ(decoder.ReadString(4), "name");
  EXPECT_EQ(decoder.offset(), 22U);
  EXPECT_EQ(decoder.remaining(), 4U);
  EXPECT_EQ(decoder.ReadBytes(4), "tail");
  EXPECT_TRUE(decoder.AtEnd());
  EXPECT_NO_THROW(decoder.ExpectEnd());
}

TEST(Decoder, TruncatedIntegersAreCorrupt) {
  const Bytes bytes(7, 'x');
  EXPECT_THAT(CorruptMessage([&] { Decoder("", "thing").ReadU8(); }), HasSubstr("ends too early"));
  EXPECT_THAT(CorruptMessage([&] { Decoder("x", "thing").ReadU16(); }),
              HasSubstr("ends too early"));
  EXPECT_THAT(CorruptMessage([&] { Decoder("xxx", "thing").ReadU32(); }),
              HasSubstr("ends too early"));
  EXPECT_THAT(CorruptMessage([&] { Decoder(bytes, "thing").ReadU64(); }),
              HasSubstr("ends too early"));
}

TEST(Decoder, HugeLengthsDoNotWrapAround) {
  Decoder decoder("abcd", "thing");
  decoder.ReadU8();
  EXPECT_THAT(CorruptMessage([&] { decoder.ReadBytes(~size_t{0}); }), HasSubstr("ends too early"));
  EXPECT_EQ(decoder.offset(), 1U);
}

TEST(Decoder, VarintThatIsNotShortestIsCorrupt) {
  EXPECT_THAT(VarintMessage(ByteView("\x80\x00", 2)), HasSubstr("shortest"));
  EXPECT_THAT(VarintMessage(ByteView("\xFF\x80\x00", 3)), HasSubstr("shortest"));
  EXPECT_THAT(VarintMessage(ByteView("\x80\x80\x80\x80\x80\x80\x80\x80\x80\x00", 10)),
              HasSubstr("shortest"));
}

TEST(Decoder, VarintOver64BitsIsCorrupt) {
  EXPECT_THAT(VarintMessage("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x02"), HasSubstr("64 bits"));
  EXPECT_THAT(VarintMessage("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x7F"), HasSubstr("64 bits"));
  EXPECT_THAT(VarintMessage("\x80\x80\x80\x80\x80\x80\x80\x80\x80\x81\x01"), HasSubstr("64 bits"));
}

TEST(Decoder, LargestVarintIsRead) {
  EXPECT_EQ(Decoder("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01", "thing").ReadVarint(),
            ~uint64_t{0});
}

TEST(Decoder, TruncatedVarintIsCorrupt) {
  EXPECT_THAT(VarintMessage(""), HasSubstr("ends too early"));
  EXPECT_THAT(VarintMessage("\x80"), HasSubstr("ends too early"));
}

TEST(Decoder, LimitsAreInclusive) {
  EXPECT_EQ(Decoder("\x05", "thing").ReadVarintAtMost(5), 5U);
  EXPECT_THAT(CorruptMessage([] { Decoder("\x06", "thing").ReadVarintAtMost(5); }),
              HasSubstr("number 6 over the limit 5"));
}

TEST(Decoder, StringLengthIsCheckedAgainstCapAndRest) {
  EXPECT_EQ(Decoder("\x02xy", "thing").ReadString(2), "xy");
  EXPECT_THAT(CorruptMessage([] { Decoder("\x03xyz", "thing").ReadString(2); }),
              HasSubstr("over the limit"));
  EXPECT_THAT(CorruptMessage([] { Decoder("\x03xy", "thing").ReadString(9); }),
              HasSubstr("ends too early"));
}

TEST(Decoder, BytesLeftOverAreCorrupt) {
  Decoder decoder("ab", "thing");
  decoder.ReadU8();
  EXPECT_THAT(CorruptMessage([&] { decoder.ExpectEnd(); }), HasSubstr("unexpected bytes"));
}

TEST(Decoder, MessagesNameSubjectAndOffset) {
  Decoder decoder("abc", "pack 09bc index");
  decoder.ReadU16();
  EXPECT_EQ(CorruptMessage([&] { decoder.ReadU16(); }),
            "pack 09bc index: ends too early at offset 2");
}

}  // namespace
}  // namespace pvc
