#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sqlite/virtual_table.h"

namespace pvc {

/// A column of a table-valued function.
struct FunctionColumn {
  std::string name;
  std::string declared_type = {};  ///< verbatim, for its affinity; may be empty
  std::string collation = {};      ///< empty: BINARY
};

/// What a function was called with.
struct FunctionCallValues {
  /// One a parameter, text as UTF-8; nothing where it was left out or NULL.
  std::vector<std::optional<std::string>> parameters;
  /// The call itself.   Lifetime: of the call, as of the views below.
  const FilterCall* filter = nullptr;
  /// What a subclass put behind the parameters: text of its plan, and values of its constraints.
  std::string_view plan = {};
  std::span<const Value> arguments = {};
};

/// Reads the value of a parameter: text as UTF-8, a whole number as its digits, NULL as nothing.
/// `encoding`: of text in `value`.   Throws: kInvalid, naming the parameter, for other values.
std::optional<std::string> ReadParameter(const std::string& parameter, const Value& value,
                                         TextEncoding encoding);

/// The error of a statement that reads a parameter which was left out, where its plan could not
/// tell. There is no value to read, and SQLite may keep one to itself: what is given to a function
/// on the right of a RIGHT or FULL JOIN, or in one part of an OR alone, it compares afterwards.
[[noreturn]] void ThrowNotPassed(const std::string& parameter);

/// Rows of a table-valued function, one after the other. Throws: what ends the statement.
class FunctionRows {
 public:
  virtual ~FunctionRows() = default;
  /// Goes to the first row, then to the next.   Returns: false past the last.
  virtual bool Next() = 0;
  virtual void Column(int column, ColumnResult& result) = 0;
  /// Appends what tells the row from all others of a call with these parameters, whatever
  /// constraints a subclass restricts it by: SQLite leaves out rows that it has seen when it joins
  /// searches (a = 1 OR b = 2).
  /// Returns: false when its place in their order does.
  virtual bool AppendIdentity(Bytes& /*out*/) const { return false; }
};

/// A table-valued function: pvc_log(revision).
///
/// Parameters are hidden columns behind the others, so that `f('a')` and `f WHERE parameter = 'a'`
/// are one thing; all are optional to SQLite. NULL counts as left out. A whole number is taken for
/// its digits; other values than text are refused. One that was left out cannot be read.
class FunctionTable : public VirtualTable {
 public:
  using OpenRows = std::function<std::unique_ptr<FunctionRows>(const FunctionCallValues& call)>;

  /// Columns whose name, as SQLite compares names, another column in front or a parameter has get
  /// underscores in front of theirs.   Requires: names of parameters have no comma or semicolon.
  FunctionTable(std::vector<FunctionColumn> columns, std::vector<std::string> parameters,
                OpenRows open);

  std::string Declaration() const override;
  /// Takes equalities on parameters as arguments, in the order of the parameters; the plan names
  /// those that are there.
  ///
  /// Returns: nothing while a parameter's value is offered and not known yet, so that a join calls
  ///          the function for each row that gives one; nothing when a parameter is used that
  ///          SQLite does not offer.
  std::optional<PlanAnswer> Plan(const PlanRequest& request) override;
  std::unique_ptr<VirtualCursor> Open() override;

  size_t column_count() const { return columns_.size(); }

 protected:
  /// Puts text for FunctionCallValues::plan into a plan: printable ASCII without semicolon. Its
  /// constraints go behind those in `answer`.
  static void AddToPlan(PlanAnswer& answer, std::string_view text);

 private:
  std::vector<FunctionColumn> columns_;
  std::vector<std::string> parameters_;
  OpenRows open_;
};

/// Rows that are there at once: for answers of a few rows.
class ListedRows : public FunctionRows {
 public:
  /// A cell: NULL, a whole number, or UTF-8 text.
  struct Cell {
    enum class Kind { kNull, kInteger, kText } kind = Kind::kNull;
    int64_t integer = 0;
    std::string text;
    static Cell Null() { return {}; }
    static Cell Integer(int64_t value) { return {Kind::kInteger, value, {}}; }
    static Cell Count(uint64_t value) { return Integer(static_cast<int64_t>(value)); }
    static Cell Text(std::string value) { return {Kind::kText, 0, std::move(value)}; }
  };
  using ListedRow = std::vector<Cell>;

  explicit ListedRows(std::vector<ListedRow> rows) : rows_(std::move(rows)) {}
  bool Next() override;
  void Column(int column, ColumnResult& result) override;

 private:
  std::vector<ListedRow> rows_;
  size_t next_ = 0;
};

}  // namespace pvc
