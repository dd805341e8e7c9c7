#pragma once

#include <string>
#include <vector>

#include "vcs/patch/patch.h"
#include "vcs/patch/row_patcher.h"

namespace pvc {

/// Lays rows of a patch into the layout of a table: finds its columns, and gives text the
/// database's encoding.
class PatchLayout {
 public:
  /// Which names of the patch's columns count.
  enum class Side { kBefore, kAfter };

  PatchLayout(const TableInfo& info, const PatchTable& table, Side side, TextEncoding encoding);

  /// The views live until the next call. Values of columns that are not the table's are left out.
  /// Throws: kUnsupported for text that the encoding cannot hold.
  const LaidRow& Lay(const PatchRow& row);

  /// Whether the patch's columns are the table's, all of them, in the same places, with the same
  /// key.
  bool FitsExactly() const { return fits_exactly_; }

 private:
  const OwnedValue* Convert(const PatchValue& value);

  const TableInfo& info_;
  TextEncoding encoding_;
  std::vector<int> cell_of_column_;  // by column of the patch: cell of the table, or -1
  bool fits_exactly_ = false;
  LaidRow laid_;
  std::vector<OwnedValue> converted_;
  size_t converted_count_ = 0;
};

/// `value` in the database's encoding.
/// Throws: kUnsupported naming the table when it cannot be had.
OwnedValue ConvertPatchValue(const PatchValue& value, TextEncoding encoding,
                             const std::string& table);

}  // namespace pvc
