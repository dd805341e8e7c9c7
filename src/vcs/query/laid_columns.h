#pragma once

#include <vector>

#include "sqlite/virtual_table.h"
#include "vcs/catalog.h"
#include "vcs/query/function_table.h"
#include "vcs/row_codec.h"

namespace pvc {

/// The stored columns of a table, as functions declare them, and how rows of other layouts of the
/// table are laid into them.
class LaidColumns {
 public:
  /// Requires: the entry holds rows.
  explicit LaidColumns(const CatalogEntry& table);

  /// Names, types and collations as the table's text declares them; a type that would not give a
  /// column its affinity (ANY in a STRICT table) is one that does.
  const std::vector<FunctionColumn>& columns() const { return columns_; }
  /// The same from `prefix` on: "from_" and "a" give "from_a".
  FunctionColumn WithPrefix(size_t column, std::string_view prefix) const;

  /// For each of these columns, the index of its cell in rows of `other`; -1 where these have none.
  /// Columns belong together as LayoutMap says.
  std::vector<int> CellsIn(const StoredTable& other, ObjectSource& source,
                           HashKind hash_kind) const;
  /// For each column of `other`, generated ones too, which of these columns it is, or -1.
  /// `cells`: CellsIn of the same table.
  std::vector<int> PlacesOf(const TableInfo& other, const std::vector<int>& cells) const;

 private:
  StoredTable table_;
  std::vector<FunctionColumn> columns_;
};

}  // namespace pvc
