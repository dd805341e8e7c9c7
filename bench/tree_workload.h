#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/edit_batch.h"
#include "engine/node_reader.h"
#include "engine/tree_editor.h"
#include "tests/support/memory_objects.h"

namespace pvc::bench {

/// Keys of 8 bytes and values of 16, in random order: what the tree alone is measured with. Objects
/// stay in memory; chunking, encoding and hashing are included.
class TreeWorkload {
 public:
  /// Keys 0, step, 2 * step, ... of `count` entries, shuffled.
  TreeWorkload(size_t count, uint64_t step);

  /// Builds a tree from an empty one with one batch of all entries.
  Tree InsertAll(MemoryObjects& objects) const;
  /// Sets new values for the first `count` entries, in one batch.
  Tree Update(MemoryObjects& objects, const Tree& tree, size_t count) const;

 private:
  std::vector<Bytes> keys_;
};

}  // namespace pvc::bench
