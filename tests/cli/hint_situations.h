#pragma once

#include <ostream>
#include <string>
#include <vector>

namespace pvc {

/// A command that goes wrong, or has something to say, and what must come of its hints.
struct Situation {
  std::string name;
  /// On a repository with two commits of app.db on main, the first tagged v1, and a branch try:
  /// "sql ..." runs on app.db, all else in a shell.
  std::vector<std::string> steps;
  std::string command;
  int exit_code = 128;
  /// Beginnings of hints after which `command` succeeds.
  std::vector<std::string> solves = {};
  /// Beginnings of hints that may fail all the same: they need what is not there.
  std::vector<std::string> may_fail = {};

  friend std::ostream& operator<<(std::ostream& out, const Situation& situation) {
    return out << situation.name;
  }
};

/// Situations of every command.
///
/// Another connection to the database, held open while the command runs, would not be in a copy:
/// such situations are in working_database_test.cc.
const std::vector<Situation>& Situations();

}  // namespace pvc
