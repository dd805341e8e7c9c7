#include "engine/sort_buffer.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/engine/tree_model.h"

namespace pvc {
namespace {

void ExpectSortsLikeStableSort(KeyShape shape, size_t count, uint64_t space) {
  std::mt19937_64 random(count + space);
  SortBuffer buffer;
  std::vector<std::pair<Bytes, Bytes>> expected;
  for (size_t i = 0; i < count; ++i) {
    expected.emplace_back(RandomKey(random, shape, space), std::to_string(i));
    buffer.Add(expected.back().first, expected.back().second, static_cast<uint8_t>(i));
  }
  buffer.Sort();
  std::stable_sort(expected.begin(), expected.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  ASSERT_EQ(buffer.size(), expected.size());
  for (size_t i = 0; i < count; ++i) {
    ASSERT_EQ(buffer[i].key(), expected[i].first) << i;
    ASSERT_EQ(buffer[i].value(), expected[i].second) << i;
  }
}

TEST(SortBuffer, SortsFewRecords) { ExpectSortsLikeStableSort(KeyShape::kInteger, 100, 50); }
TEST(SortBuffer, SortsManyIntegerKeysWithDuplicates) {
  ExpectSortsLikeStableSort(KeyShape::kInteger, 5000, 1000);
  ExpectSortsLikeStableSort(KeyShape::kInteger, 5000, 1ULL << 60);
}
TEST(SortBuffer, SortsKeysThatShareEightBytes) {
  ExpectSortsLikeStableSort(KeyShape::kLongText, 3000, 700);
}
TEST(SortBuffer, SortsKeysOfAllLengths) { ExpectSortsLikeStableSort(KeyShape::kMixed, 4000, 900); }

// Padding with zeros must not make a short key equal to one that ends in zeros.
TEST(SortBuffer, KeysThatDifferInTrailingZerosKeepTheirOrder) {
  SortBuffer buffer;
  for (size_t i = 0; i < 600; ++i) buffer.Add(Bytes("k") + Bytes(600 - i, '\0'), "");
  buffer.Sort();
  for (size_t i = 1; i < buffer.size(); ++i) ASSERT_LT(buffer[i - 1].key(), buffer[i].key());
}

TEST(SortBuffer, ClearKeepsItUsable) {
  SortBuffer buffer;
  buffer.Add("b", Bytes(3U << 20, 'x'));
  const size_t held = buffer.held_bytes();
  buffer.Clear();
  EXPECT_EQ(buffer.size(), 0U);
  EXPECT_LE(buffer.held_bytes(), held);
  buffer.Add("a", "1");
  EXPECT_EQ(buffer[0].key(), "a");
}

}  // namespace
}  // namespace pvc
