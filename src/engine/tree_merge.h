#pragma once

#include <functional>
#include <optional>

#include "engine/node_reader.h"
#include "engine/object_io.h"
#include "engine/tree.h"

namespace pvc {

/// One key that both sides changed, differently. Nothing stands for an absent key.
/// Lifetime: views live during the callback.
struct TreeCollision {
  ByteView key;
  std::optional<ByteView> base;
  std::optional<ByteView> ours;
  std::optional<ByteView> theirs;
};

/// Settles a collision: the merged value, or nothing for an absent key.
using ResolveCollision = std::function<std::optional<Bytes>(const TreeCollision&)>;

/// Merges two descendants of `base`. What one side left alone is taken from the other, whole
/// subtrees by reference; equal changes merge clean; `resolve` is asked once for each other key
/// that both changed, in key order.
///
/// Requires: the reader's source also finds what is put into `sink`.
/// Throws:   kCorrupt, kIo, what `resolve` throws.
/// Cost:     O(changes of both sides * height); memory for the keys of nodes changed.
Tree MergeTrees(NodeReader& reader, ObjectSink& sink, const Tree& base, const Tree& ours,
                const Tree& theirs, const ResolveCollision& resolve);

}  // namespace pvc
