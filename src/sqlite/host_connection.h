#pragma once

#include <memory>
#include <string>

struct sqlite3;
struct sqlite3_api_routines;

namespace pvc {

class Error;

/// Sees the errors that statements fail with, whose hints SQLite's messages do not carry.
class ErrorObserver {
 public:
  virtual ~ErrorObserver() = default;
  virtual void OnError(const Error& error) = 0;
};

/// Sees what becomes of the tables that are registered through a HostConnection.
class TableObserver {
 public:
  virtual ~TableObserver() = default;
  /// A module was added.
  virtual void OnRegistered(const std::string& name) = 0;
  /// A table is about to be read.   Throws: what ends the statement.
  virtual void BeforeOpen() = 0;
  /// What BeforeOpen let pass has ended.
  virtual void AfterClose() noexcept = 0;
};

/// A connection that pvc adds tables and functions to, and the SQLite that it belongs to: the one
/// that pvc is linked with, or, for the loadable extension, that of the host program, which may be
/// another copy. Whatever touches the connection goes through `api`.
///
/// Lifetime: handle, routines and error observer outlive what is registered.
struct HostConnection {
  sqlite3* handle = nullptr;
  const sqlite3_api_routines* api = nullptr;
  ErrorObserver* observer = nullptr;  ///< null: hints are put behind the message
  /// Lives as long as anything that is registered with it; may be null.
  std::shared_ptr<TableObserver> tables = nullptr;
};

/// The SQLite that pvc is linked with. Only the routines that host connections are used through are
/// set.
const sqlite3_api_routines& LinkedSqlite();

/// Whether a host's SQLite is the very copy that pvc is linked with. Two copies in one process must
/// not open one file: closing it in one drops the other's POSIX locks.
bool IsLinkedSqlite(const sqlite3_api_routines& api);

/// Whether a host's SQLite has all that virtual tables here use: 3.38 or newer, not built without
/// them.
bool IsSupportedSqlite(const sqlite3_api_routines& api);

/// Has every prepared statement of the connection be prepared anew before it starts again: its
/// tables may be others by then.
void ExpireStatements(const HostConnection& host);

}  // namespace pvc
