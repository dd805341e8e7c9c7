#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "vcs/catalog.h"
#include "vcs/diff.h"
#include "vcs/repository.h"
#include "vcs/row_codec.h"

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

/// One table through history, for blame. Its rows keep their keys for as long as its key does.
///
/// Lifetime: the repository outlives it.
class BlameTable {
 public:
  /// One side of a Pair, or a commit's own.
  struct Version {
    CatalogEntry entry;
    TextEncoding encoding = TextEncoding::kUtf8;

    const StoredTable& table() const { return *entry.table; }
    bool operator==(const Version& other) const {
      return encoding == other.encoding && entry.table == other.entry.table;
    }
  };

  BlameTable(Repository& repository, const CommitId& at, const CatalogEntry& table);

  /// The table where the way back begins.
  const Version& newest() const { return newest_; }
  /// The table as a commit has it; nothing where there is none.
  std::optional<Version> In(const Commit& commit) const;

  /// The table in a parent and in its child.   Lifetime: the versions outlive it.
  class Pair {
   public:
    Pair(Repository& repository, const Version& before, const Version& after);
    ~Pair();
    Pair(const Pair&) = delete;
    Pair& operator=(const Pair&) = delete;

    /// False where keys of the two sides have nothing to do with each other.
    bool HasSameKeys() const;
    const LayoutMap& map() const { return *map_; }
    /// Calls `visit` for the keys of rows that are new or different after, in order.
    /// Requires: HasSameKeys().   Cost: O(changes), or O(rows) where columns moved.
    void ForEachChanged(const std::function<void(ByteView key)>& visit);

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

 private:
  Repository& repository_;
  Version newest_;
};

}  // namespace pvc
