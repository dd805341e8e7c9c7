#include "engine/similar_nodes.h"

#include <gtest/gtest.h>

#include "tests/engine/tree_model.h"

namespace pvc {
namespace {

TEST(SimilarNodes, FindsTheNodeThatCoversAKeyAtEachLevel) {
  MemoryObjects objects;
  NodeReader reader(objects);
  Model model;
  for (uint64_t i = 0; i < 50000; ++i) model[IntegerKey(2 * i)] = Bytes(60, 'v');
  const Tree tree = BulkLoad(objects, model);
  SimilarNodes similar(reader, tree);
  for (uint64_t i = 0; i < 100000; i += 777) {
    for (uint8_t level = 0; level < tree.root_level; ++level) {
      const ObjectId id = similar.Find(level, IntegerKey(i));
      const auto node = Node::Parse(objects.ReadObject(ObjectType::kNode, id), "node");
      EXPECT_EQ(node->level(), level);
      EXPECT_GE(node->last_key(), IntegerKey(i));
    }
  }
  EXPECT_EQ(similar.Find(tree.root_level, IntegerKey(1)), tree.root);
  EXPECT_EQ(similar.Find(static_cast<uint8_t>(tree.root_level + 1), "k"), ObjectId{});
  EXPECT_EQ(SimilarNodes(reader, {}).Find(0, "k"), ObjectId{});
}

}  // namespace
}  // namespace pvc
