#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "engine/node_reader.h"
#include "vcs/catalog.h"
#include "vcs/query/index_definition.h"
#include "vcs/repository.h"

namespace pvc {

struct IndexCacheOptions {
  /// Indexes kept; of more, those used longest ago are forgotten.
  size_t max_entries = 64;
  /// Bytes of files in the cache's folder. What would lead beyond empties it first; an index that
  /// is larger serves this process alone.
  uint64_t max_bytes = 512U << 20;
  /// Threads that hash and compress beside the caller's.
  unsigned worker_count = 1;
};

/// Index trees of the tables of commits, derived when first asked for: from the index of a table
/// that differs little, by the rows that differ, else from all rows. They are kept in
/// `.pvc/cache/indexes`, a store of its own that may be deleted at any time, also while it is read.
///
/// What of it cannot be read, is not this repository's, or is not what its id says is derived
/// again; nodes are checked against their ids. So it is never wrong, unless somebody forges it:
/// what it says to be the index of a table is believed. Several processes may use it at once. Where
/// it cannot be written there are no new indexes, and no errors.
///
/// One thread calls Find; nodes() is for any.   Lifetime: the repository outlives it.
/// Format: docs/format.md#index-cache
class IndexCache {
 public:
  explicit IndexCache(Repository& repository, const IndexCacheOptions& options = {});
  ~IndexCache();

  /// The index of exactly these rows, which IndexCursor reads through nodes().
  ///
  /// `table`: its rows are objects of the repository, not of a batch.
  /// `step`:  called now and then while the index is derived; what it throws passes. May be empty.
  /// Returns: nothing when there is none and none can be stored: read-only folder, full disk.
  /// Throws:  kCorrupt when the table's rows cannot be read, kInterrupted.
  /// Cost:    a few reads for an index that is there; else about 1 to 2.5 us a row, or 0.1 ms a row
  ///          that differs.
  std::optional<Tree> Find(const StoredTable& table, TextEncoding encoding,
                           const IndexDefinition& definition, const std::function<void()>& step);

  /// Reads the trees that Find gave; derives them again when the cache is gone meanwhile. Throws:
  /// kCorrupt when that cannot be done either.
  NodeReader& nodes();

  /// Throws the cache away: for whoever finds that a row which an index names is not there.
  void Discard();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace pvc
