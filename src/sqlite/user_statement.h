#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sqlite/database.h"

namespace pvc {

/// One statement of a user's SQL text, which may hold several.
///
/// Throws: every member throws Error with SQLite's message: kInvalid; kBusy, kCorrupt, kIo,
///         kInterrupted, kTooLarge.   Lifetime: the database outlives it.
class UserStatement {
 public:
  /// Takes the first statement off the front of `text`; white space, comments and semicolons in
  /// front of it too.
  /// Returns: nothing, with `text` empty, when there is none.
  static std::optional<UserStatement> Take(Database& db, std::string_view& text);

  ~UserStatement();
  UserStatement(UserStatement&& other) noexcept;
  UserStatement& operator=(UserStatement&&) = delete;

  bool is_read_only() const;
  /// Number of the greatest parameter; parameters count from 1.
  int parameter_count() const;
  /// With its first character (":id", "@id", "$id", "?5"); empty for a nameless one.
  std::string ParameterName(int position) const;
  /// Binds a copy; text is UTF-8.
  void Bind(int position, const Value& value);

  /// 0 for a statement that answers nothing.
  int column_count() const;
  std::string ColumnName(int column) const;

  /// Returns: true when there is a row.
  bool Step();
  /// The exact storage class and bytes, text as the database keeps it; views live until the next
  /// Step.
  Value ColumnValue(int column);

 private:
  UserStatement(Database& db, sqlite3_stmt* handle) : db_(&db), handle_(handle) {}

  Database* db_;
  sqlite3_stmt* handle_;
};

/// Whether `sql` ends in a complete statement: what a shell waits for before it runs a line.
/// Source: https://www.sqlite.org/c3ref/complete.html
bool IsCompleteSql(const std::string& sql);

}  // namespace pvc
