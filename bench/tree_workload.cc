#include "tree_workload.h"

#include <algorithm>
#include <random>

namespace pvc::bench {

TreeWorkload::TreeWorkload(size_t count, uint64_t step) {
  for (size_t i = 0; i < count; ++i) {
    uint64_t number = __builtin_bswap64(i * step);
    keys_.emplace_back(reinterpret_cast<const char*>(&number), sizeof number);
  }
  std::mt19937_64 random(1);
  std::shuffle(keys_.begin(), keys_.end(), random);
}

Tree TreeWorkload::InsertAll(MemoryObjects& objects) const {
  NodeReader reader(objects);
  EditBatch batch;
  for (const Bytes& key : keys_) batch.Put(key, "value of 16 byte");
  return ApplyEdits(reader, objects, {}, batch);
}

Tree TreeWorkload::Update(MemoryObjects& objects, const Tree& tree, size_t count) const {
  NodeReader reader(objects);
  EditBatch batch;
  for (size_t i = 0; i < count; ++i) batch.Put(keys_[i], "other 16 bytes..");
  return ApplyEdits(reader, objects, tree, batch);
}

}  // namespace pvc::bench
