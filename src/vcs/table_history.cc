#include "vcs/table_history.h"

#include <fmt/format.h>

#include <set>
#include <utility>

#include "base/error.h"
#include "vcs/ascii_case.h"
#include "vcs/history.h"
#include "vcs/key_filter.h"
#include "vcs/revision.h"
#include "vcs/row_diff.h"

namespace pvc {

namespace {

struct FoundRow {};

// Ends a comparison at the first row that differs.
class FirstRow final : public DiffSink {
 public:
  void OnProperty(const PropertyChange&) override {}
  void OnSchemaObject(const SchemaChange&) override {}
  void BeginTable(const TableDiff&) override { throw FoundRow{}; }
  void OnRow(const TableDiff&, const RowChange&) override {}
  void EndTable(const TableDiff&, const TableDiffCounts&) override {}
};

bool Names(const SchemaObject& object, const std::string& name) {
  return EqualIgnoringAsciiCase(object.name, name) ||
         EqualIgnoringAsciiCase(object.table_name, name);
}

}  // namespace

TableHistory::TableHistory(Repository& repository, std::vector<DiffFilter> filters)
    : repository_(repository), filters_(std::move(filters)) {}

// Returns: whether the snapshot has what the filter names.
bool TableHistory::CheckIn(const Snapshot& snapshot, const DiffFilter& filter) const {
  NodeReader& nodes = repository_.nodes();
  if (const auto table = FindTable(nodes, snapshot.catalog, filter.table)) {
    if (filter.key) {
      KeyRangesOf(table->table->info, snapshot.properties.encoding, repository_.store().hash_kind(),
                  *filter.key);
    }
    return true;
  }
  for (const CatalogEntry& entry : ReadCatalog(nodes, snapshot.catalog)) {
    if (!EqualIgnoringAsciiCase(entry.object.name, filter.table)) continue;
    if (!filter.key) return true;
    throw Error(ErrorKind::kInvalid,
                fmt::format("'{}' has no rows, so no key '{}'", filter.table, *filter.key));
  }
  return false;
}

void TableHistory::Check(const std::vector<CommitId>& from) const {
  for (const DiffFilter& filter : filters_) {
    HistoryWalk walk(repository_, from);
    SnapshotId checked;
    std::set<std::string> names;
    bool is_found = false;
    while (const auto step = walk.Next()) {
      if (step->commit.snapshot == checked) continue;
      const bool is_first = checked.IsZero();
      checked = step->commit.snapshot;
      const Snapshot snapshot = repository_.GetSnapshot(checked);
      is_found = CheckIn(snapshot, filter);
      if (is_found) break;
      if (!is_first) continue;
      for (CatalogEntry& entry : ReadCatalog(repository_.nodes(), snapshot.catalog)) {
        names.insert(std::move(entry.object.name));
      }
    }
    if (is_found) continue;
    Error error(ErrorKind::kNotFound,
                fmt::format("no table '{}' in any of these commits", filter.table));
    for (const std::string& near : NearestNames(filter.table, {names.begin(), names.end()})) {
      error.AddHint(fmt::format("did you mean '{}'?", near));
    }
    throw error.AddHint("all tables:  pvc ls");
  }
}

TableHistory::Sides TableHistory::Compare(const std::optional<SnapshotId>& before,
                                          const SnapshotId& after) const {
  Snapshot earlier;
  if (before) earlier = repository_.GetSnapshot(*before);
  const Snapshot later = repository_.GetSnapshot(after);
  Sides sides;
  sides.catalog = DiffCatalogs(repository_.nodes(), earlier.catalog, later.catalog);
  sides.encodings.encoding_before = earlier.properties.encoding;
  sides.encodings.encoding_after = later.properties.encoding;
  return sides;
}

bool TableHistory::IsChanged(const Sides& sides, const DiffFilter& filter) const {
  DiffSelection::Rows rows;
  rows.all = !filter.key;
  if (filter.key) rows.keys.push_back(*filter.key);
  for (const CatalogChange& change : sides.catalog) {
    const bool is_named = (change.before && Names(change.before->object, filter.table)) ||
                          (change.after && Names(change.after->object, filter.table));
    if (!is_named) continue;
    if (!filter.key) {
      std::vector<SchemaChange> schema;
      AppendSchemaChanges(change, schema);
      if (!schema.empty()) return true;
    }
    TableDiff table = sides.encodings;
    if (change.before) table.before = change.before->table;
    if (change.after) table.after = change.after->table;
    if (table.before == table.after) continue;
    table.name = table.after ? table.after->info.name : table.before->info.name;
    if (!EqualIgnoringAsciiCase(table.name, filter.table)) continue;
    try {
      FirstRow sink;
      DiffTableRows(repository_, repository_.nodes(), table,
                    table.after ? &change.after->object : nullptr, &rows, sink);
    } catch (const FoundRow&) {
      return true;
    }
  }
  return false;
}

bool TableHistory::Differ(const std::optional<SnapshotId>& before, const SnapshotId& after) const {
  return !Changed(before, after).empty();
}

std::vector<DiffFilter> TableHistory::Changed(const std::optional<SnapshotId>& before,
                                              const SnapshotId& after) const {
  std::vector<DiffFilter> changed;
  if (before == after) return changed;
  const Sides sides = Compare(before, after);
  for (const DiffFilter& filter : filters_) {
    if (IsChanged(sides, filter)) changed.push_back(filter);
  }
  return changed;
}

}  // namespace pvc
