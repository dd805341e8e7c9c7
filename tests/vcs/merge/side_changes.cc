#include "tests/vcs/merge/side_changes.h"

namespace pvc {
namespace {

constexpr const char* kIndex = "CREATE INDEX t_v ON t(v);";
constexpr const char* kView = "CREATE VIEW big AS SELECT id, v FROM t WHERE id > 1;";
constexpr const char* kTrigger =
    "CREATE TRIGGER touch AFTER UPDATE OF w ON t WHEN new.w < 0 BEGIN "
    "UPDATE p SET name = new.v WHERE id = new.p; END;";

// Makes t anew as people do who need what ALTER TABLE cannot do.
std::string Rebuilt(const std::string& columns) {
  return "PRAGMA legacy_alter_table=ON; BEGIN; CREATE TABLE made(" + columns +
         ");"
         "INSERT INTO made SELECT * FROM t; DROP TABLE t; ALTER TABLE made RENAME TO t;" +
         kIndex + kTrigger + "COMMIT";
}

// The type of n, in the one row that no change touches.
constexpr const char* kTypeOfN = "SELECT typeof({n}) FROM {t} WHERE id = 2";
constexpr const char* kFirstN = "SELECT CAST({n} AS INTEGER) FROM {t} WHERE id = 1";
constexpr const char* kFirstW = "SELECT {w} FROM {t} WHERE id = 1";
constexpr const char* kLastRow = "SELECT count(*) FROM {t} WHERE id = 3";
constexpr const char* kBigText = "SELECT count(*) FROM {big}";
constexpr const char* kTouchText =
    "SELECT sql LIKE '%new.w < 0%' FROM sqlite_schema WHERE name = '{touch}'";
constexpr const char* kIndexThere = "SELECT count(*) FROM sqlite_schema WHERE name = '{t_v}'";

SideFact HasObject(const std::string& name) {
  return {"SELECT count(*) FROM sqlite_schema WHERE name = '" + name + "'", "1"};
}

}  // namespace

std::string SideChangeBase() {
  return std::string(
             "CREATE TABLE p(id INTEGER PRIMARY KEY, name TEXT NOT NULL);"
             "CREATE TABLE t(id INTEGER PRIMARY KEY, p INTEGER REFERENCES p(id), v TEXT, w, "
             "n INTEGER);") +
         kIndex + kView + kTrigger +
         "INSERT INTO p VALUES(1, 'one'), (2, 'two');"
         "INSERT INTO t VALUES(1, 1, 'a', 10, 1), (2, 1, 'b', 20, 2), (3, 2, 'c', 30, 3)";
}

std::vector<SideFact> SideBaseFacts() {
  return {
      {"SELECT count(*) || group_concat(name) FROM p WHERE id = 1", "1one"},
      {"SELECT p || {v} || w FROM {t} WHERE id = 2", "1b20"},
      {"SELECT CAST({n} AS INTEGER) FROM {t} WHERE id = 2", "2"},
      {kTypeOfN, "integer"},
      {kFirstN, "1"},
      {kFirstW, "10"},
      {kLastRow, "1"},
      {"SELECT {v} FROM {big} WHERE id = 2", "b"},
      {kTouchText, "1"},
      {kIndexThere, "1"},
      {"SELECT group_concat(name) FROM pragma_index_info('{t_v}')", "{v}"},
      {"SELECT count(*) FROM pragma_foreign_key_list('{t}')", "1"},
  };
}

std::vector<SideChange> SideChanges() {
  const std::map<std::string, std::string> no_names;
  return {
      {"add column",
       "ALTER TABLE t ADD COLUMN x TEXT DEFAULT 'd'; UPDATE t SET x = 'set' WHERE id = 2",
       no_names,
       {{"SELECT x || typeof(x) FROM {t} WHERE id = 2", "settext"},
        {"SELECT x FROM {t} WHERE id = 1", "d"},
        {"SELECT count(*) FROM {t} WHERE id = 10 AND x IS NOT 'd'", "0"}},
       {}},
      {"add column of that name, another type",
       "ALTER TABLE t ADD COLUMN x INTEGER",
       no_names,
       {},
       {}},
      {"add another column",
       "ALTER TABLE t ADD COLUMN y INTEGER NOT NULL DEFAULT 7; UPDATE t SET y = 8 WHERE id = 2",
       no_names,
       {{"SELECT y FROM {t} WHERE id = 2", "8"},
        {"SELECT y FROM {t} WHERE id = 1", "7"},
        {"SELECT count(*) FROM {t} WHERE id = 10 AND y <> 7", "0"}},
       {}},
      {"drop column", "ALTER TABLE t DROP COLUMN n", {{"n", ""}}, {}, {}},
      {"rename column", "ALTER TABLE t RENAME COLUMN n TO m", {{"n", "m"}}, {}, {}},
      {"rename column to another name", "ALTER TABLE t RENAME COLUMN n TO k", {{"n", "k"}}, {}, {}},
      {"rename indexed column",
       "ALTER TABLE t RENAME COLUMN v TO title",
       {{"v", "title"}},
       {{"SELECT sql LIKE '%title%' FROM sqlite_schema WHERE name = '{touch}'", "1"}},
       {}},
      {"change type",
       Rebuilt("id INTEGER PRIMARY KEY, p INTEGER REFERENCES p(id), v TEXT, w, n TEXT"),
       no_names,
       {{"SELECT group_concat(DISTINCT typeof({n})) FROM {t}", "text"}},
       {kTypeOfN}},
      {"change type to another",
       Rebuilt("id INTEGER PRIMARY KEY, p INTEGER REFERENCES p(id), v TEXT, w, n REAL"),
       no_names,
       {{"SELECT group_concat(DISTINCT typeof({n})) FROM {t}", "real"}},
       {kTypeOfN}},
      {"change key",
       Rebuilt("id INTEGER NOT NULL, p INTEGER REFERENCES p(id), v TEXT, w, n INTEGER, "
               "PRIMARY KEY(p, id)"),
       no_names,
       {{"SELECT group_concat(name) FROM (SELECT name FROM pragma_table_info('{t}') WHERE pk > 0 "
         "ORDER BY pk)",
         "p,id"}},
       {}},
      {"add CHECK",
       Rebuilt("id INTEGER PRIMARY KEY, p INTEGER REFERENCES p(id), v TEXT, w, n INTEGER, "
               "CHECK(n < 150)"),
       no_names,
       {{"SELECT sql LIKE '%< 150)%' FROM sqlite_schema WHERE name = '{t}'", "1"}},
       {}},
      {"rename table", "ALTER TABLE t RENAME TO items", {{"t", "items"}}, {}, {}},
      {"rename table to another name", "ALTER TABLE t RENAME TO things", {{"t", "things"}}, {}, {}},
      {"drop table",
       "DROP VIEW big; DROP TABLE t",
       {{"t", ""}, {"big", ""}, {"t_v", ""}, {"touch", ""}},
       {{"SELECT count(*) FROM sqlite_schema WHERE tbl_name = 't'", "0"}},
       {}},
      {"create table",
       "CREATE TABLE extra(id INTEGER PRIMARY KEY, a); INSERT INTO extra VALUES(1, 'first')",
       no_names,
       {{"SELECT id || a FROM extra", "1first"}},
       {}},
      {"create another table of that name",
       "CREATE TABLE extra(id INTEGER PRIMARY KEY, b, c); INSERT INTO extra VALUES(2, 1, 1)",
       no_names,
       {{"SELECT id || b FROM extra", "21"}},
       {}},
      {"add index",
       "CREATE INDEX extra_i ON t(n)",
       no_names,
       {{"SELECT group_concat(name) FROM pragma_index_info('extra_i')", "{n}"}},
       {}},
      {"add another index of that name",
       "CREATE INDEX extra_i ON t(w)",
       no_names,
       {{"SELECT group_concat(name) FROM pragma_index_info('extra_i')", "w"}},
       {}},
      {"add UNIQUE index",
       "CREATE UNIQUE INDEX t_w ON t(w)",
       no_names,
       {{"SELECT group_concat(name) FROM pragma_index_info('t_w')", "w"}},
       {}},
      {"drop index", "DROP INDEX t_v", {{"t_v", ""}}, {}, {}},
      {"create view",
       "CREATE VIEW small AS SELECT id, n FROM t",
       no_names,
       {{"SELECT CAST({n} AS INTEGER) FROM small WHERE id = 2", "2"}},
       {}},
      {"create another view of that name",
       "CREATE VIEW small AS SELECT id, w FROM t",
       no_names,
       {{"SELECT w FROM small WHERE id = 2", "20"}},
       {}},
      {"change view",
       "DROP VIEW big; CREATE VIEW big AS SELECT id, v FROM t WHERE id > 0",
       no_names,
       {{"SELECT sql LIKE '%id > 0%' FROM sqlite_schema WHERE name = '{big}'", "1"}},
       {kBigText}},
      {"change view otherwise",
       "DROP VIEW big; CREATE VIEW big AS SELECT id, v FROM t WHERE id > 1 AND w > 0",
       no_names,
       {{"SELECT sql LIKE '%w > 0%' FROM sqlite_schema WHERE name = '{big}'", "1"}},
       {}},
      {"drop view", "DROP VIEW big", {{"big", ""}}, {}, {}},
      {"create trigger",
       "CREATE TRIGGER extra_t AFTER DELETE ON t WHEN old.n < 0 BEGIN DELETE FROM p; END",
       no_names,
       {HasObject("extra_t"), {"SELECT tbl_name FROM sqlite_schema WHERE name = 'extra_t'", "{t}"}},
       {}},
      {"create another trigger of that name",
       "CREATE TRIGGER extra_t AFTER DELETE ON t WHEN old.w < 0 BEGIN DELETE FROM p; END",
       no_names,
       {HasObject("extra_t")},
       {}},
      {"change trigger",
       "DROP TRIGGER touch; CREATE TRIGGER touch AFTER UPDATE OF w ON t WHEN new.w < -5 BEGIN "
       "UPDATE p SET name = new.v WHERE id = new.p; END",
       no_names,
       {{"SELECT sql LIKE '%< -5%' FROM sqlite_schema WHERE name = '{touch}'", "1"}},
       {kTouchText}},
      {"change trigger otherwise",
       "DROP TRIGGER touch; CREATE TRIGGER touch AFTER UPDATE OF w ON t WHEN new.w < -9 BEGIN "
       "UPDATE p SET name = new.v WHERE id = new.p; END",
       no_names,
       {{"SELECT sql LIKE '%< -9%' FROM sqlite_schema WHERE name = '{touch}'", "1"}},
       {kTouchText}},
      {"drop trigger", "DROP TRIGGER touch", {{"touch", ""}}, {}, {}},
      {"update rows",
       "UPDATE t SET n = 100 WHERE id = 1",
       no_names,
       {{"SELECT CAST({n} AS INTEGER) = 100 FROM {t} WHERE id = 1", "1"}},
       {kFirstN}},
      {"update rows otherwise",
       "UPDATE t SET n = 200 WHERE id = 1",
       no_names,
       {{"SELECT CAST({n} AS INTEGER) = 200 FROM {t} WHERE id = 1", "1"}},
       {kFirstN}},
      {"update other cells",
       "UPDATE t SET w = 99 WHERE id = 1",
       no_names,
       {{"SELECT w = 99 FROM {t} WHERE id = 1", "1"}},
       {kFirstW}},
      {"insert rows",
       "INSERT INTO t(id, p, v, w, n) VALUES(10, 2, 'new', 40, 4)",
       no_names,
       {{"SELECT p || {v} || w FROM {t} WHERE id = 10", "2new40"}},
       {}},
      {"insert other rows of that key",
       "INSERT INTO t(id, p, v, w, n) VALUES(10, 2, 'newer', 40, 4)",
       no_names,
       {{"SELECT p || {v} || w FROM {t} WHERE id = 10", "2newer40"}},
       {}},
      {"insert rows with that value",
       "INSERT INTO t(id, p, v, w, n) VALUES(11, 1, 'same', 40, 4), (12, 1, 'same', 40, 4)",
       no_names,
       {{"SELECT count(*) FROM {t} WHERE {v} = 'same' AND p = 1 AND w = 40", "2"}},
       {}},
      {"delete rows",
       "DELETE FROM t WHERE id = 1",
       no_names,
       {{"SELECT count(*) FROM {t} WHERE id = 1", "0"}},
       {kFirstN, kFirstW, "SELECT x FROM {t} WHERE id = 1", "SELECT y FROM {t} WHERE id = 1"}},
      {"delete rows and what they refer to",
       "DELETE FROM t WHERE p = 2; DELETE FROM p WHERE id = 2",
       no_names,
       {{"SELECT count(*) FROM p", "1"}},
       {kLastRow}},
  };
}

}  // namespace pvc
