#include "vcs/query/sided_function.h"

#include <algorithm>
#include <utility>

namespace pvc {
namespace {

// What is read of a function's rows with a whole key, and with part of one.
constexpr double kPointGain = 100;
constexpr double kRangeGain = 4;

std::vector<int> OwnCells(const LaidColumns& laid) {
  std::vector<int> cells(laid.columns().size());
  for (size_t i = 0; i < cells.size(); ++i) cells[i] = static_cast<int>(i);
  return cells;
}

// A range wants keys in the order of values.
bool CanRestrict(const KeyShape& shape, std::string_view text, TextEncoding connection) {
  const size_t equal_count = CountEqualities(text);
  return equal_count == text.size() || shape.IsOrdered(shape.parts[equal_count], connection);
}

}  // namespace

SidedColumns::SidedColumns(const CatalogEntry& table, std::vector<FunctionColumn> own,
                           std::vector<std::string> prefixes, OwnPlace own_place)
    : laid_(table),
      own_(std::move(own)),
      prefixes_(std::move(prefixes)),
      own_begin_(own_place == OwnPlace::kInFront ? 0 : laid_.columns().size() * prefixes_.size()),
      sided_begin_(own_place == OwnPlace::kInFront ? own_.size() : 0),
      key_(ShapeOf(table.table->info, OwnCells(laid_), TextEncoding::kUtf8)) {}

std::vector<FunctionColumn> SidedColumns::Declare() const {
  std::vector<FunctionColumn> columns;
  for (size_t i = 0; i < laid_.columns().size(); ++i) {
    for (const std::string& prefix : prefixes_) columns.push_back(laid_.WithPrefix(i, prefix));
  }
  columns.insert(own_begin_ == 0 ? columns.begin() : columns.end(), own_.begin(), own_.end());
  return columns;
}

std::optional<SidedColumns::Place> SidedColumns::PlaceOf(int column) const {
  const auto index = static_cast<size_t>(column);
  if (index >= own_begin_ && index - own_begin_ < own_.size()) return std::nullopt;
  const size_t sided = index - sided_begin_;
  return Place{sided % prefixes_.size(), sided / prefixes_.size()};
}

KeyShape SidedColumns::ShapeOf(const TableInfo& table, const std::vector<int>& cells,
                               TextEncoding encoding) const {
  KeyShape shape = KeyShape::OfTable(table, encoding, laid_.PlacesOf(table, cells), false);
  for (KeyShape::Part& part : shape.parts) {
    std::vector<int> columns;
    for (const int place : part.columns) {
      for (size_t side = 0; side < prefixes_.size(); ++side) {
        columns.push_back(static_cast<int>(sided_begin_ + side) +
                          place * static_cast<int>(prefixes_.size()));
      }
    }
    part.columns = std::move(columns);
  }
  return shape;
}

KeyChoice SidedColumns::ChooseConstraints(const PlanRequest& request) const {
  PlanRequest of_use = request;
  for (OfferedConstraint& constraint : of_use.constraints) {
    // NULL is also what a side has that lacks the row.
    const bool is_refused =
        constraint.op == ConstraintOp::kIs || (constraint.is_in && prefixes_.size() > 1);
    if (is_refused) constraint.is_usable = false;
  }
  // Each version's own encoding counts when it is read.
  KeyShape key = key_;
  key.encoding = request.encoding;
  return ChooseKeyConstraints(key, of_use);
}

std::optional<std::vector<KeyRange>> SidedColumns::KeyRanges(const TableInfo& table,
                                                             const std::vector<int>& cells,
                                                             TextEncoding encoding,
                                                             const FunctionCallValues& call) const {
  const KeyShape shape = ShapeOf(table, cells, encoding);
  if (call.plan.empty() || !shape.HasSameParts(key_) ||
      !CanRestrict(shape, call.plan, call.filter->encoding)) {
    return std::nullopt;
  }
  return KeyRangesFor(shape, call.plan, call.arguments, call.filter->encoding);
}

SidedFunction::SidedFunction(std::shared_ptr<const SidedColumns> columns,
                             std::vector<std::string> parameters, OpenRows open)
    : FunctionTable(columns->Declare(), std::move(parameters), std::move(open)),
      sided_(std::move(columns)) {}

std::optional<PlanAnswer> SidedFunction::Plan(const PlanRequest& request) {
  std::optional<PlanAnswer> answer = FunctionTable::Plan(request);
  if (!answer) return std::nullopt;
  const KeyChoice choice = sided_->ChooseConstraints(request);
  if (choice.empty()) return answer;
  for (const size_t constraint : choice.constraints) {
    answer->arguments.push_back({constraint, false, request.constraints[constraint].is_in});
  }
  AddToPlan(*answer, choice.text);
  const double gain = choice.has_range ? kRangeGain : kPointGain;
  answer->cost /= gain;
  answer->row_count /= gain;
  return answer;
}

}  // namespace pvc
