#include "engine/large_value.h"

#include <gtest/gtest.h>

#include <random>

#include "base/error.h"
#include "tests/support/memory_objects.h"

namespace pvc {
namespace {

Bytes RandomBytes(uint64_t seed, size_t size) {
  std::mt19937_64 random(seed);
  Bytes bytes(size, '\0');
  for (char& c : bytes) c = static_cast<char>(random());
  return bytes;
}

LargeValue Store(MemoryObjects& objects, const Bytes& bytes) {
  return WriteLargeValue(objects, bytes.size(), [&](uint64_t offset, char* out, size_t size) {
    bytes.copy(out, size, static_cast<size_t>(offset));
  });
}

TEST(LargeValue, ReadsBackAtEverySize) {
  MemoryObjects objects;
  for (const size_t size : {size_t{1}, kMinPieceBytes - 1, kMinPieceBytes, kMinPieceBytes + 1,
                            kMaxPieceBytes, kMaxPieceBytes + 1, size_t{3000000}}) {
    const Bytes bytes = RandomBytes(size, size);
    const LargeValue value = Store(objects, bytes);
    EXPECT_EQ(value.size_bytes, size);
    EXPECT_EQ(ReadLargeValue(objects, value), bytes);
  }
}

TEST(LargeValue, ConstantBytesAreCutAtTheMaximum) {
  MemoryObjects objects;
  const Bytes bytes(10 * kMaxPieceBytes + 5, 'z');
  const LargeValue value = Store(objects, bytes);
  EXPECT_EQ(ReadLargeValue(objects, value), bytes);
  EXPECT_EQ(objects.size(), 3U);  // the repeated piece, the rest, the list
}

TEST(LargeValue, EditInTheMiddleStoresOnePieceAndItsLists) {
  MemoryObjects objects;
  Bytes bytes = RandomBytes(1, 30000000);
  const LargeValue before = Store(objects, bytes);
  EXPECT_GE(before.depth, 1);
  const size_t count = objects.size();
  bytes.insert(15000000, "inserted");
  const LargeValue after = Store(objects, bytes);
  EXPECT_NE(after.root, before.root);
  EXPECT_LE(objects.size() - count, 2U + after.depth);
  EXPECT_EQ(ReadLargeValue(objects, after), bytes);
}

TEST(LargeValue, DeepListsReadBack) {
  // Short pieces would need gigabytes for two levels of real data; repeated pieces do not.
  MemoryObjects objects;
  const uint64_t size = 1200ULL * kMaxPieceBytes;
  const LargeValue value =
      WriteLargeValue(objects, size, [](uint64_t, char* out, size_t n) { std::memset(out, 0, n); });
  EXPECT_GE(value.depth, 2);
  LargeValueReader reader(objects, value);
  Bytes piece;
  uint64_t sum = 0;
  while (reader.Next(piece)) sum += piece.size();
  EXPECT_EQ(sum, size);
}

// Pieces shorter than any writer cuts would let a few objects claim a value without end.
TEST(LargeValue, ShortPieceBeforeTheLastIsCorrupt) {
  MemoryObjects objects;
  const ObjectId piece = objects.Put(ObjectType::kPiece, Bytes(100, 'p'));
  Bytes list;
  AppendU8(list, 1);
  AppendVarint(list, 2);
  for (int i = 0; i < 2; ++i) {
    list.append(piece.View());
    AppendVarint(list, 100);
  }
  const LargeValue value{objects.Put(ObjectType::kPieceList, list), 200, 1};
  EXPECT_THROW(ReadLargeValue(objects, value), Error);
}

TEST(LargeValue, ListThatDoesNotFitTheValueIsCorrupt) {
  MemoryObjects objects;
  const Bytes bytes = RandomBytes(2, 3000000);
  const LargeValue value = Store(objects, bytes);
  LargeValue wrong = value;
  wrong.size_bytes += 1;
  EXPECT_THROW(ReadLargeValue(objects, wrong), Error);
  wrong = value;
  wrong.depth = static_cast<uint8_t>(value.depth + 1);
  EXPECT_THROW(ReadLargeValue(objects, wrong), Error);
}

}  // namespace
}  // namespace pvc
