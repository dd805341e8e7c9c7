#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "engine/tree_diff.h"
#include "engine/tree_merge.h"
#include "tests/engine/tree_model.h"

namespace pvc {
namespace {

struct Shape {
  KeyShape keys;
  uint64_t key_space;
  size_t max_value_bytes;
  int entry_count;
};

const Shape kShapes[] = {
    {KeyShape::kInteger, 1U << 20, 24, 8000},   {KeyShape::kInteger, 4000, 200, 3000},
    {KeyShape::kShortText, 1U << 30, 60, 6000}, {KeyShape::kLongText, 1U << 20, 400, 1500},
    {KeyShape::kMixed, 1U << 16, 2500, 1500},   {KeyShape::kInteger, 64, 0, 40},
};

Model RandomModel(std::mt19937_64& random, const Shape& shape) {
  Model model;
  for (int i = 0; i < shape.entry_count; ++i) {
    model[RandomKey(random, shape.keys, shape.key_space)] =
        RandomValue(random, shape.max_value_bytes);
  }
  return model;
}

// A random edit script; applies it to the model too.
void RandomEdits(std::mt19937_64& random, const Shape& shape, size_t count, Model& model,
                 EditBatch& batch) {
  const bool clustered = random() % 2 == 0;
  auto near = model.lower_bound(RandomKey(random, shape.keys, shape.key_space));
  for (size_t i = 0; i < count; ++i) {
    Bytes key = RandomKey(random, shape.keys, shape.key_space);
    if (random() % 3 != 0 && !model.empty()) {
      auto found = clustered && near != model.end() ? near : model.lower_bound(key);
      if (found == model.end()) found = model.begin();
      key = found->first;
      near = std::next(found);
    }
    if (random() % 3 == 0) {
      batch.Delete(key);
      if (near != model.end() && near->first == key) ++near;
      model.erase(key);
    } else {
      Bytes value = RandomValue(random, shape.max_value_bytes);
      auto found = model.find(key);
      if (found != model.end() && random() % 2 == 0) {  // same length: boundaries may stay
        value.resize(found->second.size(), 'x');
      }
      batch.Put(key, value);
      model[key] = value;
    }
  }
}

class TreeProperty : public testing::TestWithParam<size_t> {
 protected:
  const Shape& shape() const { return kShapes[GetParam()]; }
  uint64_t seed_ = testing::UnitTest::GetInstance()->random_seed() == 0
                       ? 20240501
                       : static_cast<uint64_t>(testing::UnitTest::GetInstance()->random_seed());
};

INSTANTIATE_TEST_SUITE_P(Shapes, TreeProperty, testing::Range<size_t>(0, std::size(kShapes)));

TEST_P(TreeProperty, BulkLoadReadsBackAsTheModel) {
  SCOPED_TRACE(seed_);
  std::mt19937_64 random(seed_);
  MemoryObjects objects;
  NodeReader reader(objects);
  const Model model = RandomModel(random, shape());
  const Tree tree = BulkLoad(objects, model);
  EXPECT_EQ(tree.entry_count, model.size());
  EXPECT_EQ(ReadAll(reader, tree), model);
}

TEST_P(TreeProperty, EditsGiveTheRootOfABulkLoad) {
  SCOPED_TRACE(seed_);
  std::mt19937_64 random(seed_);
  MemoryObjects objects;
  NodeReader reader(objects);
  Model model = RandomModel(random, shape());
  Tree tree = BulkLoad(objects, model);
  for (int round = 0; round < 60; ++round) {
    EditBatch batch;
    const size_t sizes[] = {1, 2, 7, 50, 500, 3000};
    RandomEdits(random, shape(), sizes[random() % std::size(sizes)], model, batch);
    tree = ApplyEdits(reader, objects, tree, batch);
    ASSERT_EQ(tree, BulkLoad(objects, model)) << "round " << round;
  }
}

TEST_P(TreeProperty, OneByOneInShuffledOrderGivesTheRootOfABulkLoad) {
  SCOPED_TRACE(seed_);
  std::mt19937_64 random(seed_);
  MemoryObjects objects;
  NodeReader reader(objects);
  Model model = RandomModel(random, shape());
  while (model.size() > 700) model.erase(model.begin());
  std::vector<std::pair<Bytes, Bytes>> entries(model.begin(), model.end());
  std::shuffle(entries.begin(), entries.end(), random);
  Tree tree;
  for (const auto& [key, value] : entries) {
    EditBatch batch;
    batch.Put(key, value);
    tree = ApplyEdits(reader, objects, tree, batch);
  }
  EXPECT_EQ(tree, BulkLoad(objects, model));
  for (const auto& [key, value] : entries) {
    EditBatch batch;
    batch.Delete(key);
    tree = ApplyEdits(reader, objects, tree, batch);
  }
  EXPECT_EQ(tree, Tree{});
}

TEST_P(TreeProperty, EditedAndUndoneIsTheOldRoot) {
  SCOPED_TRACE(seed_);
  std::mt19937_64 random(seed_);
  MemoryObjects objects;
  NodeReader reader(objects);
  const Model model = RandomModel(random, shape());
  const Tree tree = BulkLoad(objects, model);
  Model edited = model;
  EditBatch there;
  RandomEdits(random, shape(), 200, edited, there);
  const Tree other = ApplyEdits(reader, objects, tree, there);
  EditBatch back;
  for (const auto& [key, value] : edited) {
    if (!model.contains(key)) back.Delete(key);
  }
  for (const auto& [key, value] : model) back.Put(key, value);
  EXPECT_EQ(ApplyEdits(reader, objects, other, back), tree);
}

TEST_P(TreeProperty, DiffIsTheDifferenceOfTheModels) {
  SCOPED_TRACE(seed_);
  std::mt19937_64 random(seed_);
  MemoryObjects objects;
  NodeReader reader(objects);
  for (const size_t edit_count : {size_t{1}, size_t{40}, size_t{2000}}) {
    const Model before = RandomModel(random, shape());
    Model after = before;
    EditBatch batch;
    RandomEdits(random, shape(), edit_count, after, batch);
    const Tree old_tree = BulkLoad(objects, before);
    const Tree new_tree = BulkLoad(objects, after);
    Model seen = before;
    TreeDiff diff(reader, old_tree, reader, new_tree);
    TreeChange change;
    Bytes last;
    while (diff.Next(change)) {
      const Bytes key(change.key);
      ASSERT_LT(last, key);
      last = key;
      ASSERT_NE(change.before, change.after);
      ASSERT_EQ(change.before.has_value(), before.contains(key));
      if (change.before) {
        ASSERT_EQ(*change.before, before.at(key));
      }
      if (change.after) {
        seen[key] = *change.after;
      } else {
        seen.erase(key);
      }
    }
    EXPECT_EQ(seen, after);
  }
}

TEST_P(TreeProperty, RangedDiffIsTheSliceOfTheWholeDiff) {
  SCOPED_TRACE(seed_);
  std::mt19937_64 random(seed_);
  MemoryObjects objects;
  NodeReader reader(objects);
  const Model before = RandomModel(random, shape());
  Model after = before;
  EditBatch batch;
  RandomEdits(random, shape(), 300, after, batch);
  const Tree old_tree = BulkLoad(objects, before);
  const Tree new_tree = BulkLoad(objects, after);
  for (int round = 0; round < 20; ++round) {
    Bytes low = RandomKey(random, shape().keys, shape().key_space);
    Bytes high = RandomKey(random, shape().keys, shape().key_space);
    if (low > high) std::swap(low, high);
    std::vector<Bytes> expected;
    TreeChange change;
    TreeDiff whole(reader, old_tree, reader, new_tree);
    while (whole.Next(change)) {
      if (change.key >= low && change.key < high) expected.emplace_back(change.key);
    }
    std::vector<Bytes> got;
    TreeDiff ranged(reader, old_tree, reader, new_tree);
    ranged.SetRange(low, high);
    while (ranged.Next(change)) got.emplace_back(change.key);
    EXPECT_EQ(got, expected);
  }
}

TEST(TreeDiffRange, ReadsNoMoreThanTheWayOnWhichTheTreesDiffer) {
  MemoryObjects objects;
  Model before;
  for (uint64_t i = 0; i < 400'000; ++i) before[IntegerKey(i)] = Bytes(40, 'x');
  Model after = before;
  after[IntegerKey(7)] = after[IntegerKey(399'990)] = "y";
  const Tree old_tree = BulkLoad(objects, before);
  const Tree new_tree = BulkLoad(objects, after);
  ASSERT_EQ(old_tree.root_level, 2);
  const auto nodes_read = [&](uint64_t low, uint64_t high) {
    NodeReader reader(objects);
    TreeDiff diff(reader, old_tree, reader, new_tree);
    diff.SetRange(IntegerKey(low), IntegerKey(high));
    TreeChange change;
    while (diff.Next(change)) {
    }
    return reader.statistics().miss_count;
  };
  EXPECT_EQ(nodes_read(200'000, 200'001), 2U);  // both roots
  EXPECT_EQ(nodes_read(100'000, 300'000), 2U);
  EXPECT_EQ(nodes_read(7, 8), 6U);
  EXPECT_LE(nodes_read(3000, 3001), 4U);  // a leaf that is shared, below nodes that are not
}

TEST_P(TreeProperty, MergeIsTheReferenceMerge) {
  SCOPED_TRACE(seed_);
  std::mt19937_64 random(seed_);
  MemoryObjects objects;
  NodeReader reader(objects);
  const Model base = RandomModel(random, shape());
  Model ours = base;
  Model theirs = base;
  EditBatch our_edits;
  EditBatch their_edits;
  RandomEdits(random, shape(), 300, ours, our_edits);
  RandomEdits(random, shape(), 300, theirs, their_edits);

  const auto get = [](const Model& model, const Bytes& key) -> std::optional<Bytes> {
    const auto found = model.find(key);
    return found == model.end() ? std::nullopt : std::optional(found->second);
  };
  Model expected;
  std::vector<Bytes> collisions;
  Model keys = base;
  keys.insert(ours.begin(), ours.end());
  keys.insert(theirs.begin(), theirs.end());
  for (const auto& [key, unused] : keys) {
    const auto b = get(base, key);
    const auto o = get(ours, key);
    const auto t = get(theirs, key);
    std::optional<Bytes> merged = o == b ? t : o;
    if (o != b && t != b && o != t) {
      collisions.push_back(key);
      merged = o && t ? std::optional(std::max(*o, *t)) : std::nullopt;
    }
    if (merged) expected[key] = *merged;
  }

  std::vector<Bytes> asked;
  const Tree merged = MergeTrees(reader, objects, BulkLoad(objects, base), BulkLoad(objects, ours),
                                 BulkLoad(objects, theirs), [&](const TreeCollision& collision) {
                                   asked.emplace_back(collision.key);
                                   std::optional<Bytes> result;
                                   if (collision.ours && collision.theirs) {
                                     result = Bytes(std::max(*collision.ours, *collision.theirs));
                                   }
                                   return result;
                                 });
  EXPECT_EQ(asked, collisions);
  EXPECT_EQ(merged, BulkLoad(objects, expected));
}

TEST_P(TreeProperty, CursorSeeksLikeTheModel) {
  SCOPED_TRACE(seed_);
  std::mt19937_64 random(seed_);
  MemoryObjects objects;
  NodeReader reader(objects);
  const Model model = RandomModel(random, shape());
  const Tree tree = BulkLoad(objects, model);
  const std::vector<std::pair<Bytes, Bytes>> entries(model.begin(), model.end());
  TreeCursor cursor(reader, tree);
  for (int i = 0; i < 300; ++i) {
    const Bytes key = RandomKey(random, shape().keys, shape().key_space);
    cursor.Seek(key);
    const auto expected = model.lower_bound(key);
    ASSERT_EQ(cursor.Valid(), expected != model.end());
    if (!cursor.Valid()) continue;
    EXPECT_EQ(cursor.key(), expected->first);
    EXPECT_EQ(cursor.value(), expected->second);
    const uint64_t ordinal = cursor.ordinal();
    EXPECT_EQ(entries[ordinal].first, expected->first);
    cursor.SeekToOrdinal(ordinal);
    EXPECT_EQ(cursor.key(), expected->first);
    cursor.Previous();
    EXPECT_EQ(cursor.Valid(), ordinal > 0);
    if (cursor.Valid()) {
      EXPECT_EQ(cursor.key(), entries[ordinal - 1].first);
    }
  }
  size_t at = entries.size();
  for (cursor.SeekToLast(); cursor.Valid(); cursor.Previous()) {
    ASSERT_EQ(cursor.key(), entries[--at].first);
  }
  EXPECT_EQ(at, 0U);
}

TEST(Tree, EmptyTreeHasNoObject) {
  MemoryObjects objects;
  EXPECT_EQ(BulkLoad(objects, {}), Tree{});
  EXPECT_EQ(objects.size(), 0U);
  NodeReader reader(objects);
  TreeCursor cursor(reader, {});
  cursor.SeekToFirst();
  EXPECT_FALSE(cursor.Valid());
}

TEST(Tree, LastEditOfAKeyCounts) {
  MemoryObjects objects;
  NodeReader reader(objects);
  EditBatch batch;
  batch.Put("a", "1");
  batch.Put("b", "1");
  batch.Put("a", "2");
  batch.Delete("b");
  batch.Put("c", "3");
  batch.Delete("c");
  batch.Put("c", "4");
  const Tree tree = ApplyEdits(reader, objects, {}, batch);
  EXPECT_EQ(ReadAll(reader, tree), (Model{{"a", "2"}, {"c", "4"}}));
}

TEST(Tree, OneEditOfManyEntriesReadsAndWritesAPath) {
  MemoryObjects objects;
  NodeReader reader(objects, 0);
  Model model;
  std::mt19937_64 random(7);
  for (uint64_t i = 0; i < 200000; ++i) model[IntegerKey(i)] = RandomValue(random, 60);
  const Tree tree = BulkLoad(objects, model);
  objects.ResetCounts();
  EditBatch batch;
  batch.Put(IntegerKey(123456), model[IntegerKey(123456)] + "!");
  const Tree edited = ApplyEdits(reader, objects, tree, batch);
  EXPECT_NE(edited, tree);
  EXPECT_LE(objects.submitted_count(), 6U);
  EXPECT_LE(objects.read_count(), 16U);
  objects.ResetCounts();
  TreeDiff diff(reader, tree, reader, edited);
  TreeChange change;
  int changes = 0;
  while (diff.Next(change)) ++changes;
  EXPECT_EQ(changes, 1);
  EXPECT_LE(objects.read_count(), 14U);
}

TEST(Tree, NodeSizesKeepANarrowSpread) {
  MemoryObjects objects;
  Model model;
  std::mt19937_64 random(11);
  for (uint64_t i = 0; i < 100000; ++i) model[IntegerKey(i)] = RandomValue(random, 300);
  BulkLoad(objects, model);
  double count = 0;
  double sum = 0;
  double squares = 0;
  for (const auto& [id, object] : objects.objects()) {
    const auto node = Node::Parse(object.bytes, "node");
    if (!node->is_leaf()) continue;
    const auto bytes = static_cast<double>(object.bytes.size());
    count += 1;
    sum += bytes;
    squares += bytes * bytes;
    EXPECT_LE(object.bytes.size(), kMaxNodeWeight + 400);
  }
  const double mean = sum / count;
  const double deviation = std::sqrt(squares / count - mean * mean);
  EXPECT_NEAR(mean, 15000, 1000);
  EXPECT_LE(deviation / mean, 0.4);
}

// Keys chosen so that the rule cuts wherever it may, or never: sizes stay bounded and edits stay
// canonical.
TEST(Tree, HostileKeysGiveValidCanonicalTrees) {
  for (const bool always : {true, false}) {
    Model model;
    for (uint64_t i = 0; model.size() < 3000; ++i) {
      const Bytes key = IntegerKey(i);
      const uint64_t hash = SeededHash64(key, 0) >> 8;
      const uint64_t limit = 1ULL << (always ? 38 : 55);
      if ((hash < limit) == always || (!always && hash > limit)) model[key] = Bytes(100, 'v');
      if (i > 40000000) break;
    }
    ASSERT_GT(model.size(), 100U);
    MemoryObjects objects;
    NodeReader reader(objects);
    const Tree tree = BulkLoad(objects, model);
    EXPECT_EQ(ReadAll(reader, tree), model);
    std::mt19937_64 random(3);
    Tree edited = tree;
    for (int round = 0; round < 20; ++round) {
      EditBatch batch;
      auto entry = std::next(model.begin(), static_cast<long>(random() % model.size()));
      batch.Delete(entry->first);
      model.erase(entry);
      edited = ApplyEdits(reader, objects, edited, batch);
      ASSERT_EQ(edited, BulkLoad(objects, model));
    }
  }
}

// A parent that names one child twice: edits must end with an error, not run on.
TEST(Tree, ChildNamedTwiceIsCorruptForTheEditor) {
  MemoryObjects objects;
  NodeReader reader(objects);
  const auto leaf = [&](const Bytes& key) {
    NodeBuilder builder(0);
    builder.AddEntry(key, "v");
    return objects.Put(ObjectType::kNode, builder.Finish());
  };
  const ObjectId first = leaf("b");
  NodeBuilder parent(1);
  parent.AddChild("b", first.View(), 1);
  parent.AddChild("d", first.View(), 1);
  parent.AddChild("f", leaf("f").View(), 1);
  const Tree tree{objects.Put(ObjectType::kNode, parent.Finish()), 3, 1};
  EditBatch batch;
  batch.Put("b", "1");
  batch.Put("d", "2");
  EXPECT_THROW(ApplyEdits(reader, objects, tree, batch), Error);
}

TEST(Tree, HugeValueMakesANodeOfItsOwnWidth) {
  MemoryObjects objects;
  NodeReader reader(objects);
  Model model{{"a", Bytes(200000, 'a')}, {"b", "small"}, {"c", Bytes(70000, 'c')}};
  const Tree tree = BulkLoad(objects, model);
  EXPECT_EQ(ReadAll(reader, tree), model);
  EditBatch batch;
  batch.Delete("a");
  batch.Put("c", "small");
  model.erase("a");
  model["c"] = "small";
  EXPECT_EQ(ApplyEdits(reader, objects, tree, batch), BulkLoad(objects, model));
}

}  // namespace
}  // namespace pvc
