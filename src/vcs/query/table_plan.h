#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vcs/query/key_bounds.h"
#include "vcs/query/range_scan.h"

namespace pvc {

/// How rows of a table are found, as a plan's text says it:
///
///     ACCESS DIRECTION [whole] [count]
///     ACCESS     "scan", "key:CHOICE", or "index:NUMBER:CHOICE", CHOICE as KeyChoice::text
///     DIRECTION  "any", "ascending" or "descending": the order that was promised
///     whole      the order is that of the whole key, else of the parts behind those with an
///     equality
///
/// The arguments are the choice's values. OFFSET is left to SQLite, which offers it also when it
/// looks at rows once more (WHERE a = b, UNION ALL; so does 3.40): rows that it leaves out are only
/// counted.
struct TablePlan {
  enum class Access { kScan, kKey, kIndex };
  enum class Order { kAny, kAscending, kDescending };

  Access access = Access::kScan;
  size_t index_number = 0;
  std::string choice;
  Order order = Order::kAny;
  bool orders_whole = false;
  bool counts_only = false;

  std::string Text() const;
  /// Requires: text of Text().
  static TablePlan Parse(std::string_view text);
};

/// What a planner knows of a table.
struct PlannedTable {
  const KeyShape& key;
  uint64_t row_count = 0;
  /// Of each index that may be used, with whether its whole tuple has one row at most.
  struct Index {
    KeyShape shape;
    bool is_unique = false;
  };
  const std::vector<Index>* indexes = nullptr;
  /// The order of the key's parts may be promised: their columns are compared by the collations
  /// that order the key.
  bool can_order = false;
};

/// Chooses the cheapest way.
PlanAnswer PlanTable(const PlannedTable& table, const PlanRequest& request);

}  // namespace pvc
