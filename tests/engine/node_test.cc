#include "engine/node.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "tests/engine/tree_model.h"

namespace pvc {
namespace {

Bytes LeafOf(const Model& model) {
  NodeBuilder builder(0);
  for (const auto& [key, value] : model) builder.AddEntry(key, value);
  return builder.Finish();
}

// Re-encodes a parsed node: decoding must be injective.
Bytes Reencode(const Node& node) {
  NodeBuilder builder(node.level());
  for (size_t i = 0; i < node.count(); ++i) {
    if (node.is_leaf()) {
      builder.AddEntry(node.key(i), node.value(i));
    } else {
      builder.AddChild(node.key(i), node.child_id_view(i), node.child_rows(i));
    }
  }
  return builder.Finish();
}

// Every node that parses after a byte was altered must encode to the bytes that were parsed.
void ExpectOneValidForm(const Bytes& good) {
  for (size_t at = 0; at < good.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      Bytes bad = good;
      bad[at] = static_cast<char>(bad[at] ^ (1 << bit));
      try {
        const auto node = Node::Parse(bad, "node");
        EXPECT_EQ(Reencode(*node), bad) << "byte " << at << " bit " << bit;
      } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::kCorrupt);
      }
    }
  }
  for (size_t size = 0; size < good.size(); ++size) {
    EXPECT_THROW(Node::Parse(good.substr(0, size), "node"), Error) << size;
  }
  EXPECT_THROW(Node::Parse(good + '\0', "node"), Error);
}

TEST(Node, LeafWithEqualKeyLengthsHasOneValidForm) {
  ExpectOneValidForm(
      LeafOf({{IntegerKey(1), "one"}, {IntegerKey(2), ""}, {IntegerKey(9), "nine"}}));
}

TEST(Node, LeafWithVariableKeysHasOneValidForm) {
  ExpectOneValidForm(LeafOf({{"a", "one"}, {"bb", ""}, {"ccc", "nine"}}));
}

TEST(Node, InternalNodeHasOneValidForm) {
  NodeBuilder builder(3);
  builder.AddChild("a", ObjectId{}.View(), 7);
  builder.AddChild("b", HashBytes(HashKind::kBlake2b256, "x", "y").View(), 9);
  ExpectOneValidForm(builder.Finish());
  builder.AddChild("a", ObjectId{}.View(), 7);
  builder.AddChild("bb", ObjectId{}.View(), 1ULL << 40);
  ExpectOneValidForm(builder.Finish());
}

TEST(Node, WideLeafIsOnlyValidWhenNeeded) {
  const Bytes wide = LeafOf({{"a", "y"}, {"b", Bytes(70000, 'x')}});
  const auto node = Node::Parse(wide, "node");
  EXPECT_EQ(node->value(0), "y");
  EXPECT_EQ(Reencode(*node), wide);
}

// No writer makes them, and an edit of one could not be encoded.
TEST(Node, NodeThatShouldHaveEndedEarlierIsCorrupt) {
  EXPECT_THROW(Node::Parse(LeafOf({{"a", Bytes(70000, 'x')}, {"b", "y"}}), "node"), Error);
  NodeBuilder builder(1);
  for (uint64_t i = 0; i < 1000; ++i) builder.AddChild(IntegerKey(i), ObjectId{}.View(), 1);
  EXPECT_THROW(Node::Parse(builder.Finish(), "node"), Error);
}

TEST(Node, LowerBoundFindsTheFirstKeyNotLess) {
  const auto node = Node::Parse(LeafOf({{"b", "1"}, {"d", "2"}, {"f", "3"}}), "node");
  EXPECT_EQ(node->LowerBound("a"), 0U);
  EXPECT_EQ(node->LowerBound("b"), 0U);
  EXPECT_EQ(node->LowerBound("c"), 1U);
  EXPECT_EQ(node->LowerBound("f"), 2U);
  EXPECT_EQ(node->LowerBound("g"), 3U);
}

TEST(NodeReader, ChildThatDoesNotFitItsParentIsCorrupt) {
  MemoryObjects objects;
  NodeReader reader(objects);
  const ObjectId leaf = objects.Put(ObjectType::kNode, LeafOf({{"b", "1"}, {"d", "2"}}));
  const auto load = [&](uint8_t level, ByteView key, uint64_t rows) {
    NodeBuilder builder(level);
    builder.AddChild(key, leaf.View(), rows);
    reader.LoadChild(*Node::Parse(builder.Finish(), "parent"), 0);
  };
  EXPECT_NO_THROW(load(1, "d", 2));
  EXPECT_THROW(load(2, "d", 2), Error);
  EXPECT_THROW(load(1, "e", 2), Error);
  EXPECT_THROW(load(1, "d", 3), Error);
}

TEST(NodeReader, CacheStaysWithinItsBound) {
  MemoryObjects objects;
  Model model;
  for (uint64_t i = 0; i < 20000; ++i) model[IntegerKey(i)] = Bytes(50, 'v');
  const Tree tree = BulkLoad(objects, model);
  NodeReader small(objects, 64 << 10);
  ReadAll(small, tree);
  EXPECT_EQ(small.statistics().hit_count, 0U);
  NodeReader large(objects);
  for (int i = 0; i < 2; ++i) ReadAll(large, tree);
  const auto misses = large.statistics().miss_count;
  ReadAll(large, tree);
  EXPECT_EQ(large.statistics().miss_count, misses);
}

TEST(NodeReader, LeavesAreKeptFromTheSecondTimeOn) {
  MemoryObjects objects;
  Model model;
  for (uint64_t i = 0; i < 20000; ++i) model[IntegerKey(i)] = Bytes(50, 'v');
  const Tree tree = BulkLoad(objects, model);
  NodeReader reader(objects);
  const auto reads_of_lookup = [&] {
    objects.ResetCounts();
    Bytes value;
    EXPECT_TRUE(Lookup(reader, tree, IntegerKey(7), value));
    return objects.read_count();
  };
  EXPECT_GT(reads_of_lookup(), 1U);
  EXPECT_EQ(reads_of_lookup(), 1U);
  EXPECT_EQ(reads_of_lookup(), 0U);
}

}  // namespace
}  // namespace pvc
