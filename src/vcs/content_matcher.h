#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/fs.h"
#include "base/hash.h"
#include "engine/external_sort.h"

namespace pvc {

enum class ComparedSide : uint8_t { kBefore = 0, kAfter = 1 };

/// What ContentMatcher found no partner for.
struct Unmatched {
  ByteView key;
  bool in_before = false;
  bool in_after = false;
  /// With kByKeyAndMoves: where the row of `key` before is after; nothing of it is missing then.
  std::optional<ByteView> moved_to;
};

/// Compares two multisets of rows: rows of equal content cancel, one by one, in key order; what
/// remains comes back by key.
///
/// Contents are sorted by hash, each side on its own, and walked together, so that memory is
/// bounded however many rows there are and however many are equal. Only hashes and keys are kept:
/// the rows that remain are looked up again.
///
/// Throws: kIo.   Cost: O(n log n).   Lifetime: the file system outlives it.
class ContentMatcher {
 public:
  enum class Pairing {
    kByKey,  ///< what remains of both sides under one key comes as one
    kByKeyAndMoves,  ///< the same; rows with a partner under another key come too
    kNone,   ///< the sides' keys have nothing to do with each other: all of before, then after
  };

  ContentMatcher(FileSystem& fs, const std::string& folder, HashKind hash_kind, Pairing pairing);

  /// Adds a row. Requires: keys of a side ascend; no Next before.
  void Add(ComparedSide side, ByteView content, ByteView key);
  /// Returns: false past the last. The view lives until the next call.
  bool Next(Unmatched& unmatched);

 private:
  void Match();
  enum class Fate : uint8_t { kOnlyBefore = 0, kOnlyAfter = 1, kMoved = 2 };

  void Keep(Fate fate, ByteView key, ByteView moved_to = {});
  bool ReadKept();

  HashKind hash_kind_;
  Pairing pairing_;
  ExternalSorter before_;
  ExternalSorter after_;
  ExternalSorter kept_;
  bool is_matched_ = false;
  bool has_kept_ = false;  // kept_key_, kept_fate_, kept_moved_to_ hold a record not handed out
  Bytes kept_key_;
  Fate kept_fate_ = Fate::kOnlyBefore;
  Bytes kept_moved_to_;
  Bytes key_;
  Bytes moved_to_;
};

}  // namespace pvc
