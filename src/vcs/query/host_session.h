#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/fs.h"
#include "sqlite/host_connection.h"

namespace pvc {

/// How the loadable extension reaches what is outside of it.
struct HostServices {
  std::shared_ptr<FileSystem> fs;
  std::function<Timestamp()> now;
  /// The absolute path that a path of the process means.
  std::function<std::string(const std::string& path)> real_path;
};

/// Adds to another program's connection what it takes to query repositories (docs/sql.md):
///
///     pvc_open(PATH [, REVISION])   a function that finds the repository as the commands do and
///                                   adds its tables and table-valued functions, in place of those
///                                   of one that was opened before; returns its folder
///     CREATE VIRTUAL TABLE t USING pvc(REPOSITORY, REVISION, TABLE)
///
/// Statements see one state of a repository, and the newest when none was reading it before. Does
/// nothing for a connection that has it already.
///
/// Throws: kInvalid with SQLite's message; kUnsupported when another copy of SQLite in the process
///         has it.   Lifetime: what it adds lives as long as the connection.
void RegisterExtension(const HostConnection& host, HostServices services);

}  // namespace pvc
