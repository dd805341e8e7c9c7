#pragma once

#include <vector>

#include "base/hash.h"
#include "engine/tree.h"

namespace pvc {

/// An index that the index cache holds.
struct ListedIndex {
  ObjectId definition;  ///< hash of EncodeIndexDefinition's bytes
  Tree rows;            ///< the table's
  Tree index;           ///< as many entries as rows, at least 1

  bool operator==(const ListedIndex&) const = default;
};

/// Indexes a list may have.
inline constexpr uint64_t kMaxListedIndexes = 4096;

/// The index cache's one list, the index used last first.   Format: docs/format.md#index-cache
Bytes EncodeIndexList(const std::vector<ListedIndex>& list);
/// Throws: kCorrupt; kUnsupported for another version.
std::vector<ListedIndex> DecodeIndexList(ByteView bytes);

}  // namespace pvc
