#include "tests/support/raw_sqlite.h"
#include "tests/support/trap_databases.h"

namespace pvc {
namespace {

constexpr char kRows[] = R"(
  CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT);
  WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500)
    INSERT INTO t SELECT i, printf('row %d %.*c', i, i % 90, 'x') FROM n;
  INSERT INTO t VALUES(1000, printf('%.*c', 200000, 'o'));
  CREATE TABLE w(k TEXT PRIMARY KEY, v) WITHOUT ROWID;
  INSERT INTO w SELECT v, id FROM t WHERE id < 600;
  CREATE INDEX t_v ON t(v);
  DELETE FROM t WHERE id % 5 = 0 AND id < 1000;)";

TrapDatabase PropertyTrap(const std::string& name, const std::string& pragmas) {
  return ScriptTrap(name, pragmas + ";" + kRows);
}

void BuildWalNotCheckpointed(const std::string& path) {
  RawDatabase db(path);
  db.KeepWal();
  db.Run("PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=0;");
  db.Run(kRows);
  db.Run("UPDATE t SET v = 'only in the wal' WHERE id = 7;");
}

}  // namespace

std::vector<TrapDatabase> FileTraps() {
  std::vector<TrapDatabase> traps;
  for (const char* size : {"512", "1024", "2048", "8192", "16384", "32768", "65536"}) {
    traps.push_back(
        PropertyTrap("page_size_" + std::string(size), "PRAGMA page_size=" + std::string(size)));
  }
  traps.push_back(PropertyTrap("auto_vacuum_full", "PRAGMA auto_vacuum=FULL"));
  traps.push_back(PropertyTrap("auto_vacuum_incremental", "PRAGMA auto_vacuum=INCREMENTAL"));
  traps.push_back(
      PropertyTrap("header_numbers", "PRAGMA user_version=-2147483648; PRAGMA application_id=-7"));
  traps.push_back(PropertyTrap("header_numbers_max",
                               "PRAGMA user_version=2147483647; PRAGMA application_id=252006675"));
  traps.push_back(PropertyTrap("legacy_file_format", "PRAGMA legacy_file_format=ON"));
  traps.push_back(PropertyTrap("wal", "PRAGMA journal_mode=WAL"));
  traps.push_back({"wal_not_checkpointed", BuildWalNotCheckpointed});
  traps.push_back(PropertyTrap("utf16_with_small_pages",
                               "PRAGMA encoding='UTF-16be'; PRAGMA page_size=512; "
                               "PRAGMA auto_vacuum=FULL; PRAGMA journal_mode=WAL"));
  return traps;
}

}  // namespace pvc
