#pragma once

#include <cstdint>
#include <functional>

#include "vcs/repository.h"

namespace pvc {

/// One node of a tree, as ls-tree prints it. Views live during the callback.
struct ListedNode {
  unsigned depth = 0;  ///< 0 for the root
  uint8_t level = 0;   ///< 0 for a leaf
  uint64_t index = 0;  ///< number of nodes listed before on this level
  ObjectId id;
  uint64_t entry_count = 0;  ///< of the node itself
  uint64_t row_count = 0;    ///< leaf entries below
  uint64_t raw_bytes = 0;
  uint64_t stored_bytes = 0;
  ByteView first_key;  ///< the node's own: of an internal node, the first child's last key
  ByteView last_key;
};

/// Walks a tree from the root, parents before children, children in key order, down to
/// `max_depth` steps below the root.
///
/// Throws: kCorrupt, kIo; what `sink` throws.   Cost: one read a node listed.
void ListTree(Repository& repository, const Tree& tree, unsigned max_depth,
              const std::function<void(const ListedNode&)>& sink);

}  // namespace pvc
