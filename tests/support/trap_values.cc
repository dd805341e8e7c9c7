#include <fstream>
#include <iterator>
#include <stdexcept>

#include "tests/support/raw_sqlite.h"
#include "tests/support/trap_databases.h"

namespace pvc {
namespace {

constexpr char kMixedRows[] = R"(
  INSERT INTO t VALUES(1, 1, 1, 1, 1), (1.0, 1.0, 1.0, 1.0, 1.0), ('1', '1', '1', '1', '1'),
    (x'31', x'31', x'31', x'31', x'31'), (NULL, NULL, NULL, NULL, NULL), ('', '', '', '', ''),
    (x'', x'', x'', x'', x''), ('1e3', '1e3', '1e3', '1e3', '1e3'), (' 1 ', ' 1 ', ' 1 ', ' 1 ', ' 1 '),
    ('abc', 'abc', 'abc', 'abc', 'abc');)";

std::string Utf16Script(const std::string& encoding) {
  // High surrogate alone, low alone, a byte-order mark in front and inside, NUL inside, U+FFFF.
  const bool little = encoding == "UTF-16le";
  const auto text = [&](std::initializer_list<unsigned> units) {
    std::string literal = "CAST(x'";
    constexpr char kDigits[] = "0123456789abcdef";
    for (const unsigned unit : units) {
      const unsigned swapped = little ? ((unit & 0xff) << 8 | unit >> 8) : unit;
      for (const unsigned shift : {12U, 8U, 4U, 0U}) literal += kDigits[swapped >> shift & 15];
    }
    return literal + "' AS TEXT)";
  };
  const std::string values[] = {text({0x41, 0xd800, 0x42}),
                                text({0xdc00}),
                                text({0xd83d, 0xde00}),
                                text({0xde00, 0xd83d}),
                                text({0xfeff, 0x41}),
                                text({0xfffe, 0x41}),
                                text({0x41, 0xfeff}),
                                text({0x41, 0, 0x42}),
                                text({0xffff}),
                                text({0xd800}),
                                "'plain'",
                                "''",
                                "'h\xc3\xa9llo \xe2\x82\xac \xf0\x9f\x98\x80'"};
  std::string sql = "PRAGMA encoding='" + encoding +
                    "'; CREATE TABLE t(id INTEGER PRIMARY KEY, v);"
                    "CREATE TABLE k(v TEXT PRIMARY KEY, n) WITHOUT ROWID;"
                    "CREATE TABLE n(v TEXT COLLATE NOCASE PRIMARY KEY, n);"
                    "CREATE TABLE \"\xc3\xa9t\xc3\xa9\"(\"\xe2\x82\xac\" TEXT DEFAULT 'd\xc3\xa9"
                    "faut');";
  for (const std::string& value : values) {
    sql += "INSERT INTO t(v) VALUES(" + value + ");";
    sql += "INSERT OR IGNORE INTO k VALUES(" + value + ", 1);";
    sql += "INSERT OR IGNORE INTO n VALUES(" + value + ", 1);";
  }
  return sql + "INSERT INTO \"\xc3\xa9t\xc3\xa9\" DEFAULT VALUES;";
}

/// Text of an odd number of bytes in a UTF-16 database: only damage or another program's bug makes
/// it, so a blob's record header is patched into text.
void BuildOddUtf16(const std::string& path) {
  RawDatabase(path).Run(
      "PRAGMA encoding='UTF-16le'; CREATE TABLE t(v); INSERT INTO t VALUES(x'4a0b5c'), ('next');");
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  const size_t record = bytes.find("\x02\x12\x4a\x0b\x5c");  // header of 2 bytes, blob of 3
  if (record == std::string::npos) throw std::runtime_error("record not found in " + path);
  file.clear();
  file.seekp(static_cast<std::streamoff>(record + 1));
  file.put('\x13');  // text of 3 bytes
}

std::string SizesScript() {
  std::string sql = "CREATE TABLE t(id INTEGER PRIMARY KEY, size INT, v, w);";
  for (const char* size : {"0", "1", "65535", "65536", "65537", "3000000"}) {
    const std::string n = size;
    sql += "INSERT INTO t(size, v, w) VALUES(" + n + ", printf('%.*c', " + n + ", 'y'), zeroblob(" +
           n + "));";
    sql += "INSERT INTO t(size, v, w) VALUES(" + n + ", CAST(printf('%.*c', " + n +
           ", 'z') AS BLOB), NULL);";
  }
  return sql +
         "CREATE TABLE w(k TEXT PRIMARY KEY, v) WITHOUT ROWID;"
         "INSERT INTO w SELECT v || size, w FROM t WHERE typeof(v) = 'text' AND size < 70000;";
}

}  // namespace

std::vector<TrapDatabase> ValueTraps() {
  return {
      ScriptTrap("storage_classes", std::string(R"(
        CREATE TABLE t(untyped, "any" ANY, num NUMERIC, txt TEXT, bl BLOB);)") +
                                        kMixedRows),
      ScriptTrap("storage_classes_of_other_affinities", std::string(R"(
        CREATE TABLE t(a INTEGER, b REAL, c "FLOATING POINT", d CHARINT, e DECIMAL(10,5));)") +
                                                            kMixedRows),
      ScriptTrap("strict_tables", R"(
        CREATE TABLE t(i INT, j INTEGER, r REAL, x TEXT, b BLOB, a ANY, k INTEGER PRIMARY KEY) STRICT;
        INSERT INTO t VALUES(1, 2, 5.0, 'x', x'00', 1, 1), (NULL, NULL, NULL, NULL, NULL, '1', 2),
          (-1, 0, -0.0, '', x'', 1.0, 3), (3, 4, 5, '7', x'31', x'31', 4);
        CREATE TABLE w(k ANY PRIMARY KEY, v ANY) STRICT, WITHOUT ROWID;
        INSERT INTO w VALUES(1, '1'), ('1', 1), (x'31', 1.0);)"),
      ScriptTrap("reals", R"(
        CREATE TABLE t(id INTEGER PRIMARY KEY, r REAL, u);
        INSERT INTO t(r, u) VALUES(5.0, 5.0), (5, 5), (-0.0, -0.0), (9e999, 9e999), (-9e999, -9e999),
          (9e999 - 9e999, 9e999 * 0), (4.9406564584124654e-324, 4.9406564584124654e-324),
          (2.2250738585072009e-308, 2.2250738585072014e-308), (1.7976931348623157e308, -1.7976931348623157e308),
          (0.1, 0.1), (1e15, 1e15), (1e16, 1e16), (140737488355328, 140737488355328.0),
          (9007199254740993, 9007199254740993.0), (-9223372036854775808, -9223372036854775808.0),
          (3.5, 1e100);)"),
      ScriptTrap("large_integers", R"(
        CREATE TABLE t(id INTEGER PRIMARY KEY, i INTEGER, n NUMERIC, u, x TEXT);
        INSERT INTO t(i, n, u, x) VALUES(9007199254740993, 9007199254740993, 9007199254740993, 9007199254740993),
          (-9007199254740993, -9007199254740993, -9007199254740993, -9007199254740993),
          (9223372036854775807, 9223372036854775807, 9223372036854775807, 9223372036854775807),
          (-9223372036854775808, -9223372036854775808, -9223372036854775808, -9223372036854775808),
          (127, 128, -128, -129), (32767, 32768, -32768, -32769), (8388607, 8388608, -8388608, -8388609),
          (2147483647, 2147483648, -2147483648, -2147483649),
          (140737488355327, 140737488355328, -140737488355328, -140737488355329), (0, 1, 2, -1);)"),
      ScriptTrap("nul_and_invalid_utf8", R"(
        CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT);
        INSERT INTO t(v) VALUES('a' || char(0) || 'b'), (char(0)), (CAST(x'ff' AS TEXT)),
          (CAST(x'c080' AS TEXT)), (CAST(x'eda080' AS TEXT)), (CAST(x'41e282' AS TEXT)),
          (CAST(x'f4908080' AS TEXT)), (CAST(x'efbbbf41' AS TEXT)), (CAST(x'efbfbf' AS TEXT)), ('it''s'),
          (char(10, 13, 27) || '[31m');
        CREATE TABLE k(v TEXT PRIMARY KEY) WITHOUT ROWID;
        INSERT INTO k SELECT v FROM t;
        CREATE INDEX t_v ON t(v);)"),
      ScriptTrap("utf16le", Utf16Script("UTF-16le")),
      ScriptTrap("utf16be", Utf16Script("UTF-16be")),
      {"utf16_odd_length", BuildOddUtf16, TrapOutcome::kUnwritableCells},
      ScriptTrap("value_sizes", SizesScript()),
      ScriptTrap("cells_against_affinity", R"(
        CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT, w INTEGER);
        INSERT INTO t VALUES(1, '1', 1), (2, '2.0', 2), (3, 'x', NULL);
        PRAGMA writable_schema=ON;
        UPDATE sqlite_schema SET sql = 'CREATE TABLE t(id INTEGER PRIMARY KEY, v INTEGER, w TEXT)'
          WHERE name = 't';
        PRAGMA writable_schema=RESET;)",
                 TrapOutcome::kUnwritableCells),
  };
}

}  // namespace pvc
