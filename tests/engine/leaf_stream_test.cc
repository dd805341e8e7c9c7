#include "engine/leaf_stream.h"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

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

TEST(LeafStream, BeginsAtTheLeafOfAKey) {
  MemoryObjects objects;
  NodeReader reader(objects);
  const Tree tree = BulkLoad(objects, NumberedModel(60000));
  for (const uint64_t first : {0, 1, 30000, 59999, 70000}) {
    LevelCursor cursor(reader, tree, 0);
    cursor.Seek(IntegerKey(first));
    LeafStream stream(reader, tree, IntegerKey(first));
    do {
      const auto leaf = stream.Next();
      ASSERT_NE(leaf, nullptr);
      EXPECT_EQ(leaf->bytes(), cursor.node().bytes());
    } while (cursor.Next());
    EXPECT_EQ(stream.Next(), nullptr);
  }
}

TEST(LeafStream, DoesNotRunFarAheadOfItsUser) {
  MemoryObjects objects;
  const Tree tree = BulkLoad(objects, NumberedModel(200000));
  NodeReader reader(objects);
  objects.ResetCounts();
  LeafStream stream(reader, tree);
  const size_t leaf_bytes = stream.Next()->bytes().size();
  EXPECT_GT(leaf_bytes, 4096U);
  uint64_t before = 0;
  while (before != objects.read_count()) {
    before = objects.read_count();
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  // Leaves differ in size; without a limit there would be 900 of them.
  EXPECT_LT(before, 2 * LeafStream::kAheadBytes / (16U << 10));
  uint64_t count = 1;
  while (stream.Next()) ++count;
  EXPECT_GT(count, 800U);
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
