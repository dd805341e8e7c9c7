#include "engine/tree_merge.h"

#include "engine/tree_diff.h"
#include "engine/tree_editor.h"

namespace pvc {

namespace {

// Streams the edits that turn `ours` into the merge: their changes, and the outcome of each
// collision.
class MergeEdits final : public EditSource {
 public:
  MergeEdits(NodeReader& reader, const Tree& base, const Tree& ours, const Tree& theirs,
             const ResolveCollision& resolve)
      : ours_(reader, base, reader, ours),
        theirs_(reader, base, reader, theirs),
        resolve_(resolve) {
    has_ours_ = ours_.Next(our_change_);
  }

  const Edit* Next() override {
    while (theirs_.Next(their_change_)) {
      const ByteView key = their_change_.key;
      while (has_ours_ && our_change_.key < key) has_ours_ = ours_.Next(our_change_);
      if (!has_ours_ || our_change_.key != key) return Set(key, their_change_.after);
      if (our_change_.after == their_change_.after) continue;
      resolved_ = resolve_({key, their_change_.before, our_change_.after, their_change_.after});
      std::optional<ByteView> outcome;
      if (resolved_) outcome = *resolved_;
      if (outcome == our_change_.after) continue;
      return Set(key, outcome);
    }
    return nullptr;
  }

 private:
  const Edit* Set(ByteView key, std::optional<ByteView> value) {
    edit_ = {key, value.value_or(ByteView{}), value ? Edit::Kind::kPut : Edit::Kind::kDelete};
    return &edit_;
  }

  TreeDiff ours_;
  TreeDiff theirs_;
  const ResolveCollision& resolve_;
  TreeChange our_change_;
  TreeChange their_change_;
  bool has_ours_ = false;
  std::optional<Bytes> resolved_;
  Edit edit_;
};

}  // namespace

Tree MergeTrees(NodeReader& reader, ObjectSink& sink, const Tree& base, const Tree& ours,
                const Tree& theirs, const ResolveCollision& resolve) {
  if (theirs == base || ours == theirs) return ours;
  if (ours == base) return theirs;
  MergeEdits edits(reader, base, ours, theirs, resolve);
  return ApplyEdits(reader, sink, ours, edits);
}

}  // namespace pvc
