#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sqlite/affinity.h"
#include "vcs/catalog.h"
#include "vcs/merge/row_merge.h"
#include "vcs/row_codec.h"
#include "vcs/typed_literal.h"

namespace pvc {

/// How rows of one layout are laid into the columns of another: columns belong together by name, as
/// SQLite compares names; a column that the rows do not have is filled with its default, as ALTER
/// TABLE ADD COLUMN would; values take the new column's affinity.
///
/// Lifetime: context and both entries outlive it.
class RowLayout {
 public:
  /// Requires: both entries hold rows.
  RowLayout(const RowMergeContext& context, const CatalogEntry& from, const CatalogEntry& to);

  /// Entries stay as they are, byte for byte.
  bool KeepsBytes() const { return keeps_bytes_; }
  /// Equal keys mean the same rows before and after.
  bool KeepsKeys() const { return keeps_keys_; }

  /// Lays a whole tree out anew.
  ///
  /// Returns: nothing when two rows would have one key, or one would have none.
  /// Throws:  kCorrupt, kIo.
  /// Cost:    O(1) when bytes stay, else O(rows), sorted on disk when keys change. Bounded memory.
  std::optional<Tree> Lay(const Tree& rows);

 private:
  struct CellSource {
    int from = -1;                   // index among stored columns, or -1
    std::optional<OwnedValue> fill;  // its text in the context's encoding
    bool converts = false;
    Affinity affinity = Affinity::kBlob;
  };

  void MatchColumns();
  bool HaveSameKeys() const;
  void ReadFills();
  void ConvertLarge(Affinity affinity, Cell& cell);
  /// Returns: false for a row that has no key in the new layout.
  bool LayRow(ByteView key, ByteView value);

  const RowMergeContext& context_;
  const CatalogEntry& from_;
  const CatalogEntry& to_;
  std::vector<size_t> from_stored_;  // indexes into the columns of from_
  std::vector<size_t> to_stored_;
  std::vector<CellSource> sources_;  // one a stored column of to_
  bool keeps_keys_ = false;
  bool keeps_bytes_ = false;
  RowCodec decoder_;
  RowCodec encoder_;
  Row row_;
  int64_t next_rowid_ = 0;  // for rows that come without one
  std::vector<Cell> cells_;
  AffinityConverter affinity_;
  std::vector<ConvertedValue> converted_;
};

}  // namespace pvc
