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

bool Names(const SchemaObject& object, const std::string& name) {
  return EqualIgnoringAsciiCase(object.name, name) ||
         EqualIgnoringAsciiCase(object.table_name, name);
}

// The rows that a key, as typed, may mean in a layout; none where it can be no key.
std::optional<std::vector<KeyRange>> FindRanges(const PastLayout& layout, HashKind hash_kind,
                                                const std::string& key) {
  try {
    return KeyRangesOf(layout.info(), layout.encoding, hash_kind, key);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::kInvalid) throw;
    return std::vector<KeyRange>{};
  }
}

}  // namespace

TableHistory::TableHistory(Repository& repository, std::vector<DiffFilter> filters)
    : repository_(repository) {
  for (DiffFilter& filter : filters) {
    RowRanges ranges;
    if (filter.key) {
      ranges = [key = *filter.key, hash_kind = repository.store().hash_kind()](
                   const PastLayout& layout) { return FindRanges(layout, hash_kind, key); };
    }
    TablePast past(repository, filter.table, std::move(ranges));
    asked_.push_back({std::move(filter), std::move(past)});
  }
}

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
  for (const Asked& asked : asked_) {
    const DiffFilter& filter = asked.filter;
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

bool TableHistory::IsTableChanged(const Sides& sides, const std::string& name) const {
  for (const CatalogChange& change : sides.catalog) {
    const bool is_named = (change.before && Names(change.before->object, name)) ||
                          (change.after && Names(change.after->object, name));
    if (!is_named) continue;
    std::vector<SchemaChange> schema;
    AppendSchemaChanges(change, schema);
    if (!schema.empty()) return true;
    TableDiff table = sides.encodings;
    if (change.before) table.before = change.before->table;
    if (change.after) table.after = change.after->table;
    if (table.before == table.after) continue;
    table.name = table.after ? table.after->info.name : table.before->info.name;
    if (!EqualIgnoringAsciiCase(table.name, name)) continue;
    RowDiff diff(repository_, repository_.nodes(), table,
                 table.after ? &change.after->object : nullptr, {});
    RowChange found;
    if (diff.Next(found)) return true;
  }
  return false;
}

bool TableHistory::IsRowChanged(const std::optional<SnapshotId>& before, const SnapshotId& after,
                                Asked& asked) const {
  std::optional<PastTable> earlier;
  if (before) earlier = asked.past.In(*before);
  const std::optional<PastTable> later = asked.past.In(after);
  if (asked.past.AreAlike(earlier, later)) return false;
  const TableDiff table = DiffOf(earlier, later);
  DiffSelection::Rows rows;
  rows.keys.push_back(*asked.filter.key);
  RowDiff diff(repository_, repository_.nodes(), table,
               later ? &later->layout->entry.object : nullptr, {&rows, {}});
  RowChange found;
  return diff.Next(found);
}

bool TableHistory::Differ(const std::optional<SnapshotId>& before, const SnapshotId& after) {
  return !Changed(before, after).empty();
}

std::vector<DiffFilter> TableHistory::Changed(const std::optional<SnapshotId>& before,
                                              const SnapshotId& after) {
  std::vector<DiffFilter> changed;
  if (before == after) return changed;
  std::optional<Sides> sides;
  for (Asked& asked : asked_) {
    bool is_changed = false;
    if (asked.filter.key) {
      is_changed = IsRowChanged(before, after, asked);
    } else {
      if (!sides) sides = Compare(before, after);
      is_changed = IsTableChanged(*sides, asked.filter.table);
    }
    if (is_changed) changed.push_back(asked.filter);
  }
  return changed;
}

}  // namespace pvc
