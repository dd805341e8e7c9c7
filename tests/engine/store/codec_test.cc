#include "engine/codec.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "engine/object.h"
#include "tests/engine/store/store_fixture.h"

namespace pvc {
namespace {

uint32_t SizeOf(const Bytes& bytes) { return static_cast<uint32_t>(bytes.size()); }

ErrorKind FailureOf(Codec codec, ByteView stored, uint32_t raw_bytes, ByteView reference = {}) {
  Decompressor decompressor;
  return KindOf([&] { decompressor.Decompress(codec, stored, raw_bytes, reference); })
      .value_or(ErrorKind::kUsage);
}

TEST(Codec, EveryCodecGivesBackTheBytes) {
  Compressor compressor(1);
  Decompressor decompressor;
  const Bytes base = TextLike(2);
  // Twice, and interleaved: nothing of one call may leak into the next.
  for (int round = 0; round < 2; ++round) {
    for (const Bytes& raw : {TextLike(1), Bytes(), Bytes("x"), Bytes(1'000'000, 'a')}) {
      const Bytes plain(compressor.Compress(raw));
      const Bytes delta(compressor.CompressDelta(raw, base));
      const Bytes with_dictionary(compressor.CompressWithDictionary(raw, base));
      EXPECT_EQ(decompressor.Decompress(Codec::kStored, raw, SizeOf(raw), {}), raw);
      EXPECT_EQ(decompressor.Decompress(Codec::kZstdDelta, delta, SizeOf(raw), base), raw);
      EXPECT_EQ(decompressor.Decompress(Codec::kZstd, plain, SizeOf(raw), {}), raw);
      EXPECT_EQ(decompressor.Decompress(Codec::kZstdDictionary, with_dictionary, SizeOf(raw), base),
                raw);
      EXPECT_EQ(decompressor.Decompress(Codec::kZstd, plain, SizeOf(raw), {}), raw);
    }
  }
}

TEST(Codec, BaseThatBeginsAsADictionaryDoesIsAPrefix) {
  Compressor compressor(3);
  Decompressor decompressor;
  const Bytes base = "\x37\xA4\x30\xEC" + RandomBytes(5000, 1);
  const Bytes raw = base + "edit";
  const Bytes delta(compressor.CompressDelta(raw, base));
  EXPECT_LT(delta.size(), 500U);
  EXPECT_EQ(decompressor.Decompress(Codec::kZstdDelta, delta, SizeOf(raw), base), raw);
}

TEST(Codec, DeltaOfASmallEditIsSmall) {
  Compressor compressor(1);
  for (const size_t size : {size_t{16} << 10, size_t{3} << 20}) {
    const Bytes base = RandomBytes(size, 1);
    Bytes raw = base;
    raw.replace(size / 2, 4, "edit");
    EXPECT_LT(compressor.CompressDelta(raw, base).size(), size / 100 + 50) << size;
  }
}

TEST(Codec, DeclaredSizeOverTheLimitIsRefusedBeforeAllocating) {
  EXPECT_EQ(FailureOf(Codec::kStored, "x", 0xFFFFFFFF), ErrorKind::kCorrupt);
  EXPECT_EQ(FailureOf(Codec::kZstd, "x", 0xFFFFFFFF), ErrorKind::kCorrupt);
  EXPECT_EQ(FailureOf(Codec::kZstd, "x", kMaxObjectBytes + 1), ErrorKind::kCorrupt);
}

TEST(Codec, WrongDeclaredLengthIsCorrupt) {
  Compressor compressor(1);
  const Bytes raw = TextLike(1);
  const Bytes stored(compressor.Compress(raw));
  EXPECT_EQ(FailureOf(Codec::kZstd, stored, SizeOf(raw) - 1), ErrorKind::kCorrupt);
  EXPECT_EQ(FailureOf(Codec::kZstd, stored, SizeOf(raw) + 1), ErrorKind::kCorrupt);
  EXPECT_EQ(FailureOf(Codec::kZstd, stored, 0), ErrorKind::kCorrupt);
  EXPECT_EQ(FailureOf(Codec::kStored, raw, SizeOf(raw) + 1), ErrorKind::kCorrupt);
}

TEST(Codec, BombFillsNoMoreThanTheDeclaredSize) {
  Compressor compressor(1);
  const Bytes bomb(compressor.Compress(Bytes(64U << 20, '\0')));
  ASSERT_LT(bomb.size(), 10'000U);
  EXPECT_EQ(FailureOf(Codec::kZstd, bomb, 1000), ErrorKind::kCorrupt);
}

TEST(Codec, CutOrAlteredFramesNeverGiveTheDeclaredLengthSilently) {
  Compressor compressor(1);
  const Bytes raw = TextLike(1);
  const Bytes stored(compressor.Compress(raw));
  for (size_t size = 0; size < stored.size(); ++size) {
    EXPECT_EQ(FailureOf(Codec::kZstd, ByteView(stored).substr(0, size), SizeOf(raw)),
              ErrorKind::kCorrupt);
  }
}

}  // namespace
}  // namespace pvc
