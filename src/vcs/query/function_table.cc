#include "vcs/query/function_table.h"

#include <fmt/format.h>

#include <unordered_set>

#include "base/error.h"
#include "sqlite/database.h"
#include "vcs/ascii_case.h"
#include "vcs/query/cell_result.h"
#include "vcs/text_conversion.h"

namespace pvc {
namespace {

// What a row that is found out by calling a function may cost, against reading a table.
constexpr double kCallCost = 1e4;
constexpr double kCallRows = 1e3;
constexpr double kGainOfParameter = 10;
constexpr char kPlanSeparator = ';';

bool IsEquality(const OfferedConstraint& constraint) {
  return constraint.op == ConstraintOp::kEqual || constraint.op == ConstraintOp::kIs;
}

std::string ToUtf8(const std::string& parameter, const Value& value, TextEncoding encoding) {
  if (encoding == TextEncoding::kUtf8) return std::string(value.bytes);
  Utf8Converter converter(encoding);
  Bytes text;
  if (!converter.Add(value.bytes, text) || !converter.Finish()) {
    throw Error(ErrorKind::kInvalid, fmt::format("'{}' is malformed text", parameter));
  }
  return text;
}

class FunctionCursor final : public VirtualCursor {
 public:
  FunctionCursor(size_t column_count, const std::vector<std::string>& parameters,
                 const FunctionTable::OpenRows& open)
      : column_count_(column_count), parameters_(parameters), open_(open) {}

  void Filter(const FilterCall& call) override {
    rows_.reset();
    place_ = 0;
    encoding_ = call.encoding;
    given_.assign(parameters_.size(), {});
    FunctionCallValues values;
    values.parameters.resize(parameters_.size());
    values.filter = &call;
    const size_t end = call.plan.find(kPlanSeparator);
    std::string_view names = call.plan.substr(0, end);
    if (end != std::string_view::npos) values.plan = call.plan.substr(end + 1);
    size_t argument = 0;
    for (size_t i = 0; i < parameters_.size(); ++i) {
      if (names.substr(0, names.find(',')) != parameters_[i]) continue;
      names.remove_prefix(std::min(names.size(), parameters_[i].size() + 1));
      const Value& value = call.arguments[argument++];
      values.parameters[i] = ReadParameter(parameters_[i], value, call.encoding);
      given_[i] = {value, Bytes(value.bytes), true};
    }
    values.arguments = call.arguments.subspan(argument);
    rows_ = open_(values);
    at_end_ = !rows_->Next();
  }

  bool AtEnd() const override { return at_end_; }

  void Next() override {
    ++place_;
    at_end_ = !rows_->Next();
  }

  void Column(int column, ColumnResult& result) override {
    const auto index = static_cast<size_t>(column);
    if (index < column_count_) return rows_->Column(column, result);
    const Given& given = given_[index - column_count_];
    if (!given.is_there) ThrowNotPassed(parameters_[index - column_count_]);
    Value value = given.value;
    value.bytes = given.bytes;
    result.Set(value, encoding_);
  }

  int64_t Rowid() override {
    Bytes identity;
    for (const Given& given : given_) {
      AppendU8(identity, static_cast<uint8_t>(given.value.storage_class));
      AppendU64(identity, static_cast<uint64_t>(given.value.integer));
      AppendU64(identity, given.bytes.size());
      identity += given.bytes;
    }
    if (!rows_->AppendIdentity(identity)) AppendU64(identity, place_);
    return RowidOfIdentity(identity);
  }

 private:
  // A parameter as it came, for those who select it.
  struct Given {
    Value value;
    Bytes bytes;
    bool is_there = false;
  };

  const size_t column_count_;
  const std::vector<std::string>& parameters_;
  const FunctionTable::OpenRows& open_;
  TextEncoding encoding_ = TextEncoding::kUtf8;
  std::vector<Given> given_;
  std::unique_ptr<FunctionRows> rows_;
  uint64_t place_ = 0;
  bool at_end_ = true;
};

}  // namespace

std::optional<std::string> ReadParameter(const std::string& parameter, const Value& value,
                                         TextEncoding encoding) {
  switch (value.storage_class) {
    case StorageClass::kNull:
      return std::nullopt;
    case StorageClass::kInteger:
      return fmt::format("{}", value.integer);
    case StorageClass::kText:
      return ToUtf8(parameter, value, encoding);
    default:
      throw Error(ErrorKind::kInvalid, fmt::format("'{}' has to be text", parameter));
  }
}

void ThrowNotPassed(const std::string& parameter) {
  throw Error(ErrorKind::kUnsupported,
              fmt::format("the parameter '{}' was left out, or is not passed on", parameter))
      .AddHint("give it in parentheses, in a WITH clause where there is a RIGHT or FULL JOIN");
}

FunctionTable::FunctionTable(std::vector<FunctionColumn> columns,
                             std::vector<std::string> parameters, OpenRows open)
    : columns_(std::move(columns)), parameters_(std::move(parameters)), open_(std::move(open)) {
  std::unordered_set<std::string> taken;
  for (const std::string& parameter : parameters_) taken.insert(FoldAsciiCase(parameter));
  for (FunctionColumn& column : columns_) {
    while (!taken.insert(FoldAsciiCase(column.name)).second) column.name.insert(0, "_");
  }
}

std::string FunctionTable::Declaration() const {
  std::string sql = "CREATE TABLE x(";
  for (const FunctionColumn& column : columns_) {
    sql += QuoteIdentifier(column.name);
    // In a virtual table's type this word hides the column.
    const bool hides = FoldAsciiCase(column.declared_type).find("hidden") != std::string::npos;
    if (!column.declared_type.empty() && !hides) sql += " " + QuoteIdentifier(column.declared_type);
    if (!column.collation.empty()) sql += " COLLATE " + QuoteIdentifier(column.collation);
    sql += ", ";
  }
  for (const std::string& parameter : parameters_) {
    sql += QuoteIdentifier(parameter) + " HIDDEN, ";
  }
  sql.replace(sql.size() - 2, 2, ")");
  return sql;
}

std::optional<PlanAnswer> FunctionTable::Plan(const PlanRequest& request) {
  PlanAnswer answer;
  answer.cost = kCallCost;
  answer.row_count = kCallRows;
  for (size_t i = 0; i < parameters_.size(); ++i) {
    const int column = static_cast<int>(columns_.size() + i);
    std::optional<size_t> found;
    bool is_awaited = false;
    for (size_t c = 0; c < request.constraints.size() && !found; ++c) {
      const OfferedConstraint& constraint = request.constraints[c];
      if (constraint.column != column || !IsEquality(constraint)) continue;
      if (constraint.is_usable) found = c;
      is_awaited = true;
    }
    // One that is used and not offered is one that SQLite keeps to itself.
    const bool is_kept = !found && request.Uses(static_cast<size_t>(column));
    if ((!found && is_awaited) || is_kept) return std::nullopt;
    if (!found) continue;
    answer.arguments.push_back({*found, true});
    if (!answer.plan.empty()) answer.plan += ",";
    answer.plan += parameters_[i];
    answer.cost /= kGainOfParameter;
  }
  return answer;
}

std::unique_ptr<VirtualCursor> FunctionTable::Open() {
  return std::make_unique<FunctionCursor>(columns_.size(), parameters_, open_);
}

void FunctionTable::AddToPlan(PlanAnswer& answer, std::string_view text) {
  answer.plan += kPlanSeparator;
  answer.plan += text;
}

bool ListedRows::Next() {
  if (next_ == rows_.size()) return false;
  ++next_;
  return true;
}

void ListedRows::Column(int column, ColumnResult& result) {
  const Cell& cell = rows_[next_ - 1][static_cast<size_t>(column)];
  switch (cell.kind) {
    case Cell::Kind::kNull:
      return result.SetNull();
    case Cell::Kind::kInteger:
      return result.SetInteger(cell.integer);
    case Cell::Kind::kText:
      return result.SetText(cell.text);
  }
}

}  // namespace pvc
