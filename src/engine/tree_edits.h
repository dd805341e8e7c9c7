#pragma once

#include <memory>

#include "engine/edit_batch.h"
#include "engine/node_reader.h"
#include "engine/object_io.h"
#include "engine/tree.h"

namespace pvc {

/// Gathers edits of a tree in any order and applies them, a bounded lot at a time: for changes that
/// are not found in key order and may be many. The last edit of a key counts.
///
/// Lifetime: reader and sink outlive it.   Requires: the reader's source also finds what is put
/// into the sink.   Throws: kCorrupt, kIo.   Cost: as ApplyEdits; memory of kHeldBytes.
class TreeEdits {
 public:
  static constexpr size_t kHeldBytes = 16U << 20;

  TreeEdits(NodeReader& reader, ObjectSink& sink, const Tree& tree)
      : reader_(reader), sink_(sink), tree_(tree), batch_(std::make_unique<EditBatch>()) {}

  void Put(ByteView key, ByteView value) {
    batch_->Put(key, value);
    if (batch_->held_bytes() >= kHeldBytes) Flush();
  }
  void Delete(ByteView key) {
    batch_->Delete(key);
    if (batch_->held_bytes() >= kHeldBytes) Flush();
  }

  /// Returns: the tree with all edits so far; more may follow.
  const Tree& Finish() {
    Flush();
    return tree_;
  }

 private:
  void Flush();

  NodeReader& reader_;
  ObjectSink& sink_;
  Tree tree_;
  std::unique_ptr<EditBatch> batch_;
};

}  // namespace pvc
