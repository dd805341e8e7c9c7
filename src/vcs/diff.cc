#include "vcs/diff.h"

#include <algorithm>

#include "vcs/key_filter.h"
#include "vcs/row_diff.h"
#include "vcs/schema_diff.h"

namespace pvc {

namespace {

void ReportSchema(const std::vector<CatalogChange>& catalog, const DiffSelection& selection,
                  DiffSink& sink) {
  std::vector<SchemaChange> changes;
  for (const CatalogChange& change : catalog) {
    const bool selected = (change.before && selection.SelectsObject(change.before->object)) ||
                          (change.after && selection.SelectsObject(change.after->object));
    if (selected) AppendSchemaChanges(change, changes);
  }
  std::stable_sort(changes.begin(), changes.end(),
                   [](const SchemaChange& a, const SchemaChange& b) { return a.name < b.name; });
  for (const SchemaChange& change : changes) sink.OnSchemaObject(change);
}

void ReportRows(Repository& repository, NodeReader& nodes, const CatalogChange& change,
                const TableDiff& encodings, const DiffSelection& selection, DiffSink& sink) {
  TableDiff table = encodings;
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
  ReportSchema(catalog, selection, sink);
  if (!options.rows) return;
  TableDiff encodings;
  encodings.encoding_before = properties_before.encoding;
  encodings.encoding_after = properties_after.encoding;
  for (const CatalogChange& change : catalog) {
    ReportRows(repository, nodes, change, encodings, selection, sink);
  }
}

}  // namespace pvc
