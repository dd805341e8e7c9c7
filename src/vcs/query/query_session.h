#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "sqlite/user_statement.h"
#include "vcs/query/query_scope.h"
#include "vcs/repository.h"

namespace pvc {

/// A connection for a user's SQL: the working database, or a commit that cannot be written. Other
/// revisions are schemas of it ("HEAD~1".users), attached as statements name them, and the history
/// is there as tables and table-valued functions (docs/sql.md).
///
/// Lifetime: the repository outlives it.
class QuerySession {
 public:
  struct Options {
    /// The commit whose tables are queried; nothing: the working database.
    std::optional<std::string> revision;
    /// More schemas: name and revision.
    std::vector<std::pair<std::string, std::string>> attached;
    std::function<Timestamp()> now;
    std::function<bool()> should_stop;  ///< may be empty
  };
  /// Throws: as ResolveRevision; kNotFound when no working database is bound, or it is gone, with a
  ///         hint to name a revision; what opening a database throws.
  QuerySession(Repository& repository, Options options);
  ~QuerySession();

  Database& db();
  TextEncoding encoding() const;
  /// Takes the next statement off the front of `text`, with what it names attached.
  /// Returns: nothing, with `text` empty, when there is none.   Throws: as UserStatement::Take.
  std::optional<UserStatement> Take(std::string_view& text);
  /// An error of Take or of a statement's Step, with hints: what SQLite's message cannot carry.
  Error Explained(const Error& error);

  /// What the shell shows and completes: tables and views of the main schema, by name.
  std::vector<std::string> TableNames();
  std::vector<std::string> ColumnNames(const std::string& table);
  /// SQL text of the main schema's objects, in order; of one table or view with all that belongs to
  /// it when `name` is not empty.
  std::vector<std::string> SchemaTexts(const std::string& name);
  /// Table-valued functions that may be called, by name, without their parentheses.
  std::vector<std::string> FunctionNames();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace pvc
