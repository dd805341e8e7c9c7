#include <sqlite3.h>

#include "tests/support/raw_sqlite.h"
#include "tests/support/trap_databases.h"

namespace pvc {
namespace {

std::string WideTableScript() {
  std::string columns;
  std::string values;
  for (int i = 0; i < 2000; ++i) {
    const std::string comma = i == 0 ? "" : ",";
    columns += comma + "c" + std::to_string(i);
    values += comma + std::to_string(i % 7 == 0 ? -i : i);
  }
  // Rows with a gap: the rowid does not fit into the same result row as 2,000 columns.
  return "CREATE TABLE wide(" + columns + "); INSERT INTO wide VALUES(" + values +
         "); INSERT INTO wide SELECT * FROM wide; INSERT INTO wide SELECT * FROM wide;"
         "DELETE FROM wide WHERE rowid = 2;"
         "CREATE TABLE narrow(a); INSERT INTO narrow VALUES(1), (NULL);";
}

std::string ManyTablesScript() {
  std::string sql = "BEGIN;";
  for (int i = 0; i < 1000; ++i) {
    const std::string name = "t" + std::to_string(i);
    sql += "CREATE TABLE " + name + "(id INTEGER PRIMARY KEY, v);";
    if (i % 3 == 0) sql += "INSERT INTO " + name + " VALUES(" + std::to_string(i) + ", 'x');";
  }
  return sql + "COMMIT;";
}

std::string OddNamesScript() {
  const std::string names[] = {"a\"b",
                               "",
                               "line\nbreak",
                               "select",
                               "\xc3\xbc\xe2\x82\xac\xf0\x9f\x98\x80",
                               std::string(200, 'n'),
                               "it's",
                               "[x]",
                               "`tick`",
                               "a;b--c/*d*/",
                               " space ",
                               "tab\tescape\x1b[31m",
                               "main.t",
                               "%s%n"};
  std::string sql;
  for (const std::string& name : names) {
    const std::string quoted = RawQuote(name);
    sql += "CREATE TABLE " + quoted + "(" + quoted + " TEXT PRIMARY KEY, \"x " + name.substr(0, 2) +
           (name.starts_with("a\"") ? "\"" : "") + "\");";
    sql += "INSERT INTO " + quoted + " VALUES('a', 1), ('b', 2);";
    sql += "CREATE INDEX " + RawQuote("index " + name) + " ON " + quoted + "(" + quoted + " DESC);";
    sql += "CREATE VIEW " + RawQuote("view " + name) + " AS SELECT * FROM " + quoted + ";";
  }
  return sql;
}

void EchoFunction(sqlite3_context* context, int, sqlite3_value** arguments) {
  sqlite3_result_value(context, arguments[0]);
}

/// Schema that calls a function of the program that made it.
void BuildUnknownFunction(const std::string& path) {
  RawDatabase db(path);
  sqlite3_create_function_v2(db.handle(), "pvc_unknown", 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC,
                             nullptr, EchoFunction, nullptr, nullptr, nullptr);
  db.Run(R"(
    CREATE TABLE t(a, b CHECK(pvc_unknown(b) > 0), c AS (pvc_unknown(a)));
    CREATE INDEX t_f ON t(pvc_unknown(a));
    CREATE INDEX t_p ON t(b) WHERE pvc_unknown(b) > 1;
    INSERT INTO t VALUES(1, 2), (3, 4);)");
}

/// A collation of the program that made the database. It orders as bytes do, so that a stand-in
/// keeps the indexes right.
void BuildUnknownCollation(const std::string& path) {
  RawDatabase db(path);
  db.AcceptUnknownCollations();
  db.Run(R"(
    CREATE TABLE t(a TEXT COLLATE pvc_bytes, b);
    CREATE INDEX t_a ON t(a);
    CREATE TABLE k(a TEXT COLLATE pvc_bytes PRIMARY KEY, b) WITHOUT ROWID;
    CREATE TABLE r(a TEXT PRIMARY KEY COLLATE pvc_bytes, b);
    INSERT INTO t VALUES('b', 1), ('a', 2), ('A', 3);
    INSERT INTO k SELECT * FROM t;
    INSERT INTO r SELECT * FROM t;)");
}

}  // namespace

std::vector<TrapDatabase> SchemaTraps() {
  return {
      ScriptTrap("empty_database", "PRAGMA user_version=0; VACUUM;"),
      ScriptTrap("empty_tables", R"(
        CREATE TABLE a(x); CREATE TABLE b(k TEXT PRIMARY KEY) WITHOUT ROWID; CREATE TABLE c(id INTEGER PRIMARY KEY);
        INSERT INTO c VALUES(1); DELETE FROM c;)"),
      ScriptTrap("wide_table", WideTableScript()),
      ScriptTrap("thousand_tables", ManyTablesScript()),
      ScriptTrap("odd_names", OddNamesScript()),
      ScriptTrap("altered_tables", R"(
        CREATE TABLE added(id INTEGER PRIMARY KEY, a);
        INSERT INTO added VALUES(1, 'old'), (2, NULL);
        ALTER TABLE added ADD COLUMN b TEXT DEFAULT 'def';
        ALTER TABLE added ADD COLUMN c INTEGER NOT NULL DEFAULT 5;
        ALTER TABLE added ADD COLUMN d REAL DEFAULT 7;
        ALTER TABLE added ADD COLUMN e;
        INSERT INTO added VALUES(3, 'new', 'x', 6, 8, 'y');
        CREATE TABLE renamed(a, b);
        INSERT INTO renamed VALUES(1, 2);
        CREATE INDEX renamed_b ON renamed(b);
        CREATE VIEW renamed_view AS SELECT b FROM renamed;
        CREATE TRIGGER renamed_trigger AFTER UPDATE OF b ON renamed BEGIN UPDATE renamed SET a = new.b; END;
        ALTER TABLE renamed RENAME COLUMN b TO "new b";
        ALTER TABLE renamed RENAME TO "re named";
        CREATE TABLE dropped(a, b, c);
        INSERT INTO dropped VALUES(1, 2, 3);
        ALTER TABLE dropped DROP COLUMN b;)"),
      ScriptTrap("generated_columns", R"(
        CREATE TABLE t(a INT, v INT AS (a * 2), s TEXT GENERATED ALWAYS AS ('s' || a) STORED, b, w AS (s || v) VIRTUAL);
        INSERT INTO t(a, b) VALUES(1, 'x'), (NULL, 'y'), (2.5, 'z');
        CREATE INDEX t_v ON t(v);
        CREATE TABLE k(s AS (a || b) STORED, a, b, v AS (a), PRIMARY KEY(b, a)) WITHOUT ROWID;
        INSERT INTO k VALUES(1, 2), (3, 1);
        CREATE TABLE p(id INTEGER PRIMARY KEY, a, g AS (id + 1) UNIQUE);
        INSERT INTO p VALUES(5, 'x');)"),
      ScriptTrap("autoincrement", R"(
        CREATE TABLE t(id INTEGER PRIMARY KEY AUTOINCREMENT, v);
        INSERT INTO t VALUES(100, 'a'), (50, 'b'); DELETE FROM t WHERE id = 100;
        CREATE TABLE emptied(id INTEGER PRIMARY KEY AUTOINCREMENT);
        INSERT INTO emptied VALUES(9); DELETE FROM emptied;
        CREATE TABLE never_filled(id INTEGER PRIMARY KEY AUTOINCREMENT);)"),
      ScriptTrap("autoincrement_table_dropped", R"(
        CREATE TABLE before(a);
        CREATE TABLE t(id INTEGER PRIMARY KEY AUTOINCREMENT); INSERT INTO t VALUES(3);
        DROP TABLE t;
        CREATE TABLE after(a);)"),
      ScriptTrap("autoincrement_edited_by_hand", R"(
        CREATE TABLE t(id INTEGER PRIMARY KEY AUTOINCREMENT);
        INSERT INTO t VALUES(3);
        UPDATE sqlite_sequence SET seq = 99;
        INSERT INTO sqlite_sequence(rowid, name, seq) VALUES(40, 'nobody', 'text'), (41, 't', 5);)"),
      ScriptTrap("indexes", R"(
        CREATE TABLE t(a TEXT UNIQUE, b INT, c, UNIQUE(b, c));
        INSERT INTO t VALUES('a', 1, 'x'), ('b', 2, 'y'), (NULL, 2, NULL), (NULL, 2, NULL);
        CREATE UNIQUE INDEX u ON t(c COLLATE NOCASE, b DESC);
        CREATE INDEX p ON t(a) WHERE b > 1 AND c IS NOT NULL;
        CREATE INDEX e ON t(lower(a), b + 1 DESC);
        CREATE INDEX [weird name] ON t ( /* inside */ b  -- to the end
          DESC );
        CREATE INDEX dq ON t(b) WHERE c = "double quoted";)"),
      ScriptTrap("comments_in_sql", R"(
        CREATE TABLE /* one */ t -- two
        ( a INT, -- the first
          b /* second */ TEXT DEFAULT 'x''y' );
        INSERT INTO t VALUES(1, 'q');
        CREATE VIEW v AS -- why
          SELECT a /* because */ FROM t;
        CREATE TRIGGER tr AFTER INSERT ON t BEGIN -- ;
          SELECT 'END;'; /* END */ END;)"),
      ScriptTrap("views_and_triggers", R"(
        CREATE TABLE t(id INTEGER PRIMARY KEY, v);
        CREATE TABLE log(what);
        CREATE TRIGGER t_insert AFTER INSERT ON t BEGIN INSERT INTO log VALUES('insert ' || new.id); END;
        CREATE TRIGGER t_delete BEFORE DELETE ON t WHEN old.v > 0 BEGIN INSERT INTO log VALUES('delete'); END;
        CREATE VIEW upper_view AS SELECT * FROM lower_view WHERE v > 1;
        CREATE VIEW lower_view(id, v) AS SELECT id, v FROM t;
        CREATE VIEW broken AS SELECT missing FROM nowhere;
        CREATE TRIGGER view_insert INSTEAD OF INSERT ON upper_view BEGIN INSERT INTO t VALUES(new.id, new.v); END;
        INSERT INTO t VALUES(1, 1), (2, 2);
        DELETE FROM t WHERE id = 1;
        CREATE TRIGGER refuse BEFORE INSERT ON t BEGIN SELECT RAISE(ABORT, 'no inserts'); END;)"),
      ScriptTrap("foreign_keys", R"(
        CREATE TABLE child(id INTEGER PRIMARY KEY, p REFERENCES parent(id) ON DELETE CASCADE, missing REFERENCES nowhere(x));
        CREATE TABLE parent(id INTEGER PRIMARY KEY, boss REFERENCES parent(id) ON UPDATE CASCADE ON DELETE SET NULL);
        INSERT INTO parent VALUES(1, 1), (2, 1), (3, 2);
        INSERT INTO child VALUES(1, 1, NULL), (2, 3, 7), (3, 99, NULL);)"),
      ScriptTrap("analyzed", R"(
        CREATE TABLE t(a, b); INSERT INTO t VALUES(1, 2), (1, 3), (2, 2);
        CREATE INDEX t_a ON t(a, b); ANALYZE;)"),
      ScriptTrap("two_statements_in_schema_text", R"(
        CREATE TABLE t(a); INSERT INTO t VALUES(1);
        PRAGMA writable_schema=ON;
        UPDATE sqlite_schema SET sql = 'CREATE TABLE t(a); ATTACH ''pvc_hostile.db'' AS h; DROP TABLE t';
        PRAGMA writable_schema=RESET;)",
                 TrapOutcome::kHostileText),
      ScriptTrap("trigger_with_a_second_statement", R"(
        CREATE TABLE t(a); INSERT INTO t VALUES(1);
        CREATE TRIGGER tr AFTER INSERT ON t BEGIN SELECT 1; END;
        PRAGMA writable_schema=ON;
        UPDATE sqlite_schema SET sql = sql || '; DELETE FROM t' WHERE name = 'tr';
        PRAGMA writable_schema=RESET;)",
                 TrapOutcome::kHostileText),
      {"unknown_collation", BuildUnknownCollation, TrapOutcome::kMissingCode},
      {"unknown_function", BuildUnknownFunction, TrapOutcome::kMissingCode},
  };
}

}  // namespace pvc
