#include "engine/external_sort.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "tests/support/temp_folder.h"

namespace pvc {
namespace {

using Pairs = std::vector<std::pair<Bytes, Bytes>>;

Pairs RandomPairs(uint64_t seed, size_t count, uint64_t key_space) {
  std::mt19937_64 random(seed);
  Pairs pairs;
  for (size_t i = 0; i < count; ++i) {
    pairs.emplace_back("key" + std::to_string(random() % key_space),
                       std::to_string(i) + Bytes(random() % 100, 'v'));
  }
  return pairs;
}

void ExpectSortsLikeStableSort(size_t memory_bytes, size_t count) {
  TempFolder folder;
  auto fs = MakePosixFileSystem();
  Pairs pairs = RandomPairs(count, count, count / 2 + 1);
  Pairs sorted;
  {
    ExternalSorter sorter(*fs, folder.path(), memory_bytes);
    for (const auto& [key, value] : pairs) sorter.Add(key, value);
    ByteView key;
    ByteView value;
    while (sorter.Next(key, value)) sorted.emplace_back(key, value);
  }
  std::stable_sort(pairs.begin(), pairs.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  EXPECT_EQ(sorted, pairs);
  EXPECT_TRUE(fs->ListDirectory(folder.path()).empty());
}

TEST(ExternalSorter, SortsInMemory) { ExpectSortsLikeStableSort(64 << 20, 5000); }
TEST(ExternalSorter, SortsThroughRunsAndLeavesNoFile) {
  ExpectSortsLikeStableSort(2 << 20, 100000);
}
TEST(ExternalSorter, MergesRunsWhenThereAreMany) { ExpectSortsLikeStableSort(1, 300); }
TEST(ExternalSorter, NothingGivesNothing) { ExpectSortsLikeStableSort(1 << 20, 0); }

}  // namespace
}  // namespace pvc
