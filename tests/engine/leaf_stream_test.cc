#include "engine/leaf_stream.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "engine/level_cursor.h"
#include "tests/engine/tree_model.h"

namespace pvc {
namespace {

Model NumberedModel(uint64_t count) {
  Model model;
  for (uint64_t i = 0; i < count; ++i) model[IntegerKey(i)] = Bytes(60, 'v');
  return model;
}

TEST(LeafStream, GivesEveryLeafInOrder) {
  for (const uint64_t count : {0, 5, 200, 60000}) {
    MemoryObjects objects;
    NodeReader reader(objects);
    const Model model = NumberedModel(count);
    const Tree tree = BulkLoad(objects, model);
    Model seen;
    LeafStream stream(reader, tree);
    while (const auto leaf = stream.Next()) {
      for (size_t i = 0; i < leaf->count(); ++i) {
        seen.emplace_hint(seen.end(), leaf->key(i), leaf->value(i));
      }
    }
    EXPECT_EQ(seen, model);
    EXPECT_EQ(stream.Next(), nullptr);
  }
}

TEST(LeafStream, MayBeLeftInTheMiddle) {
  MemoryObjects objects;
  NodeReader reader(objects);
  const Tree tree = BulkLoad(objects, NumberedModel(100000));
  LeafStream stream(reader, tree);
  EXPECT_NE(stream.Next(), nullptr);
}

TEST(LeafStream, ReportsAMissingLeafAfterThoseBeforeIt) {
  MemoryObjects objects;
  const Tree tree = BulkLoad(objects, NumberedModel(20000));
  size_t before = 0;
  {
    NodeReader reader(objects);
    LevelCursor cursor(reader, tree, 0);
    for (size_t i = 0; i < 40; ++i) ASSERT_TRUE(cursor.Next());
    objects.objects().erase(cursor.node_id());
  }
  NodeReader reader(objects);
  LeafStream stream(reader, tree);
  EXPECT_THROW(
      {
        while (stream.Next()) ++before;
      },
      Error);
  EXPECT_EQ(before, 39U);
}

}  // namespace
}  // namespace pvc
