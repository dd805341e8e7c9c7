#include "tests/support/trap_databases.h"

namespace pvc {

std::vector<TrapDatabase> VirtualTableTraps() {
  return {
      ScriptTrap("fts5", R"(
        CREATE TABLE before(a);
        CREATE VIRTUAL TABLE docs USING fts5(title, body, prefix='2 3', tokenize = 'porter ascii');
        INSERT INTO docs VALUES('one', 'the quick brown fox'), ('two', 'jumps over'), ('three', NULL);
        DELETE FROM docs WHERE title = 'two';
        CREATE TABLE after(a);)"),
      ScriptTrap("fts5_contentless_and_external", R"(
        CREATE VIRTUAL TABLE less USING fts5(a, content='');
        INSERT INTO less(rowid, a) VALUES(5, 'hello world'), (9, 'again');
        CREATE TABLE texts(id INTEGER PRIMARY KEY, body);
        CREATE VIRTUAL TABLE texts_fts USING fts5(body, content='texts', content_rowid='id');
        CREATE TRIGGER texts_ai AFTER INSERT ON texts
          BEGIN INSERT INTO texts_fts(rowid, body) VALUES(new.id, new.body); END;
        INSERT INTO texts VALUES(1, 'alpha beta'), (2, 'gamma');)"),
      ScriptTrap("fts3_and_fts4", R"(
        CREATE VIRTUAL TABLE f3 USING fts3(a, b);
        INSERT INTO f3 VALUES('some words', 'here'), ('more words', 'there');
        CREATE VIRTUAL TABLE f4 USING fts4(a, tokenize=unicode61, order=desc);
        INSERT INTO f4(docid, a) VALUES(7, 'seven'), (3, 'three');
        CREATE VIRTUAL TABLE f4less USING fts4(content='', a);
        INSERT INTO f4less(docid, a) VALUES(1, 'x y z');)"),
      ScriptTrap("rtree", R"(
        CREATE VIRTUAL TABLE boxes USING rtree(id, x0, x1, y0, y1, +label TEXT);
        INSERT INTO boxes VALUES(1, 0, 1, 0, 1, 'unit'), (2, -5.5, 5.5, 2, 3, 'wide');
        CREATE VIRTUAL TABLE grid USING rtree_i32(id, a, b);
        INSERT INTO grid VALUES(1, 2, 3);)"),
      ScriptTrap("virtual_table_renamed", R"(
        CREATE VIRTUAL TABLE old USING fts5(a);
        INSERT INTO old VALUES('x');
        ALTER TABLE old RENAME TO "new name";)"),
      ScriptTrap("unknown_module", R"(
        CREATE TABLE things(a); INSERT INTO things VALUES(1);
        CREATE TABLE v_data(id INTEGER PRIMARY KEY, block BLOB);
        INSERT INTO v_data VALUES(1, x'00ff');
        CREATE VIEW over AS SELECT * FROM v;
        PRAGMA writable_schema=ON;
        INSERT INTO sqlite_schema(type, name, tbl_name, rootpage, sql)
          VALUES('table', 'v', 'v', 0, 'CREATE VIRTUAL TABLE v USING pvc_no_such_module(a, b "c")');
        PRAGMA writable_schema=RESET;
        CREATE TABLE last(a); INSERT INTO last VALUES(2);)"),
      ScriptTrap("table_that_looks_like_a_shadow", R"(
        CREATE TABLE docs_content(a); INSERT INTO docs_content VALUES(1);
        CREATE TABLE docs(id INTEGER PRIMARY KEY); INSERT INTO docs VALUES(4);)"),
  };
}

}  // namespace pvc
