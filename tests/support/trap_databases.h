#pragma once

#include <functional>
#include <ostream>
#include <string>
#include <vector>

namespace pvc {

/// What import and export must do with a trap database.
enum class TrapOutcome {
  kRoundTrips,    ///< the copy is the same under CompareDatabases
  kRowidsHidden,  ///< rowids cannot be selected: the same by reading pages, else refused by table
                  ///< name
  kUnwritableCells,  ///< holds cells that no statement can write: the same, or refused by table
                     ///< name
  kMissingCode,      ///< needs a function that is not there: reading works, export names it
  kHostileText,      ///< schema text that does more than it says: reading works, export names it
};

/// One database that a careless tool gets wrong (docs: the list of traps each name comes from).
struct TrapDatabase {
  std::string name;  ///< [a-z0-9_]+: serves as a test name and a file name
  /// Builds the database. Requires: nothing is at `path`.
  std::function<void(const std::string& path)> build;
  TrapOutcome outcome = TrapOutcome::kRoundTrips;

  friend std::ostream& operator<<(std::ostream& out, const TrapDatabase& trap) {
    return out << trap.name;
  }
};

/// All that build within a second or so.
std::vector<TrapDatabase> TrapDatabases();
/// Those with large content (a 100 MB value).
std::vector<TrapDatabase> SlowTrapDatabases();

/// The parts of TrapDatabases, one file each.
std::vector<TrapDatabase> KeyTraps();
std::vector<TrapDatabase> ValueTraps();
std::vector<TrapDatabase> SchemaTraps();
std::vector<TrapDatabase> VirtualTableTraps();
std::vector<TrapDatabase> FileTraps();

/// A trap that is one SQL script.
TrapDatabase ScriptTrap(std::string name, std::string sql,
                        TrapOutcome outcome = TrapOutcome::kRoundTrips);

}  // namespace pvc
