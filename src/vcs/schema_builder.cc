#include "vcs/schema_builder.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "base/error.h"
#include "vcs/sequence_table.h"

namespace pvc {

namespace {

bool IsTableWithRows(const SchemaObject& object) {
  return object.kind == SchemaObjectKind::kTable && !object.is_virtual;
}

void DropObject(Database& db, const SchemaObject& object) {
  const std::string_view kind = SchemaObjectKindName(object.kind);
  try {
    db.Execute(fmt::format("DROP {} main.{}", kind, QuoteIdentifier(object.name)));
  } catch (Error& error) {
    throw error.AddContext(fmt::format("cannot drop {} '{}'", kind, object.name));
  }
}

struct Place {
  uint64_t rank;
  int64_t rowid;
};

// Rows of sqlite_schema as they are, each with the rank it should have.
std::vector<Place> ReadPlaces(Database& db, const CatalogEntries& catalog) {
  std::map<std::pair<std::string, std::string>, uint64_t> rank_of;
  for (const CatalogEntry* entry : catalog) {
    rank_of.emplace(
        std::pair(std::string(SchemaObjectKindName(entry->object.kind)), entry->object.name),
        entry->rank);
  }
  std::vector<Place> places;
  uint64_t last_rank = 0;
  Statement rows(db, "SELECT rowid, type, name, tbl_name FROM main.sqlite_schema ORDER BY rowid");
  while (rows.Step()) {
    auto found = rank_of.find({rows.ColumnText(1), rows.ColumnText(2)});
    if (found == rank_of.end()) found = rank_of.find({"table", rows.ColumnText(3)});
    if (found != rank_of.end()) last_rank = found->second;
    places.push_back({last_rank, rows.ColumnInteger(0)});
  }
  return places;
}

}  // namespace

void SchemaBuilder::CreateTables(const CatalogEntries& entries) {
  const SchemaObject* sequences = nullptr;
  for (const CatalogEntry* entry : entries) {
    if (!IsTableWithRows(entry->object)) continue;
    if (entry->object.name == kSequenceTable) {
      sequences = &entry->object;
    } else {
      db_.CreateSchemaObject(entry->object);
    }
  }
  if (sequences != nullptr) db_.CreateSchemaObject(*sequences);
}

void SchemaBuilder::CreateDependents(const CatalogEntries& entries) {
  for (const SchemaObjectKind kind :
       {SchemaObjectKind::kIndex, SchemaObjectKind::kView, SchemaObjectKind::kTrigger}) {
    for (const CatalogEntry* entry : entries) {
      if (entry->object.kind == kind) db_.CreateSchemaObject(entry->object);
    }
  }
  for (const CatalogEntry* entry : entries) {
    if (entry->object.is_virtual) db_.InsertSchemaRow(entry->object);
  }
}

void SchemaBuilder::Drop(const CatalogEntries& entries) {
  // SQLite drops by exact names what belongs to a table; names that differ in case would stay.
  for (const SchemaObjectKind kind :
       {SchemaObjectKind::kTrigger, SchemaObjectKind::kIndex, SchemaObjectKind::kView}) {
    for (const CatalogEntry* entry : entries) {
      if (entry->object.kind == kind) DropObject(db_, entry->object);
    }
  }
  // Before their shadow tables, so that no module looks for them.
  for (const CatalogEntry* entry : entries) {
    if (entry->object.is_virtual) db_.DeleteSchemaRow(entry->object);
  }
  const ShadowWriteScope shadow_tables(db_);
  for (const CatalogEntry* entry : entries) {
    if (IsTableWithRows(entry->object)) DropObject(db_, entry->object);
  }
}

void SchemaBuilder::RestoreOrder(const CatalogEntries& catalog) {
  std::vector<Place> places = ReadPlaces(db_, catalog);
  const auto before = [](const Place& a, const Place& b) { return a.rank < b.rank; };
  if (std::is_sorted(places.begin(), places.end(), before)) return;
  std::stable_sort(places.begin(), places.end(), before);
  // Through negative rowids, which nothing uses, because rowids are unique at every moment. All
  // rows in one statement: after each, SQLite reads the whole schema again.
  std::string moves;
  for (size_t i = 0; i < places.size(); ++i) {
    moves += fmt::format("{}({},{})", i == 0 ? "" : ",", places[i].rowid, i + 1);
  }
  db_.ExecuteOnSchema(fmt::format("WITH move(old, new) AS MATERIALIZED (VALUES{})"
                                  "UPDATE main.sqlite_master SET rowid = -move.new FROM move"
                                  " WHERE sqlite_master.rowid = move.old",
                                  moves),
                      {});
  db_.ExecuteOnSchema("UPDATE main.sqlite_master SET rowid = -rowid", {});
}

}  // namespace pvc
