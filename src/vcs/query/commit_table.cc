#include "vcs/query/commit_table.h"

#include <algorithm>

#include "sqlite/table_indexes.h"
#include "vcs/ascii_case.h"
#include "vcs/query/derived_index.h"
#include "vcs/query/index_definition.h"
#include "vcs/query/table_cursor.h"

namespace pvc {
namespace {

/// An index as queries restrict it.
KeyShape ShapeOf(const IndexDefinition& definition, const TableView& view) {
  const TableInfo& info = view.version.table().info;
  KeyShape shape;
  shape.encoding = view.version.encoding();
  shape.kept_bytes = kMaxIndexComponentBytes;
  for (const IndexDefinition::Part& part : definition.parts) {
    KeyShape::Part restricted;
    restricted.collation = part.collation;
    if (part.cell == IndexDefinition::kRowid) {
      restricted.affinity = Affinity::kInteger;
      restricted.columns.push_back(-1);
    } else {
      for (size_t i = 0; i < view.columns.size(); ++i) {
        const TableView::Source& source = view.columns[i];
        if (source.kind != TableView::Source::Kind::kStored || source.index != part.cell) continue;
        restricted.affinity = info.columns[i].affinity;
        restricted.columns.push_back(static_cast<int>(i));
      }
    }
    shape.parts.push_back(std::move(restricted));
  }
  return shape;
}

}  // namespace

CommitTable::CommitTable(TableServices& services, TableVersion version)
    : services_(services),
      view_(std::make_shared<TableView>(TableView::Of(std::move(version)))),
      declared_(DeclaredColumnsOf(*services.scratch, view_->version.entry)) {
  // SQLite orders a column by its own collation, which need not be the key's.
  const TableInfo& info = view_->version.table().info;
  if (view_->key.is_rowid) return;
  for (size_t i = 0; i < info.columns.size(); ++i) {
    if (info.columns[i].key_position == 0) continue;
    can_order_ = can_order_ && EqualIgnoringAsciiCase(declared_[i].collation,
                                                      CollationName(info.columns[i].collation));
  }
}

std::string CommitTable::Declaration() const {
  return TableDeclaration(view_->version.table().info, declared_, {});
}

// Reads which indexes the table has when a query restricts what its key does not begin with.
void CommitTable::FindIndexes(const PlanRequest& request) {
  if (has_indexes_ || view_->version.side.working != nullptr) return;
  const std::vector<int>& first = view_->key.parts.front().columns;
  const bool is_wanted = std::any_of(request.constraints.begin(), request.constraints.end(),
                                     [&](const OfferedConstraint& offered) {
                                       const bool is_of_use = offered.op != ConstraintOp::kLimit &&
                                                              offered.op != ConstraintOp::kOffset &&
                                                              offered.op != ConstraintOp::kOther;
                                       return is_of_use && std::find(first.begin(), first.end(),
                                                                     offered.column) == first.end();
                                     });
  if (!is_wanted) return;
  has_indexes_ = true;
  const TableVersion& version = view_->version;
  std::vector<SchemaObject> objects;
  for (CatalogEntry& entry : ReadCatalog(*version.side.nodes, version.side.snapshot.catalog)) {
    const bool is_ours = entry.object.kind == SchemaObjectKind::kIndex &&
                         EqualIgnoringAsciiCase(entry.object.table_name, version.entry.object.name);
    if (is_ours) objects.push_back(std::move(entry.object));
  }
  const auto add = [this](const std::optional<IndexDefinition>& definition, bool is_unique) {
    if (!definition) return;
    view_->indexes.push_back(*definition);
    view_->index_shapes.push_back({ShapeOf(*definition, *view_), is_unique});
  };
  for (const TableIndex& index :
       ReadTableIndexes(version.entry.object, objects, version.encoding())) {
    const auto definition = MakeIndexDefinition(index, version.table().info);
    add(definition,
        index.is_unique && definition && definition->parts.size() == index.parts.size());
  }
  add(MakeRowidIndexDefinition(version.table().info), true);
}

std::optional<PlanAnswer> CommitTable::Plan(const PlanRequest& request) {
  FindIndexes(request);
  PlannedTable table{view_->key, view_->version.table().rows.entry_count, &view_->index_shapes,
                     can_order_};
  return PlanTable(table, request);
}

std::unique_ptr<VirtualCursor> CommitTable::Open() {
  return std::make_unique<TableCursor>(services_, view_);
}

}  // namespace pvc
