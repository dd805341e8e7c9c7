#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "sqlite/database.h"
#include "sqlite/user_statement.h"
#include "vcs/query/blame_function.h"
#include "vcs/query/conflicts_function.h"
#include "vcs/query/diff_function.h"
#include "vcs/query/history_function.h"
#include "vcs/query/repository_functions.h"

namespace pvc {

/// A connection in memory with the functions on a repository's past.
class QueryConnection {
 public:
  explicit QueryConnection(Repository& repository, std::string base = "HEAD",
                           TextEncoding encoding = TextEncoding::kUtf8)
      : scope_(repository, MakeOptions(std::move(base))), db_(Database::InMemory(encoding)) {
    db_->AllowUserSql();
    RegisterRepositoryFunctions(host(), scope_);
  }

  QueryScope& scope() { return scope_; }
  Database& db() { return *db_; }
  HostConnection host() { return db_->host(nullptr); }

  /// Adds the functions of a table of the base, but for pvc_at_T.
  void AddTable(const std::string& name) {
    const QuerySide side = scope_.Side(scope_.base());
    AddTable(RequireTable(*side.nodes, side.snapshot.catalog, name));
  }
  void AddTable(const CatalogEntry& entry) {
    const auto add = [&](const std::string& prefix, auto connect) {
      RegisterModule(host(), prefix + entry.object.name, ModuleUse::kByName,
                     [this, entry, connect](const std::vector<std::string>&) {
                       return connect(scope_, entry);
                     });
    };
    add("pvc_diff_", ConnectDiffFunction);
    add("pvc_conflicts_", ConnectConflictsFunction);
    add("pvc_history_", ConnectHistoryFunction);
    add("pvc_blame_", ConnectBlameFunction);
  }

  /// Rows as "1|'text'|NULL".
  std::vector<std::string> Rows(const std::string& sql) {
    const TextEncoding encoding = db_->encoding();
    std::string_view rest = sql;
    auto statement = UserStatement::Take(*db_, rest);
    std::vector<std::string> rows;
    while (statement->Step()) {
      std::string& row = rows.emplace_back();
      for (int i = 0; i < statement->column_count(); ++i) {
        if (i > 0) row += "|";
        row += SqlLiteral(statement->ColumnValue(i), encoding);
      }
    }
    return rows;
  }
  std::string Row(const std::string& sql) {
    const std::vector<std::string> rows = Rows(sql);
    return rows.size() == 1 ? rows[0] : std::to_string(rows.size()) + " rows";
  }
  /// The error that a statement ends with.
  std::string Failure(const std::string& sql) {
    try {
      Rows(sql);
    } catch (const Error& error) {
      return error.message();
    }
    return "none";
  }
  std::vector<std::string> ColumnNames(const std::string& sql) {
    std::string_view rest = sql;
    const auto statement = UserStatement::Take(*db_, rest);
    std::vector<std::string> names;
    for (int i = 0; i < statement->column_count(); ++i) names.push_back(statement->ColumnName(i));
    return names;
  }
  /// How SQLite reads a query: its plan in one line.
  std::string PlanOf(const std::string& sql) {
    std::string_view rest;
    const std::string explain = "EXPLAIN QUERY PLAN " + sql;
    rest = explain;
    auto statement = UserStatement::Take(*db_, rest);
    std::string plan;
    while (statement->Step()) plan += std::string(statement->ColumnValue(3).bytes) + "\n";
    return plan;
  }

  bool should_stop = false;

 private:
  QueryScope::Options MakeOptions(std::string base) {
    QueryScope::Options options;
    options.base = std::move(base);
    options.now = [] { return Timestamp{1'800'000'000'000'000, 0}; };
    options.should_stop = [this] { return should_stop; };
    return options;
  }

  QueryScope scope_;
  std::unique_ptr<Database> db_;
};

}  // namespace pvc
