#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "vcs/diff.h"
#include "vcs/repository.h"
#include "vcs/row_codec.h"
#include "vcs/table_past.h"
#include "vcs/tree_join.h"

namespace pvc {

class LayoutMap;

/// A commit on the way back: children sort before parents.
struct BlamePlace {
  uint64_t generation = 0;
  CommitId id;

  bool operator<(const BlamePlace& other) const {
    return generation != other.generation ? generation > other.generation : id < other.id;
  }
};

/// The table in a parent and in its child, for blame: rows keep their keys for as long as its key
/// does.
///
/// Lifetime: the repository outlives it.
class BlamePair {
 public:
  BlamePair(Repository& repository, const PastTable& before, const PastTable& after);
  ~BlamePair();
  BlamePair(const BlamePair&) = delete;
  BlamePair& operator=(const BlamePair&) = delete;

  /// False where keys of the two sides have nothing to do with each other.
  bool HasSameKeys() const;
  const LayoutMap& map() const { return *map_; }
  /// Calls `visit` for the keys in a range of rows that are new or different after, in order.
  /// Requires: HasSameKeys().   Cost: O(changes), or O(rows) where columns moved.
  void ForEachChanged(const KeyRange& range, const std::function<void(ByteView key)>& visit);

 private:
  bool IsChanged(ByteView key, const std::optional<ByteView>& before, ByteView after);

  Repository& repository_;
  TableDiff table_;
  std::unique_ptr<LayoutMap> map_;
  RowCodec before_codec_;
  RowCodec after_codec_;
  Row before_row_;
  Row after_row_;
};

}  // namespace pvc
