#include "vcs/query/table_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/assert.h"

namespace pvc {
namespace {

// In rows read one after the other. Looking one up reads a path of nodes, most of them kept.
constexpr double kLookupCost = 20;
constexpr double kIndexRowCost = 8;
constexpr double kValuesOfIn = 10;

/// Rows that a choice leaves of `row_count`, without statistics: each equality takes the square
/// root, each bound of a range a quarter.
double EstimatedRows(double row_count, const KeyChoice& choice, size_t part_count, bool is_unique) {
  if (is_unique && choice.equal_count == part_count) return choice.has_in ? kValuesOfIn : 1;
  double rows = row_count;
  for (size_t i = 0; i < choice.equal_count; ++i) rows = std::sqrt(rows);
  for (size_t i = choice.equal_count; i < choice.text.size(); ++i) rows /= 4;
  if (choice.has_in) rows = std::min(rows * kValuesOfIn, row_count);
  return std::max(rows, 1.0);
}

bool Holds(const KeyShape::Part& part, int column) {
  return std::find(part.columns.begin(), part.columns.end(), column) != part.columns.end();
}

/// Has keys from part `first` on come in the order wanted, if they can.
bool OrderFrom(const KeyShape& key, size_t first, const PlanRequest& request, TablePlan& plan) {
  std::optional<bool> descending;
  size_t next = first;
  for (const OfferedOrder& term : request.order) {
    const bool came_already =
        std::any_of(key.parts.begin() + static_cast<std::ptrdiff_t>(first),
                    key.parts.begin() + static_cast<std::ptrdiff_t>(next),
                    [&](const KeyShape::Part& part) { return Holds(part, term.column); });
    if (came_already) continue;
    if (next == key.parts.size()) {
      // No two rows differ in what follows. Equalities may hold rows of several values.
      if (key.is_rowid || (key.is_unique && first == 0)) break;
      return false;
    }
    const KeyShape::Part& part = key.parts[next];
    if (!Holds(part, term.column) || !key.IsOrdered(part, request.encoding)) return false;
    if (descending && *descending != term.is_descending) return false;
    descending = term.is_descending;
    ++next;
  }
  plan.order =
      descending.value_or(false) ? TablePlan::Order::kDescending : TablePlan::Order::kAscending;
  plan.orders_whole = first == 0;
  return true;
}

bool HasOffset(const PlanRequest& request) {
  return std::any_of(
      request.constraints.begin(), request.constraints.end(),
      [](const OfferedConstraint& offered) { return offered.op == ConstraintOp::kOffset; });
}

}  // namespace

std::string TablePlan::Text() const {
  std::string text;
  switch (access) {
    case Access::kScan:
      text = "scan";
      break;
    case Access::kKey:
      text = "key:" + choice;
      break;
    case Access::kIndex:
      text = fmt::format("index:{}:{}", index_number, choice);
      break;
  }
  text += order == Order::kAny ? " any" : order == Order::kAscending ? " ascending" : " descending";
  if (orders_whole) text += " whole";
  if (counts_only) text += " count";
  return text;
}

TablePlan TablePlan::Parse(std::string_view text) {
  TablePlan plan;
  const auto take = [&text](char end) {
    const size_t size = std::min(text.find(end), text.size());
    const std::string_view word = text.substr(0, size);
    text.remove_prefix(std::min(size + 1, text.size()));
    return word;
  };
  std::string_view access = take(' ');
  if (access.starts_with("key:")) {
    plan.access = Access::kKey;
    plan.choice = access.substr(4);
  } else if (access.starts_with("index:")) {
    plan.access = Access::kIndex;
    access.remove_prefix(6);
    const size_t colon = access.find(':');
    PVC_ASSERT(colon != access.npos);
    std::from_chars(access.data(), access.data() + colon, plan.index_number);
    plan.choice = access.substr(colon + 1);
  }
  const std::string_view order = take(' ');
  plan.order = order == "ascending"    ? Order::kAscending
               : order == "descending" ? Order::kDescending
                                       : Order::kAny;
  while (!text.empty()) {
    const std::string_view word = take(' ');
    plan.orders_whole = plan.orders_whole || word == "whole";
    plan.counts_only = plan.counts_only || word == "count";
  }
  return plan;
}

PlanAnswer PlanTable(const PlannedTable& table, const PlanRequest& request) {
  const auto row_count = static_cast<double>(table.row_count);
  TablePlan plan;
  PlanAnswer answer;
  answer.cost = row_count + 1;
  answer.row_count = std::max(row_count, 1.0);

  const KeyChoice by_key = ChooseKeyConstraints(table.key, request);
  KeyChoice chosen = by_key;
  if (!by_key.empty()) {
    plan.access = TablePlan::Access::kKey;
    // NULLs may repeat a key; what SQLite is told must always hold.
    const bool is_unique = table.key.is_rowid;
    answer.row_count = EstimatedRows(row_count, by_key, table.key.parts.size(), true);
    answer.cost = kLookupCost + answer.row_count;
    answer.is_unique = is_unique && by_key.equal_count == 1 && !by_key.has_in;
  }
  if (table.indexes != nullptr) {
    for (size_t i = 0; i < table.indexes->size(); ++i) {
      const PlannedTable::Index& index = (*table.indexes)[i];
      KeyChoice choice = ChooseKeyConstraints(index.shape, request);
      if (choice.empty()) continue;
      const double rows =
          EstimatedRows(row_count, choice, index.shape.parts.size(), index.is_unique);
      const double cost = kLookupCost + rows * kIndexRowCost;
      if (cost >= answer.cost) continue;
      plan.access = TablePlan::Access::kIndex;
      plan.index_number = i;
      chosen = std::move(choice);
      answer.row_count = rows;
      answer.cost = cost;
      answer.is_unique = false;
    }
  }
  const bool is_exact =
      plan.access != TablePlan::Access::kIndex && IsExact(table.key) && !chosen.has_in;
  plan.choice = chosen.text;
  for (const size_t constraint : chosen.constraints) {
    answer.arguments.push_back({constraint, is_exact, request.constraints[constraint].is_in});
  }
  if (plan.access != TablePlan::Access::kIndex && table.can_order && !request.order.empty()) {
    answer.is_ordered = OrderFrom(table.key, 0, request, plan) ||
                        (!(table.key.is_rowid && chosen.has_in) &&
                         OrderFrom(table.key, chosen.equal_count, request, plan));
  }
  // Counting finds the ends of ranges first. Columns may be those of constraints that SQLite need
  // not look at: rows are found when they are asked for.
  plan.counts_only = plan.access != TablePlan::Access::kIndex &&
                     (request.columns_used == 0 || chosen.has_range || HasOffset(request));
  answer.plan = plan.Text();
  return answer;
}

}  // namespace pvc
