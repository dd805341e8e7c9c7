#include "tests/vcs/query/query_database.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <stdexcept>

namespace pvc {
namespace {

bool Try(RawDatabase& db, const std::string& sql) {
  try {
    db.Run(sql);
    return true;
  } catch (const std::runtime_error&) {
    return false;
  }
}

std::string Collate(Choices& choices, int one_in) {
  if (!choices.OneIn(one_in)) return "";
  return " COLLATE " + choices.Word({"NOCASE", "NOCASE", "RTRIM", "BINARY"});
}

std::string ColumnName(Choices& choices, int i) {
  static const std::vector<std::string> kStrange = {"rowid", "oid", "select", "a b", "c\"d", "Ünï"};
  if (choices.OneIn(25)) return choices.Pick(kStrange);
  return fmt::format("c{}", i);
}

std::string KeyOf(Choices& choices, const std::vector<std::string>& names) {
  std::vector<std::string> left = names;
  std::vector<std::string> parts;
  const int count = 1 + choices.Below(std::min<int>(3, static_cast<int>(names.size())));
  for (int i = 0; i < count; ++i) {
    const auto at = static_cast<std::ptrdiff_t>(choices.Below(static_cast<int>(left.size())));
    parts.push_back(RawQuote(left[static_cast<size_t>(at)]) + Collate(choices, 5) +
                    choices.Word({"", "", " DESC"}));
    left.erase(left.begin() + at);
  }
  return fmt::format("PRIMARY KEY({})", fmt::join(parts, ", "));
}

void FillTable(RawDatabase& db, Choices& choices, const std::string& name,
               const std::vector<std::string>& columns, int row_count) {
  db.Run("BEGIN");
  for (int row = 0; row < row_count; ++row) {
    std::vector<std::string> values;
    for (size_t i = 0; i < columns.size(); ++i) values.push_back(NastyLiteral(choices));
    Try(db, fmt::format("INSERT OR IGNORE INTO {}({}) VALUES({})", name, fmt::join(columns, ", "),
                        fmt::join(values, ", ")));
  }
  // Enough rows for a tree of many leaves.
  if (choices.OneIn(8)) {
    std::vector<std::string> values(columns.size(), "value % 7");
    values[0] = choices.Word({"value", "'a' || value", "value + 0.5", "value || ''"});
    if (columns.size() > 1) values[1] = choices.Word({"'B' || value % 13", "NULL", "value % 100"});
    Try(db, fmt::format("WITH RECURSIVE s(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM s "
                        "LIMIT 1200) INSERT OR IGNORE INTO {}({}) SELECT {} FROM s",
                        name, fmt::join(columns, ", "), fmt::join(values, ", ")));
  }
  if (choices.OneIn(6)) {
    Try(db, fmt::format("UPDATE OR IGNORE {} SET {} = replace(hex(zeroblob({})), '00', 'L') WHERE "
                        "rowid = 3 OR {} IS 'b'",
                        name, columns.back(), choices.Pick<int>({2047, 2048, 2049, 100000, 400000}),
                        columns[0]));
  }
  // Some refusals undo it all: AUTOINCREMENT behind the last rowid.
  if (sqlite3_get_autocommit(db.handle()) == 0) db.Run("COMMIT");
}

void MakeTable(RawDatabase& db, Choices& choices, int number) {
  const bool is_strict = choices.OneIn(6);
  const bool without_rowid = choices.OneIn(3);
  const bool has_integer_key = !without_rowid && choices.OneIn(3);
  std::vector<std::string> names;
  const int column_count = 2 + choices.Below(4);
  for (int i = 0; i < column_count; ++i) {
    const std::string name = ColumnName(choices, i);
    const bool is_taken = std::find(names.begin(), names.end(), name) != names.end();
    names.push_back(is_taken ? fmt::format("c{}", i) : name);
  }
  std::vector<std::string> definitions;
  std::vector<std::string> filled;
  for (const std::string& name : names) {
    const std::string type =
        is_strict
            ? choices.Word({"INT", "INTEGER", "REAL", "TEXT", "BLOB", "ANY", "ANY"})
            : choices.Word({"", "", "INT", "TEXT", "TEXT", "REAL", "BLOB", "NUMERIC", "VARCHAR(9)",
                            "INTEGER", "DATE", "FLOATING POINT", "hidden", "ANY"});
    definitions.push_back(RawQuote(name) + " " + type + Collate(choices, 3));
    filled.push_back(RawQuote(name));
  }
  if (choices.OneIn(4)) {
    // What functions make of blobs in UTF-16 hangs on how they were inserted: that is kept of
    // STORED columns alone.
    const bool is_stored = choices.OneIn(2);
    const std::string expression =
        is_stored
            ? choices.Word({filled.back() + " IS NULL", "typeof(" + filled[0] + ")", filled[0]})
            : choices.Word({"upper(" + filled[0] + ")", filled.back() + " || 'g'",
                            "length(" + filled[0] + ")", filled[0]});
    definitions.insert(
        definitions.begin() + choices.Below(static_cast<int>(definitions.size())),
        fmt::format("g {} AS ({}) {}", is_strict ? "ANY" : choices.Word({"", "TEXT", "INT"}),
                    expression, is_stored ? "STORED" : "VIRTUAL"));
  }
  if (has_integer_key) {
    const std::string id = choices.OneIn(3) ? "\"Id\"" : "id";
    definitions.insert(definitions.begin() + choices.Below(static_cast<int>(definitions.size())),
                       id + " INTEGER PRIMARY KEY" + choices.Word({"", " AUTOINCREMENT", " DESC"}));
    if (choices.OneIn(2)) filled.insert(filled.begin(), id);
  } else if (without_rowid || choices.OneIn(2)) {
    definitions.push_back(KeyOf(choices, names));
  }
  std::string options = without_rowid ? "WITHOUT ROWID" : "";
  if (is_strict) options += options.empty() ? "STRICT" : ", STRICT";
  const std::string name =
      RawQuote(choices.OneIn(6)
                   ? fmt::format("{}{}", choices.Word({"t ", "T.", "select", "é", "q\""}), number)
                   : fmt::format("t{}", number));
  db.Run(fmt::format("CREATE TABLE {}({}) {}", name, fmt::join(definitions, ", "), options));
  for (int i = choices.Below(4); i > 0; --i) {
    std::string parts = choices.Pick(filled) + Collate(choices, 4) + choices.Word({"", " DESC"});
    if (choices.OneIn(2)) parts += ", " + choices.Pick(filled) + Collate(choices, 4);
    if (choices.OneIn(10)) parts = "lower(" + choices.Pick(filled) + ")";
    Try(db, fmt::format("CREATE {} INDEX i{}_{} ON {}({}){}", choices.Word({"", "", "UNIQUE"}),
                        number, i, name, parts,
                        choices.OneIn(6) ? " WHERE " + choices.Pick(filled) + " IS NOT NULL" : ""));
  }
  FillTable(db, choices, name, filled, choices.OneIn(12) ? 0 : 10 + choices.Below(60));
}

void MakeView(RawDatabase& db, Choices& choices, int number) {
  const std::vector<QueriedTable> tables =
      ReadQueriedTables(sqlite3_db_filename(db.handle(), "main"));
  const QueriedTable& table = choices.Pick(tables);
  const std::string from = RawQuote(table.name);
  const std::string column = RawQuote(choices.Pick(table.columns));
  const std::string other = RawQuote(table.columns[0]);
  Try(db,
      fmt::format(
          "CREATE VIEW v{} AS {}", number,
          choices.Word(
              {"SELECT * FROM " + from,
               fmt::format("SELECT {}, {} AS other FROM {} WHERE {} IS NOT NULL", column, other,
                           from, column),
               fmt::format("SELECT quote({}) AS x, count(*) AS n FROM {} GROUP BY 1", column, from),
               fmt::format("SELECT * FROM {} UNION ALL SELECT * FROM {}", from, from),
               fmt::format("WITH w AS (SELECT {} AS x FROM {}) SELECT x FROM w", column, from)})));
}

}  // namespace

void MakeQueryDatabase(const std::string& path, Choices& choices) {
  RawDatabase db(path);
  const std::string encoding = choices.Word({"UTF-8", "UTF-8", "UTF-16le", "UTF-16be"});
  db.Run(fmt::format("PRAGMA page_size = 1024; PRAGMA encoding = '{}'; PRAGMA synchronous = OFF",
                     encoding));
  const int table_count = 2 + choices.Below(3);
  for (int i = 0; i < table_count; ++i) MakeTable(db, choices, i);
  for (int i = choices.Below(4); i > 0; --i) MakeView(db, choices, i);
}

void ChangeQueryDatabase(const std::string& path, Choices& choices) {
  RawDatabase db(path);
  db.Run("PRAGMA synchronous = OFF");
  for (const QueriedTable& table : ReadQueriedTables(path)) {
    const std::string name = RawQuote(table.name);
    const std::string column = RawQuote(choices.Pick(table.columns));
    Try(db, fmt::format("UPDATE OR IGNORE {} SET {} = {} WHERE {} IS {}", name, column,
                        NastyLiteral(choices), column, NastyLiteral(choices)));
    Try(db, fmt::format("DELETE FROM {} WHERE {} > {}", name, column, NastyLiteral(choices)));
    if (choices.OneIn(3)) {
      Try(db, fmt::format("ALTER TABLE {} ADD COLUMN added {}", name,
                          choices.Word({"", "DEFAULT 7", "TEXT DEFAULT 'x'", "COLLATE NOCASE"})));
    }
    if (choices.OneIn(3)) Try(db, fmt::format("ALTER TABLE {} DROP COLUMN {}", name, column));
    if (choices.OneIn(4)) {
      Try(db, fmt::format("ALTER TABLE {} RENAME COLUMN {} TO renamed", name, column));
    }
  }
}

std::vector<QueriedTable> ReadQueriedTables(const std::string& path) {
  RawDatabase db(path);
  std::vector<QueriedTable> tables;
  RawStatement list(
      db,
      "SELECT name, type, wr FROM pragma_table_list WHERE schema = 'main' AND type IN "
      "('table', 'view', 'shadow') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' "
      "ORDER BY name");
  while (list.Step()) {
    QueriedTable table;
    table.name = list.Text(0);
    table.is_view = list.Text(1) == "view";
    table.has_rowid = !table.is_view && list.Text(2) == "0";
    std::map<int, std::string> key;
    try {
      RawStatement columns(db, "PRAGMA main.table_xinfo(" + RawQuote(table.name) + ")");
      while (columns.Step()) {
        const std::string name = columns.Text(1);
        if (columns.Text(6) == "1") continue;
        table.columns.push_back(name);
        if (columns.Text(5) != "0") key[std::stoi(columns.Text(5))] = name;
        std::string folded = name;
        std::transform(folded.begin(), folded.end(), folded.begin(),
                       [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
        if (folded == "rowid") table.has_rowid = false;
      }
    } catch (const std::runtime_error&) {
      continue;  // a view that does not work
    }
    for (auto& [position, name] : key) table.key.push_back(name);
    if (!table.columns.empty()) tables.push_back(std::move(table));
  }
  return tables;
}

}  // namespace pvc
