#include "tests/vcs/altered_database.h"

#include <fmt/format.h>

#include <stdexcept>

namespace pvc {
namespace {

std::vector<std::string> Names(RawDatabase& db, const std::string& condition) {
  std::vector<std::string> names;
  RawStatement rows(db, "SELECT name FROM sqlite_schema WHERE " + condition +
                            " AND name NOT LIKE 'sqlite_%' ORDER BY rowid");
  while (rows.Step()) names.push_back(rows.Text(0));
  return names;
}

}  // namespace

void TryStatements(RawDatabase& db, const std::string& sql) {
  try {
    db.Run(sql);
  } catch (const std::runtime_error&) {  // this one does
  }
}

void AlterDatabase(const std::string& path) {
  RawDatabase db(path, SQLITE_OPEN_READWRITE);
  db.AcceptUnknownCollations();
  db.Run("PRAGMA user_version = 77; PRAGMA application_id = 78; BEGIN");
  const std::vector<std::string> tables =
      Names(db, "type = 'table' AND rootpage > 0 AND name NOT GLOB '*_*'");
  size_t number = 0;
  for (const std::string& table : tables) {
    const std::string quoted = RawQuote(table);
    std::vector<std::string> columns;
    {
      RawStatement statement(db, "PRAGMA table_info(" + quoted + ")");
      while (statement.Step()) columns.push_back(RawQuote(statement.Text(1)));
    }
    const std::string last = columns.back();
    switch (number++ % 7) {
      case 0:
        TryStatements(
            db,
            fmt::format("DELETE FROM {0} WHERE rowid IN (SELECT rowid FROM {0} LIMIT 2)", quoted));
        TryStatements(db, fmt::format("DELETE FROM {0} WHERE {1} IS (SELECT min({1}) FROM {0})",
                                      quoted, last));
        TryStatements(db,
                      fmt::format("UPDATE {} SET {} = 'altered' WHERE rowid % 2", quoted, last));
        break;
      case 1:
        TryStatements(db, fmt::format("UPDATE {} SET {} = x'ff'", quoted, last));
        TryStatements(db, fmt::format("INSERT INTO {}({}) VALUES('new')", quoted, columns.front()));
        break;
      case 2:
        TryStatements(db, "DELETE FROM " + quoted);
        break;
      case 3:
        TryStatements(db, fmt::format("ALTER TABLE {} ADD COLUMN \"added 1\" DEFAULT 'x'", quoted));
        break;
      case 4:
        TryStatements(db,
                      fmt::format("ALTER TABLE {} RENAME COLUMN {} TO \"renamed\"", quoted, last));
        break;
      case 5:
        TryStatements(db, fmt::format("ALTER TABLE {} RENAME TO \"other {}\"", quoted, number));
        break;
      default:
        TryStatements(db, "DROP TABLE " + quoted);
        TryStatements(db, fmt::format("CREATE VIEW {} AS SELECT 1", quoted));
    }
  }
  const std::vector<std::string> dependents = Names(db, "type IN ('index', 'view', 'trigger')");
  for (size_t i = 0; i < dependents.size(); i += 2) {
    for (const char* kind : {"INDEX", "VIEW", "TRIGGER"}) {
      TryStatements(db, fmt::format("DROP {} {}", kind, RawQuote(dependents[i])));
    }
  }
  for (const std::string& name : Names(db, "sql LIKE 'CREATE VIRTUAL%'")) {
    TryStatements(db, fmt::format("INSERT INTO {0} SELECT * FROM {0} LIMIT 1", RawQuote(name)));
    TryStatements(db, fmt::format("DELETE FROM {0} WHERE rowid = (SELECT min(rowid) FROM {0})",
                                  RawQuote(name)));
  }
  TryStatements(db,
                "CREATE TABLE \"pvc new\"(id INTEGER PRIMARY KEY AUTOINCREMENT, v UNIQUE);"
                "INSERT INTO \"pvc new\" VALUES(7, 'x'), (9, 'y');"
                "CREATE TRIGGER \"pvc trigger\" AFTER DELETE ON \"pvc new\" BEGIN SELECT 1; END");
  db.Run("COMMIT");
}

void EmptyAllTables(const std::string& path) {
  RawDatabase db(path, SQLITE_OPEN_READWRITE);
  db.AcceptUnknownCollations();
  std::vector<std::string> tables;
  {
    RawStatement list(db, "PRAGMA main.table_list");
    while (list.Step()) {
      const std::string type = list.Text(2);
      const std::string name = list.Text(1);
      if ((type == "table" || type == "virtual") && !name.starts_with("sqlite_")) {
        tables.push_back(name);
      }
    }
  }
  for (const std::string& table : tables) TryStatements(db, "DELETE FROM " + RawQuote(table));
}

}  // namespace pvc
