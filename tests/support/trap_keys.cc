#include "tests/support/trap_databases.h"

namespace pvc {

std::vector<TrapDatabase> KeyTraps() {
  return {
      ScriptTrap("integer_primary_key", R"(
        CREATE TABLE t(name TEXT, id INTEGER PRIMARY KEY, n);
        INSERT INTO t VALUES('min', -9223372036854775808, 1), ('minus', -5, 2), ('zero', 0, 3),
          ('gap', 1000000, 4), ('max', 9223372036854775807, 5);)"),
      ScriptTrap("int_primary_key_is_not_the_rowid", R"(
        CREATE TABLE t(id INT PRIMARY KEY, v);
        INSERT INTO t(rowid, id, v) VALUES(10, 5, 'a'), (20, 4, 'b'), (30, 'text', 'c'), (-7, 2.5, 'd');)"),
      ScriptTrap("integer_primary_key_desc_is_not_the_rowid", R"(
        CREATE TABLE t(id INTEGER PRIMARY KEY DESC, v);
        INSERT INTO t(rowid, id, v) VALUES(1, 30, 'a'), (2, 20, 'b'), (3, 10, 'c');
        CREATE TABLE u(id INTEGER, v, PRIMARY KEY(id DESC));
        INSERT INTO u VALUES(3, 'alias after all'), (4, 'b');)"),
      ScriptTrap("no_primary_key_with_equal_rows", R"(
        CREATE TABLE t(a, b);
        INSERT INTO t(rowid, a, b) VALUES(-3, 1, 'x'), (2, 1, 'x'), (9, 1, 'x'), (500, NULL, NULL),
          (501, NULL, NULL);)"),
      ScriptTrap("columns_named_rowid", R"(
        CREATE TABLE one(rowid TEXT, v);
        INSERT INTO one(oid, rowid, v) VALUES(7, 'r', 1), (8, 'q', 2);
        CREATE TABLE two(ROWID, "Oid", v);
        INSERT INTO two(_rowid_, ROWID, "Oid", v) VALUES(70, 1, 2, 3), (4, 5, 6, 7);
        CREATE TABLE alias(rowid INTEGER PRIMARY KEY, v);
        INSERT INTO alias VALUES(3, 'a'), (1, 'b');
        CREATE TABLE swapped(oid INTEGER PRIMARY KEY, rowid TEXT, _rowid_);
        INSERT INTO swapped VALUES(3, 'a', 4), (1, 'b', 2);
        CREATE TABLE keyed(id INTEGER PRIMARY KEY, rowid, oid, _rowid_);
        INSERT INTO keyed VALUES(3, 'a', 1, 2), (1, 'b', 3, 4);)"),
      ScriptTrap("all_rowid_names_taken", R"(
        CREATE TABLE t(rowid, oid, _rowid_);
        INSERT INTO t VALUES(1, 2, 3), (4, 5, 6), (7, 8, 9);
        DELETE FROM t WHERE rowid = 4;
        CREATE TABLE k(rowid TEXT PRIMARY KEY, oid, _rowid_);
        INSERT INTO k VALUES('b', 2, 3), ('a', 5, 6);)",
                 TrapOutcome::kRowidsHidden),
      ScriptTrap("without_rowid_names_taken", R"(
        CREATE TABLE t(rowid PRIMARY KEY, oid, _rowid_) WITHOUT ROWID;
        INSERT INTO t VALUES('b', 2, 3), ('a', 5, 6);)"),
      ScriptTrap("without_rowid", R"(
        CREATE TABLE i(id INTEGER PRIMARY KEY, v) WITHOUT ROWID;
        INSERT INTO i VALUES(3, 'c'), (-1, 'a'), (9223372036854775807, 'z');
        CREATE TABLE s(v, k TEXT PRIMARY KEY) WITHOUT ROWID;
        INSERT INTO s VALUES(1, 'b'), (2, ''), (3, 'a'), (4, 'B');
        CREATE TABLE b(k BLOB PRIMARY KEY, v) WITHOUT ROWID;
        INSERT INTO b VALUES(x'', 0), (x'00', 1), (x'0000', 2), (x'ff', 3), ('text', 4), (5, 5), (5.5, 6);
        CREATE TABLE r(k REAL PRIMARY KEY) WITHOUT ROWID;
        INSERT INTO r VALUES(1), (2.5), (-1e300), (9e999), (-9e999);
        CREATE TABLE c(a, b, c, d, PRIMARY KEY(d DESC, b, a COLLATE NOCASE)) WITHOUT ROWID;
        INSERT INTO c VALUES('x', 1, 'c1', 1), ('Y', 1, 'c2', 1), ('x', 2, 'c3', 1), ('x', 1, 'c4', 2);
        CREATE INDEX c_index ON c(c);)"),
      ScriptTrap("composite_keys", R"(
        CREATE TABLE t(v, a INTEGER, b TEXT, c, PRIMARY KEY(c, b DESC, a));
        INSERT INTO t VALUES('r1', 1, 'x', 9), ('r2', 1, 'x', 8), ('r3', 2, 'x', 8), ('r4', 1, 'y', 8);
        CREATE TABLE twice(a, b, PRIMARY KEY(a, b, a));
        INSERT INTO twice VALUES(2, 1), (1, 2);
        CREATE TABLE text(k TEXT PRIMARY KEY, v);
        INSERT INTO text VALUES('b', 1), ('', 2), ('a', 3), ('B', 4);
        CREATE TABLE blob(k BLOB PRIMARY KEY, v);
        INSERT INTO blob VALUES(x'00ff', 1), (x'', 2), ('', 3), (x'00', 4);)"),
      ScriptTrap("null_in_primary_key", R"(
        CREATE TABLE t(k TEXT PRIMARY KEY, v);
        INSERT INTO t VALUES(NULL, 1), ('a', 2), (NULL, 3), (NULL, 1);
        CREATE TABLE c(a, b, v, PRIMARY KEY(a, b));
        INSERT INTO c VALUES(1, NULL, 'x'), (1, NULL, 'y'), (NULL, NULL, 'z'), (NULL, NULL, 'z'), (1, 2, 'w');)"),
      ScriptTrap("key_collations", R"(
        CREATE TABLE n(k TEXT COLLATE NOCASE PRIMARY KEY, v);
        INSERT INTO n VALUES('Abc', 1), ('abd', 2), ('a' || char(0) || 'b', 3), ('A' || char(0) || 'cc', 4);
        CREATE TABLE r(k TEXT PRIMARY KEY COLLATE RTRIM, v) WITHOUT ROWID;
        INSERT INTO r VALUES('a  ', 1), (' a', 2), ('', 3), ('b' || char(9), 4);
        CREATE TABLE k(a TEXT COLLATE RTRIM, b COLLATE NOCASE, v, PRIMARY KEY(a COLLATE NOCASE, b)) WITHOUT ROWID;
        INSERT INTO k VALUES('x', 'y', NULL), ('x ', 'y', NULL), ('X', 'z', NULL);)"),
      ScriptTrap("numeric_keys_equal_across_types", R"(
        CREATE TABLE u(k PRIMARY KEY, v);
        INSERT INTO u VALUES(1.0, 'real'), ('1', 'text'), (x'31', 'blob'), (2, 'integer'),
          (9007199254740993, 'exact'), (9007199254740992.0, 'double'),
          (9223372036854775807, 'max'), (9223372036854775808.0, 'beyond'), (-9e999, '-inf'), (9e999, 'inf');
        CREATE TABLE w(k PRIMARY KEY, v) WITHOUT ROWID;
        INSERT INTO w SELECT * FROM u;
        CREATE TABLE n(k NUMERIC PRIMARY KEY, v);
        INSERT INTO n VALUES(1.0, 'becomes integer'), ('2.50', 'becomes real'), ('x', 'stays');)"),
      ScriptTrap("conflict_clauses", R"(
        CREATE TABLE t(id INTEGER PRIMARY KEY ON CONFLICT REPLACE, u UNIQUE ON CONFLICT IGNORE,
          n NOT NULL ON CONFLICT REPLACE DEFAULT 7);
        INSERT INTO t VALUES(1, 'a', 1), (2, 'b', 2), (3, NULL, 3), (4, NULL, 4);)"),
      ScriptTrap("unique_values_to_swap", R"(
        CREATE TABLE t(id INTEGER PRIMARY KEY, u TEXT UNIQUE, parent REFERENCES t(id));
        INSERT INTO t VALUES(1, 'a', 2), (2, 'b', 1), (3, 'c', 3);)"),
  };
}

}  // namespace pvc
