#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sqlite/schema.h"
#include "vcs/config.h"

namespace pvc {

/// The columns whose text is merged as JSON, by key: `table.GLOB.json = COLUMN, COLUMN`. Names
/// compare without case; GLOB as for IgnoredTables. Every setting that matches a table counts.
class JsonColumns {
 public:
  JsonColumns() = default;
  explicit JsonColumns(const Config& config);

  /// For each stored column of a table, whether it is one; empty when none is.
  std::vector<bool> Of(const TableInfo& info) const;

 private:
  struct Rule {
    std::string glob;  // folded
    std::vector<std::string> columns;
  };
  std::vector<Rule> rules_;
};

}  // namespace pvc
