#include "engine/chunker.h"

#include <gtest/gtest.h>

#include "tests/engine/tree_model.h"

namespace pvc {
namespace {

// Known answers: whoever changes the rule changes every root id, and must see it here.
TEST(Chunker, CutsSequentialKeysWhereTheFormatSays) {
  Chunker chunker(0);
  std::vector<uint64_t> cuts;
  for (uint64_t i = 0; i < 1000; ++i) {
    if (chunker.Add(IntegerKey(i), 100)) cuts.push_back(i);
  }
  EXPECT_EQ(cuts, (std::vector<uint64_t>{74, 245, 462, 569, 672, 782, 901}));
}

TEST(Chunker, NeverCutsBelowTheMinimumAndAlwaysAtTheMaximum) {
  Chunker chunker(0);
  uint64_t weight = 0;
  for (uint64_t i = 0; i < 20000; ++i) {
    weight += 8 + 50 + kEntryOverheadBytes;
    if (chunker.Add(IntegerKey(i * 977), 50)) {
      EXPECT_GE(weight, kMinNodeWeight);
      EXPECT_LE(weight, kMaxNodeWeight + 62);
      weight = 0;
    }
  }
  EXPECT_TRUE(Chunker(0).Add("key", kMaxNodeWeight));
}

TEST(Chunker, InternalNodeHoldsAtLeastTwoChildren) {
  Chunker chunker(1);
  EXPECT_FALSE(chunker.Add("key", kMaxNodeWeight));
  EXPECT_TRUE(chunker.Add("key2", kMaxNodeWeight));
}

TEST(Chunker, LevelsCutAtDifferentKeys) {
  Chunker leaf(0);
  Chunker internal(1);
  int same = 0;
  int cuts = 0;
  for (uint64_t i = 0; i < 50000; ++i) {
    const bool a = leaf.Add(IntegerKey(i), kChildWeightBytes);
    const bool b = internal.Add(IntegerKey(i), kChildWeightBytes);
    cuts += a ? 1 : 0;
    same += a && b ? 1 : 0;
  }
  EXPECT_GT(cuts, 100);
  EXPECT_LT(same, cuts / 10);
}

}  // namespace
}  // namespace pvc
