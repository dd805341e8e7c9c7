#pragma once

#include <functional>
#include <optional>
#include <string>

#include "vcs/diff.h"
#include "vcs/query/query_scope.h"

namespace pvc {

/// The two states that a function (from, to) compares.
///
/// Lifetime: the scope outlives it.
struct SidePair {
  QuerySide from;
  QuerySide to;

  /// Reads both.
  NodeReader& nodes() const { return from.working != nullptr ? *from.nodes : *to.nodes; }
};

/// Reads the states that parameters name: revisions, or kWorking. `to` is the scope's base when
/// left out; `from` the first parent of `to`, which is HEAD for the working database, and nothing,
/// an empty database, for a first commit.
///
/// Throws: as QueryScope::Side.
SidePair ReadSidePair(QueryScope& scope, const std::optional<std::string>& from,
                      const std::optional<std::string>& to);

/// The state before the first commit.
QuerySide EmptyQuerySide(QueryScope& scope);

/// The commit's id, or kWorking; nothing for the state before the first commit.
std::optional<std::string> NameOfState(const QuerySide& side);

/// Receives a diff as DiffSink does, and stops when the user wants to.
class QueryDiffSink : public DiffSink {
 public:
  /// Lifetime: the scope outlives it.
  explicit QueryDiffSink(const QueryScope& scope) : scope_(scope) {}
  void OnProperty(const PropertyChange&) override {}
  void OnSchemaObject(const SchemaChange&) override {}
  void BeginTable(const TableDiff&) override {}
  void OnRow(const TableDiff&, const RowChange&) final { scope_.Step(); }
  void EndTable(const TableDiff&, const TableDiffCounts&) override {}

 private:
  const QueryScope& scope_;
};

}  // namespace pvc
