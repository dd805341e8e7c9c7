#pragma once

#include "engine/tree_cursor.h"
#include "engine/tree_diff.h"

namespace pvc {

/// A range of keys, [low, high). An empty `high` means no upper end.
struct KeyRange {
  Bytes low;
  Bytes high;

  bool operator==(const KeyRange&) const = default;
};

/// The range of all keys that begin with `prefix`.
KeyRange PrefixRange(Bytes prefix);

/// Streams every key of two trees within a range, whether or not the values differ: for trees whose
/// equal bytes mean different things, and for ranges of a few keys.
///
/// Lifetime: the reader outlives it.   Throws: kCorrupt, kIo.
class TreeJoin {
 public:
  TreeJoin(NodeReader& reader, const Tree& before, const Tree& after, KeyRange range);

  /// Returns: false past the last key. Views live until the next call.
  bool Next(TreeChange& change);

 private:
  bool InRange(const TreeCursor& cursor) const;

  TreeCursor before_;
  TreeCursor after_;
  KeyRange range_;
  bool advance_before_ = false;
  bool advance_after_ = false;
};

}  // namespace pvc
