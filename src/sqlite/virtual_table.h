#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sqlite/host_connection.h"
#include "sqlite/value.h"

struct sqlite3_context;
struct sqlite3_value;

namespace pvc {

/// How a query restricts a column of a virtual table.
enum class ConstraintOp : uint8_t {
  kEqual,
  kLess,
  kLessOrEqual,
  kGreater,
  kGreaterOrEqual,
  kIs,      ///< as kEqual, but NULL IS NULL
  kLimit,   ///< no column: most rows asked for
  kOffset,  ///< no column: rows to leave out first
  kOther,   ///< LIKE, IS NOT, ...: never of use here
};

/// One restriction that SQLite offers to a plan.
struct OfferedConstraint {
  int column = -1;  ///< as declared, from 0; -1 is the rowid
  ConstraintOp op = ConstraintOp::kOther;
  bool is_usable = false;  ///< false: its value is not known when the table is read
  bool is_in = false;      ///< column IN (...)
  std::string collation;   ///< by which text is compared
};

struct OfferedOrder {
  int column = -1;
  bool is_descending = false;
};

/// What SQLite asks when it plans a query.
struct PlanRequest {
  std::vector<OfferedConstraint> constraints;
  std::vector<OfferedOrder> order;
  uint64_t columns_used = 0;                    ///< bit i: column i; bit 63: it and all after it
  TextEncoding encoding = TextEncoding::kUtf8;  ///< in which the connection compares text

  /// Whether the query reads a column, or compares it; false for one of those that share a bit.
  bool Uses(size_t column) const { return column < 63 && (columns_used >> column & 1) != 0; }
};

/// How a table would be read.
struct PlanAnswer {
  /// A constraint whose value Filter gets.
  struct Argument {
    size_t constraint = 0;  ///< index into PlanRequest::constraints
    /// The rows handed out satisfy it, so that SQLite need not look again.
    bool is_exact = false;
    /// Of an IN: Filter gets all its values at once, an integer that counts them in front, or -1
    /// and no values when they are too many; without it, Filter is called once a value, and SQLite
    /// looks again by another affinity than that of IN.   Requires: among the first kMaxListPlace.
    bool is_list = false;
  };
  static constexpr size_t kMaxListPlace = 31;

  std::vector<Argument> arguments;
  std::string plan;  ///< for Filter, and shown by EXPLAIN QUERY PLAN; printable ASCII
  double cost = 1e6;
  double row_count = 1e6;
  bool is_unique = false;   ///< at most one row
  bool is_ordered = false;  ///< rows come as PlanRequest::order wants them
};

/// Where a cursor puts a column's value. Copies what it is given.
class ColumnResult {
 public:
  ColumnResult(const sqlite3_api_routines& api, sqlite3_context* context)
      : api_(api), context_(context) {}

  void SetNull();
  void SetInteger(int64_t value);
  /// UTF-8.
  void SetText(std::string_view text);
  /// `encoding`: of text. Requires: the bytes are in memory (no reader).
  void Set(const Value& value, TextEncoding encoding);
  /// Text or a blob of `size_bytes`, written by `fill`.
  void SetFilled(StorageClass storage_class, uint64_t size_bytes, TextEncoding encoding,
                 const std::function<void(char* out)>& fill);

 private:
  const sqlite3_api_routines& api_;
  sqlite3_context* context_;
};

/// What a cursor is told when it starts.
struct FilterCall {
  std::string_view plan;                        ///< PlanAnswer::plan
  std::span<const Value> arguments;             ///< in the order of PlanAnswer::arguments
  TextEncoding encoding = TextEncoding::kUtf8;  ///< of text in them: the connection's
};

/// One pass over a virtual table. Errors of every member end the statement with their message.
class VirtualCursor {
 public:
  virtual ~VirtualCursor() = default;
  /// Goes to the first row; called again to start anew. The arguments live during the call.
  virtual void Filter(const FilterCall& call) = 0;
  virtual bool AtEnd() const = 0;
  virtual void Next() = 0;
  /// Requires: !AtEnd().
  virtual void Column(int column, ColumnResult& result) = 0;
  virtual int64_t Rowid() = 0;
};

/// A table that is computed, and only read.   Lifetime: outlives its cursors.
class VirtualTable {
 public:
  virtual ~VirtualTable() = default;
  /// CREATE TABLE x(...): names, types, collations; parameters are columns declared HIDDEN.
  virtual std::string Declaration() const = 0;
  /// Returns: nothing when there is no way to read the table with the constraints that are usable.
  virtual std::optional<PlanAnswer> Plan(const PlanRequest& request) = 0;
  virtual std::unique_ptr<VirtualCursor> Open() = 0;
  /// Whether a view of an untrusted schema may read it: what shows no more than that schema's own
  /// database.
  virtual bool IsInnocuous() const { return false; }
};

/// Makes tables of a module. `arguments`: of CREATE VIRTUAL TABLE, verbatim; none for a table that
/// is there by its module's name.
using ConnectVirtualTable =
    std::function<std::unique_ptr<VirtualTable>(const std::vector<std::string>& arguments)>;

enum class ModuleUse {
  kByName,   ///< a table or table-valued function that is there by the module's name
  kCreated,  ///< for CREATE VIRTUAL TABLE
};

/// Adds a module to a connection; one of the same name is replaced.
/// Throws: kInvalid with SQLite's message.   Lifetime: `connect` lives as long as the connection.
void RegisterModule(const HostConnection& host, const std::string& name, ModuleUse use,
                    ConnectVirtualTable connect);

/// Takes a module away again; what reads its tables goes on.
void RemoveModule(const HostConnection& host, const std::string& name);

/// Reads arguments of an SQL function; text as UTF-8.
class FunctionArguments {
 public:
  FunctionArguments(const sqlite3_api_routines& api, int count, sqlite3_value** values)
      : api_(api), count_(count), values_(values) {}
  size_t size() const { return static_cast<size_t>(count_); }
  bool IsNull(size_t i) const;
  std::string Text(size_t i) const;

 private:
  const sqlite3_api_routines& api_;
  int count_;
  sqlite3_value** values_;
};

using ScalarFunction =
    std::function<void(const FunctionArguments& arguments, ColumnResult& result)>;

/// Adds an SQL function that only the top level of a statement may call, no view or trigger.
/// `argument_count`: -1 for any number.   Throws: kInvalid with SQLite's message.
void RegisterFunction(const HostConnection& host, const std::string& name, int argument_count,
                      ScalarFunction function);
/// Whether there is an SQL function of that name that takes one argument.
bool HasFunction(const HostConnection& host, const std::string& name);

}  // namespace pvc
