#include "vcs/query/laid_columns.h"

#include <algorithm>

#include "vcs/layout_map.h"
#include "vcs/query/table_version.h"

namespace pvc {

LaidColumns::LaidColumns(const CatalogEntry& table) : table_(*table.table) {
  const auto scratch = Database::InMemory(TextEncoding::kUtf8);
  const std::vector<DeclaredColumn> declared = DeclaredColumnsOf(*scratch, table);
  for (size_t i = 0; i < table_.info.columns.size(); ++i) {
    const Column& column = table_.info.columns[i];
    if (column.is_generated) continue;
    columns_.push_back(
        {column.name, TypeForDeclaration(declared[i], column.affinity), declared[i].collation});
  }
}

FunctionColumn LaidColumns::WithPrefix(size_t column, std::string_view prefix) const {
  FunctionColumn prefixed = columns_[column];
  prefixed.name.insert(0, prefix);
  return prefixed;
}

std::vector<int> LaidColumns::CellsIn(const StoredTable& other, ObjectSource& source,
                                      HashKind hash_kind) const {
  TableDiff layouts;
  layouts.before = other;
  layouts.after = table_;
  return LayoutMap(layouts, source, hash_kind).column_map();
}

std::vector<int> LaidColumns::PlacesOf(const TableInfo& other,
                                       const std::vector<int>& cells) const {
  std::vector<int> places;
  int cell = 0;
  for (const Column& column : other.columns) {
    places.push_back(-1);
    if (column.is_generated) continue;
    const auto found = std::find(cells.begin(), cells.end(), cell++);
    if (found != cells.end()) places.back() = static_cast<int>(found - cells.begin());
  }
  return places;
}

}  // namespace pvc
