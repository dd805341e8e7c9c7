#include "sqlite/table_layout.h"

#include <string>

#include "sqlite/database.h"

namespace pvc {

namespace {

// What pragma table_xinfo says in its column "hidden".
constexpr int64_t kOrdinaryColumn = 0;
constexpr int64_t kVirtualGeneratedColumn = 2;
constexpr int64_t kStoredGeneratedColumn = 3;

struct ColumnPlace {
  RecordField field;
  bool is_in_record = true;  // VIRTUAL columns are not
};

// Statements of the form PRAGMA, not SELECT .. FROM pragma_..: a hostile database may have a table
// of such a name.
std::optional<std::vector<ColumnPlace>> ReadColumns(Database& db, const TableInfo& table) {
  std::vector<ColumnPlace> places;
  uint32_t next_slot = 0;
  Statement query(db, "PRAGMA main.table_xinfo(" + QuoteIdentifier(table.name) + ")");
  while (query.Step()) {
    if (places.size() == table.columns.size()) return std::nullopt;
    const Column& column = table.columns[places.size()];
    const int64_t hidden = query.ColumnInteger(6);
    const bool is_generated = hidden == kVirtualGeneratedColumn || hidden == kStoredGeneratedColumn;
    if (hidden != kOrdinaryColumn && !is_generated) return std::nullopt;
    if (query.ColumnText(1) != column.name || is_generated != column.is_generated) {
      return std::nullopt;
    }
    ColumnPlace place;
    place.is_in_record = hidden != kVirtualGeneratedColumn;
    if (is_generated) {
      place.field = {RecordField::Use::kSkip, kNoSlot};
    } else {
      const auto use = column.is_rowid_alias                ? RecordField::Use::kRowid
                       : column.affinity == Affinity::kReal ? RecordField::Use::kReal
                                                            : RecordField::Use::kValue;
      place.field = {use, next_slot++};
    }
    places.push_back(place);
  }
  if (places.empty() || places.size() != table.columns.size()) return std::nullopt;
  return places;
}

// A WITHOUT ROWID table is the index of its primary key, with the other columns behind the key.
std::optional<std::vector<RecordField>> ReadKeyOrder(Database& db, const TableInfo& table,
                                                     std::vector<ColumnPlace> places) {
  std::vector<RecordField> fields;
  Statement query(db, "PRAGMA main.index_xinfo(" + QuoteIdentifier(table.name) + ")");
  while (query.Step()) {
    const int64_t column = query.ColumnInteger(1);
    if (column < 0 || column >= static_cast<int64_t>(places.size())) return std::nullopt;
    ColumnPlace& place = places[static_cast<size_t>(column)];
    if (!place.is_in_record) return std::nullopt;
    fields.push_back(place.field);
    // PRIMARY KEY(a, a COLLATE NOCASE) stores the column twice.
    place.field = {RecordField::Use::kSkip, kNoSlot};
  }
  for (const ColumnPlace& place : places) {
    if (place.field.use != RecordField::Use::kSkip) return std::nullopt;
  }
  return fields;
}

std::optional<uint32_t> ReadRootPage(Database& db, const TableInfo& table) {
  Statement query(db, "SELECT rootpage FROM main.sqlite_schema WHERE type = 'table' AND name = ?1");
  query.BindText(1, table.name);
  if (!query.Step()) return std::nullopt;
  const int64_t page = query.ColumnInteger(0);
  if (page < 2 || page > 0xFFFFFFFE || query.Step()) return std::nullopt;
  return static_cast<uint32_t>(page);
}

}  // namespace

std::optional<TableLayout> ReadTableLayout(Database& db, const TableInfo& table) {
  const auto root_page = ReadRootPage(db, table);
  if (!root_page) return std::nullopt;
  const auto places = ReadColumns(db, table);
  if (!places) return std::nullopt;

  TableLayout layout;
  layout.root_page = *root_page;
  for (uint32_t i = 0; i < table.columns.size(); ++i) {
    if (!table.columns[i].is_generated) layout.slot_columns.push_back(i);
  }
  if (!table.without_rowid) {
    for (const ColumnPlace& place : *places) {
      if (place.is_in_record) layout.fields.push_back(place.field);
    }
    return layout;
  }
  layout.kind = BtreeKind::kIndex;
  auto fields = ReadKeyOrder(db, table, *places);
  if (!fields) return std::nullopt;
  layout.fields = std::move(*fields);
  return layout;
}

}  // namespace pvc
