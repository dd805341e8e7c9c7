#pragma once

#include "engine/edit_batch.h"
#include "engine/node_reader.h"
#include "engine/object_io.h"
#include "engine/tree.h"

namespace pvc {

/// Applies a stream of edits to a tree and returns the tree of the result: the very one that a bulk
/// load of the resulting entries gives. Deleting an absent key does nothing.
///
/// Level by level, only nodes that an edit touches are read and cut anew, until a new boundary
/// meets an old one; each new node is submitted with the node it replaces as delta base.
///
/// Requires: the reader's source also finds what is put into `sink` (WriteBatch does both).
/// Throws:   kCorrupt, kIo.
/// Cost:     O(k log n) for k edits of n entries; memory for the changed nodes' keys.
Tree ApplyEdits(NodeReader& reader, ObjectSink& sink, const Tree& tree, EditSource& edits);

}  // namespace pvc
