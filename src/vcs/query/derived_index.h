#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "base/fs.h"
#include "engine/node_reader.h"
#include "engine/object_io.h"
#include "engine/tree_cursor.h"
#include "vcs/catalog.h"
#include "vcs/query/index_definition.h"
#include "vcs/tree_join.h"

namespace pvc {

/// Bytes of a row's components that its index key has; what is longer is cut, so that readers must
/// look at the row itself.
inline constexpr size_t kMaxIndexComponentBytes = 512;

/// How the rows of a table become entries of an index tree, one a row.
///
///     key    components (vcs/row_key.h) of the definition's parts, at most
///     kMaxIndexComponentBytes;
///            then the row's key in the table's tree
///     value  varint: bytes of the components; then, where the key could not hold it, the row's key
///
/// Lifetime: what it refers to outlives it.   Format: docs/format.md#index-cache
struct IndexRecipe {
  NodeReader& nodes;  ///< reads the table's rows and large values
  const TableInfo& table;
  TextEncoding encoding;
  HashKind hash_kind;
  const IndexDefinition& definition;
  /// Called now and then; what it throws passes. May be empty.
  std::function<void()> step = {};
};

/// Derives an index from all rows of a table.
/// `sort_folder`: for the files of a sort that does not fit in memory.
/// Throws: kCorrupt, kIo.   Cost: O(n log n), memory of kIndexSortBytes.
Tree BuildIndex(const IndexRecipe& recipe, const Tree& rows, ObjectSink& sink, FileSystem& fs,
                const std::string& sort_folder);
inline constexpr size_t kIndexSortBytes = 48U << 20;

/// Derives the index of `new_rows` from that of `old_rows`: the very tree that BuildIndex gives.
///
/// Requires: the source of `index_nodes` also finds what is put into `sink`.
/// Returns:  nothing when more than `max_changes` rows differ.
/// Throws:   kCorrupt, also when `old_index` has not as many entries as `old_rows`; kIo.
/// Cost:     O(changes * log n).
std::optional<Tree> UpdateIndex(const IndexRecipe& recipe, const Tree& old_rows,
                                const Tree& new_rows, NodeReader& index_nodes,
                                const Tree& old_index, ObjectSink& sink,
                                uint64_t max_changes = UINT64_MAX);

/// Finds rows through an index tree.
///
/// Ranges are of components, as AppendKeyComponent gives them for values of the first parts, under
/// their collations. Entries are those of all rows whose components are in [low, high), and where
/// components were cut, perhaps of others. They come in the order of the components.
///
/// In UTF-16 the components of text under NOCASE and RTRIM are equal where SQLite says so (but for
/// NUL inside NOCASE text), but not in its order, which is that of UTF-8: ranges of them are not
/// SQLite's.
///
/// Lifetime: the reader outlives the cursor; views live until it moves.
/// Throws:   kCorrupt, kIo from every member but Valid.   Cost: as TreeCursor.
class IndexCursor {
 public:
  IndexCursor(NodeReader& nodes, const Tree& index)
      : nodes_(nodes), index_(index), cursor_(nodes, index) {}

  /// Moves to the first entry in a range; an empty `high` means no upper end.
  void Seek(const KeyRange& components);
  bool Valid() const { return is_valid_; }
  /// Requires: Valid().
  void Next();
  /// The row's key in the table's tree.   Requires: Valid().
  ByteView RowKey();

  /// Number of entries in a range. Leaves the cursor where it is.   Cost: O(height).
  uint64_t Count(const KeyRange& components);

 private:
  void CheckEnd() { is_valid_ = cursor_.Valid() && (high_.empty() || cursor_.key() < high_); }

  NodeReader& nodes_;
  Tree index_;
  TreeCursor cursor_;
  Bytes high_;
  bool is_valid_ = false;
};

}  // namespace pvc
