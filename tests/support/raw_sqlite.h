#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <string>

namespace pvc {

/// SQLite without pvc's layer, so that a mistake there cannot hide in a test that uses this.
/// Statements that fail throw std::runtime_error with SQLite's message and the statement.
class RawDatabase {
 public:
  explicit RawDatabase(const std::string& path,
                       int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  ~RawDatabase();
  RawDatabase(const RawDatabase&) = delete;
  RawDatabase& operator=(const RawDatabase&) = delete;

  sqlite3* handle() { return handle_; }
  /// Runs all statements of `sql`.
  void Run(const std::string& sql);
  /// First column of the first row as text; "" without one.
  std::string Text(const std::string& sql);
  int64_t Integer(const std::string& sql);
  /// Byte order stands in for every collation that is unknown.
  void AcceptUnknownCollations();
  /// Leaves the -wal file and its frames behind when this handle closes.
  void KeepWal();

 private:
  sqlite3* handle_ = nullptr;
};

/// One prepared statement.
class RawStatement {
 public:
  /// Throws: std::runtime_error.
  RawStatement(RawDatabase& db, const std::string& sql);
  ~RawStatement();
  RawStatement(const RawStatement&) = delete;
  RawStatement& operator=(const RawStatement&) = delete;

  bool Step();
  sqlite3_stmt* handle() { return handle_; }
  std::string Text(int column);

 private:
  RawDatabase& db_;
  sqlite3_stmt* handle_ = nullptr;
};

/// "a""b".
std::string RawQuote(const std::string& name);

}  // namespace pvc
