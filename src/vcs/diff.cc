#include "vcs/diff.h"

#include <algorithm>

#include "vcs/key_filter.h"
#include "vcs/layout_map.h"
#include "vcs/row_diff.h"
#include "vcs/schema_diff.h"

namespace pvc {

namespace {

std::vector<std::string> StoredNames(const TableInfo& info) {
  std::vector<std::string> names;
  for (const Column& column : info.columns) {
    if (!column.is_generated) names.push_back(column.name);
  }
  return names;
}

// Null unless the change is one of a table that has rows on both sides.
std::shared_ptr<const ColumnPairing> PairColumns(Repository& repository, NodeReader& nodes,
                                                 const CatalogChange& change) {
  if (!change.before || !change.after || !change.before->table || !change.after->table ||
      change.before->object.sql == change.after->object.sql) {
    return nullptr;
  }
  TableDiff table;
  table.before = change.before->table;
  table.after = change.after->table;
  const LayoutMap map(table, nodes.source(), repository.store().hash_kind());
  auto pairing = std::make_shared<ColumnPairing>();
  pairing->names_before = StoredNames(table.before->info);
  pairing->names_after = StoredNames(table.after->info);
  pairing->column_map = map.column_map();
  std::vector<int> backwards(pairing->names_before.size(), -1);
  for (size_t cell = 0; cell < pairing->column_map.size(); ++cell) {
    const int other = pairing->column_map[cell];
    if (other >= 0) backwards[static_cast<size_t>(other)] = static_cast<int>(cell);
  }
  const auto has_own = [](const std::vector<int>& columns) {
    return std::find(columns.begin(), columns.end(), -1) != columns.end();
  };
  if (has_own(backwards)) {
    pairing->fills_before =
        ReadColumnDefaults(repository, change.before->object, table.before->info, backwards);
  }
  if (has_own(pairing->column_map)) {
    pairing->fills_after = ReadColumnDefaults(repository, change.after->object, table.after->info,
                                              pairing->column_map);
  }
  return pairing;
}

using Pairings = std::vector<std::shared_ptr<const ColumnPairing>>;

// `pairings`: one a change.
void ReportSchema(const std::vector<CatalogChange>& catalog, const Pairings& pairings,
                  const DiffSelection& selection, DiffSink& sink) {
  std::vector<SchemaChange> changes;
  for (size_t i = 0; i < catalog.size(); ++i) {
    const CatalogChange& change = catalog[i];
    const bool selected = (change.before && selection.SelectsObject(change.before->object)) ||
                          (change.after && selection.SelectsObject(change.after->object));
    if (!selected) continue;
    AppendSchemaChanges(change, changes);
    if (pairings[i]) changes.back().pairing = pairings[i];
  }
  std::stable_sort(changes.begin(), changes.end(),
                   [](const SchemaChange& a, const SchemaChange& b) { return a.name < b.name; });
  for (const SchemaChange& change : changes) sink.OnSchemaObject(change);
}

// `table`: what is known of both sides but the rows.
void ReportRows(Repository& repository, NodeReader& nodes, const CatalogChange& change,
                TableDiff table, const DiffSelection& selection, DiffSink& sink) {
  if (change.before) table.before = change.before->table;
  if (change.after) table.after = change.after->table;
  if (!table.before && !table.after) return;
  if (table.before == table.after) return;
  table.name = table.after ? table.after->info.name : table.before->info.name;
  const DiffSelection::Rows* rows = selection.FindRows(table.name);
  if (rows == nullptr) return;
  DiffTableRows(repository, nodes, table, table.after ? &change.after->object : nullptr, rows,
                sink);
}

}  // namespace

void DiffSnapshots(Repository& repository, const std::optional<Snapshot>& before,
                   const std::optional<Snapshot>& after, const DiffOptions& options,
                   DiffSink& sink) {
  NodeReader& nodes = options.nodes != nullptr ? *options.nodes : repository.nodes();
  const DiffSelection selection(repository.store().hash_kind(), nodes, before, after,
                                options.filters);
  // A side that is not there has what SQLite gives a new database.
  const DatabaseProperties properties_before = before ? before->properties : DatabaseProperties{};
  const DatabaseProperties properties_after = after ? after->properties : DatabaseProperties{};
  if (selection.selects_everything()) {
    for (const PropertyChange& change : DiffProperties(properties_before, properties_after)) {
      if (options.file_properties || !change.is_of_file) sink.OnProperty(change);
    }
  }
  const std::vector<CatalogChange> catalog =
      DiffCatalogs(nodes, before ? before->catalog : Tree{}, after ? after->catalog : Tree{});
  Pairings pairings(catalog.size());
  if (options.exact_layouts) {
    for (size_t i = 0; i < catalog.size(); ++i) {
      pairings[i] = PairColumns(repository, nodes, catalog[i]);
    }
  }
  ReportSchema(catalog, pairings, selection, sink);
  if (!options.rows) return;
  TableDiff encodings;
  encodings.encoding_before = properties_before.encoding;
  encodings.encoding_after = properties_after.encoding;
  for (size_t i = 0; i < catalog.size(); ++i) {
    encodings.pairing = pairings[i];
    ReportRows(repository, nodes, catalog[i], encodings, selection, sink);
  }
}

}  // namespace pvc
