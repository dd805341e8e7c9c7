#pragma once

#include <memory>
#include <optional>
#include <string>

#include "sqlite/virtual_table.h"
#include "vcs/query/table_services.h"
#include "vcs/query/table_version.h"

namespace pvc {

struct TableView;

/// A table of a commit as SQLite sees it: columns with their types and collations, rows read from
/// the tree.
///
/// Constraints on the key become ranges of the tree, those on the columns of an index ranges of a
/// derived one; ORDER BY the key, forwards and backwards, costs nothing; cells that are not used
/// are not decoded, rows that are only counted, or left out by OFFSET, not read.
///
/// Lifetime: the services outlive it.
class CommitTable : public VirtualTable {
 public:
  CommitTable(TableServices& services, TableVersion version);

  std::string Declaration() const override;
  std::optional<PlanAnswer> Plan(const PlanRequest& request) override;
  std::unique_ptr<VirtualCursor> Open() override;
  bool IsInnocuous() const override { return true; }

 private:
  void FindIndexes(const PlanRequest& request);

  TableServices& services_;
  std::shared_ptr<TableView> view_;
  std::vector<DeclaredColumn> declared_;
  bool can_order_ = true;
  bool has_indexes_ = false;  // view_->indexes is filled
};

}  // namespace pvc
