#include <map>
#include <utility>

#include "vcs/catalog.h"
#include "vcs/query/function_table.h"
#include "vcs/query/repository_functions.h"
#include "vcs/query/side_pair.h"

namespace pvc {
namespace {

using Cell = ListedRows::Cell;
using ListedRow = ListedRows::ListedRow;

std::string StatusWord(ChangeKind kind) {
  return kind == ChangeKind::kAdded     ? "added"
         : kind == ChangeKind::kRemoved ? "removed"
                                        : "changed";
}

Cell TextOrNull(const std::string& text) { return text.empty() ? Cell::Null() : Cell::Text(text); }

/// What differs in one table.
struct TableChanges {
  bool has_schema_change = false;
  ChangeKind kind = ChangeKind::kChanged;
  TableDiffCounts counts;
};

/// Gathers a diff by what it is in.
class ChangeSink final : public QueryDiffSink {
 public:
  using QueryDiffSink::QueryDiffSink;

  void OnProperty(const PropertyChange& change) override { properties.push_back(change); }
  void OnSchemaObject(const SchemaChange& change) override {
    if (change.object_kind != SchemaObjectKind::kTable) {
      objects.push_back(change);
      return;
    }
    TableChanges& table = tables[change.name];
    table.has_schema_change = true;
    table.kind = change.kind;
  }
  void EndTable(const TableDiff& table, const TableDiffCounts& counts) override {
    tables[table.name].counts = counts;
  }

  std::map<std::string, TableChanges> tables;
  std::vector<SchemaChange> objects;  // but for tables
  std::vector<PropertyChange> properties;
};

enum class Depth { kSchema, kRows };

void Compare(QueryScope& scope, const SidePair& sides, Depth depth, DiffSink& sink) {
  DiffOptions options;
  options.rows = depth == Depth::kRows;
  options.file_properties = false;
  options.nodes = &sides.nodes();
  DiffSnapshots(scope.repository(), sides.from.snapshot, sides.to.snapshot, options, sink);
}

std::optional<uint64_t> RowCount(const QuerySide& side, NodeReader& nodes,
                                 const std::string& name) {
  const auto entry = FindTable(nodes, side.snapshot.catalog, name);
  if (!entry) return std::nullopt;
  return entry->table->rows.entry_count;
}

Cell CountOrNull(const std::optional<uint64_t>& count) {
  return count ? Cell::Count(*count) : Cell::Null();
}

std::vector<ListedRow> ListStatus(QueryScope& scope) {
  const auto head = scope.repository().HeadCommit();
  SidePair sides;
  sides.to = scope.Side(QueryScope::kWorking);
  sides.from = head ? scope.Side(head->Hex()) : EmptyQuerySide(scope);
  ChangeSink changes(scope);
  Compare(scope, sides, Depth::kRows, changes);
  std::vector<ListedRow> rows;
  for (const auto& [name, table] : changes.tables) {
    ListedRow row = {Cell::Text("table"), Cell::Text(name), Cell::Text(StatusWord(table.kind))};
    // Virtual tables have no rows of their own.
    const bool has_rows = RowCount(sides.from, sides.nodes(), name).has_value() ||
                          RowCount(sides.to, sides.nodes(), name).has_value();
    for (const uint64_t count : {table.counts.added, table.counts.removed, table.counts.changed}) {
      row.push_back(has_rows ? Cell::Count(count) : Cell::Null());
    }
    rows.push_back(std::move(row));
  }
  const auto add = [&](std::string kind, const std::string& name, std::string status) {
    rows.push_back({Cell::Text(std::move(kind)), Cell::Text(name), Cell::Text(std::move(status)),
                    Cell::Null(), Cell::Null(), Cell::Null()});
  };
  for (const SchemaChange& object : changes.objects) {
    add(std::string(SchemaObjectKindName(object.object_kind)), object.name,
        StatusWord(object.kind));
  }
  for (const PropertyChange& property : changes.properties) {
    add("property", property.name, StatusWord(ChangeKind::kChanged));
  }
  return rows;
}

std::vector<ListedRow> ListDiffStat(QueryScope& scope, const SidePair& sides) {
  ChangeSink changes(scope);
  Compare(scope, sides, Depth::kRows, changes);
  std::vector<ListedRow> rows;
  for (const auto& [name, table] : changes.tables) {
    const auto rows_from = RowCount(sides.from, sides.nodes(), name);
    const auto rows_to = RowCount(sides.to, sides.nodes(), name);
    if (!rows_from && !rows_to) continue;  // a virtual table
    rows.push_back({Cell::Text(name), Cell::Count(table.counts.added),
                    Cell::Count(table.counts.removed), Cell::Count(table.counts.changed),
                    CountOrNull(rows_from), CountOrNull(rows_to),
                    Cell::Integer(table.has_schema_change ? 1 : 0)});
  }
  return rows;
}

/// Gathers schema objects and properties in the order of a diff.
class SchemaSink final : public QueryDiffSink {
 public:
  using QueryDiffSink::QueryDiffSink;

  void OnProperty(const PropertyChange& change) override {
    rows.push_back({Cell::Text("property"), Cell::Text(change.name), Cell::Null(),
                    Cell::Text(StatusWord(ChangeKind::kChanged)), Cell::Text(change.before),
                    Cell::Text(change.after)});
  }
  void OnSchemaObject(const SchemaChange& change) override {
    rows.push_back({Cell::Text(std::string(SchemaObjectKindName(change.object_kind))),
                    Cell::Text(change.name), Cell::Text(change.table_name),
                    Cell::Text(StatusWord(change.kind)), TextOrNull(change.sql_before),
                    TextOrNull(change.sql_after)});
  }

  std::vector<ListedRow> rows;
};

std::vector<ListedRow> ListHashes(QueryScope& scope, const QuerySide& side,
                                  const std::optional<std::string>& table) {
  std::vector<CatalogEntry> entries;
  if (table) {
    entries.push_back(RequireTable(*side.nodes, side.snapshot.catalog, *table));
  } else {
    entries = ReadCatalog(*side.nodes, side.snapshot.catalog);
  }
  std::vector<ListedRow> rows;
  for (const CatalogEntry& entry : entries) {
    scope.Step();
    if (!entry.table) continue;
    const Tree& tree = entry.table->rows;
    rows.push_back({Cell::Text(entry.object.name), Cell::Text(tree.root.Hex()),
                    Cell::Count(tree.entry_count)});
  }
  return rows;
}

}  // namespace

std::unique_ptr<VirtualTable> ConnectStatusFunction(QueryScope& scope) {
  std::vector<FunctionColumn> columns = {{"kind", "TEXT"},
                                         {"name", "TEXT"},
                                         {"status", "TEXT"},
                                         {"rows_added", "INTEGER"},
                                         {"rows_removed", "INTEGER"},
                                         {"rows_changed", "INTEGER"}};
  return std::make_unique<FunctionTable>(std::move(columns), std::vector<std::string>{},
                                         [&scope](const FunctionCallValues&) {
                                           return std::make_unique<ListedRows>(ListStatus(scope));
                                         });
}

std::unique_ptr<VirtualTable> ConnectDiffStatFunction(QueryScope& scope) {
  std::vector<FunctionColumn> columns = {{"table_name", "TEXT"},       {"rows_added", "INTEGER"},
                                         {"rows_removed", "INTEGER"},  {"rows_changed", "INTEGER"},
                                         {"rows_from", "INTEGER"},     {"rows_to", "INTEGER"},
                                         {"schema_changed", "INTEGER"}};
  return std::make_unique<FunctionTable>(
      std::move(columns), std::vector<std::string>{"from", "to"},
      [&scope](const FunctionCallValues& call) {
        const SidePair sides = ReadSidePair(scope, call.parameters[0], call.parameters[1]);
        return std::make_unique<ListedRows>(ListDiffStat(scope, sides));
      });
}

std::unique_ptr<VirtualTable> ConnectSchemaDiffFunction(QueryScope& scope) {
  std::vector<FunctionColumn> columns = {{"kind", "TEXT"},       {"name", "TEXT"},
                                         {"table_name", "TEXT"}, {"diff_type", "TEXT"},
                                         {"from_sql", "TEXT"},   {"to_sql", "TEXT"}};
  return std::make_unique<FunctionTable>(
      std::move(columns), std::vector<std::string>{"from", "to"},
      [&scope](const FunctionCallValues& call) {
        SchemaSink sink(scope);
        const SidePair sides = ReadSidePair(scope, call.parameters[0], call.parameters[1]);
        Compare(scope, sides, Depth::kSchema, sink);
        return std::make_unique<ListedRows>(std::move(sink.rows));
      });
}

std::unique_ptr<VirtualTable> ConnectHashFunction(QueryScope& scope) {
  std::vector<FunctionColumn> columns = {
      {"table_name", "TEXT"}, {"hash", "TEXT"}, {"row_count", "INTEGER"}};
  return std::make_unique<FunctionTable>(
      std::move(columns), std::vector<std::string>{"revision", "table"},
      [&scope](const FunctionCallValues& call) {
        const QuerySide side = scope.Side(call.parameters[0].value_or(scope.base()));
        return std::make_unique<ListedRows>(ListHashes(scope, side, call.parameters[1]));
      });
}

std::string HashOfState(QueryScope& scope, const std::optional<std::string>& revision,
                        const std::optional<std::string>& table) {
  const QuerySide side = scope.Side(revision.value_or(scope.base()));
  if (table) {
    return RequireTable(*side.nodes, side.snapshot.catalog, *table).table->rows.root.Hex();
  }
  if (side.working != nullptr) return side.working->id.Hex();
  return scope.repository().GetCommit(*side.commit).snapshot.Hex();
}

}  // namespace pvc
