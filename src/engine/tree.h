#pragma once

#include <cstdint>

#include "engine/object.h"

namespace pvc {

/// An immutable ordered map of bytes to bytes, named by its root node. The same entries give the
/// same Tree, whatever edits led there. The empty tree has the zero id and no object.
struct Tree {
  ObjectId root;
  uint64_t entry_count = 0;
  uint8_t root_level = 0;

  bool operator==(const Tree&) const = default;
  bool empty() const { return entry_count == 0; }
};

}  // namespace pvc
