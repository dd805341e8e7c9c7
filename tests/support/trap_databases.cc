#include "tests/support/trap_databases.h"

#include <iterator>
#include <utility>

#include "tests/support/raw_sqlite.h"

namespace pvc {

TrapDatabase ScriptTrap(std::string name, std::string sql, TrapOutcome outcome) {
  return {std::move(name),
          [sql = std::move(sql)](const std::string& path) { RawDatabase(path).Run(sql); }, outcome};
}

std::vector<TrapDatabase> TrapDatabases() {
  std::vector<TrapDatabase> all;
  for (auto&& part : {KeyTraps(), ValueTraps(), SchemaTraps(), VirtualTableTraps(), FileTraps()}) {
    all.insert(all.end(), part.begin(), part.end());
  }
  return all;
}

std::vector<TrapDatabase> SlowTrapDatabases() {
  return {ScriptTrap("value_of_100_megabytes",
                     "CREATE TABLE t(id INTEGER PRIMARY KEY, v);"
                     "INSERT INTO t VALUES(1, 'small');"
                     "INSERT INTO t VALUES(2, CAST(printf('%.*c', 104857600, 'x') AS BLOB));"
                     "INSERT INTO t VALUES(3, 'after');")};
}

}  // namespace pvc
