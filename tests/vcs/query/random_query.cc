#include "tests/vcs/query/random_query.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

namespace pvc {
namespace {

constexpr size_t kLongestLiteral = 6000;
constexpr size_t kLiteralsPerColumn = 60;

std::string LiteralsKey(const std::string& table, const std::string& column) {
  return table + "\n" + column;
}

}  // namespace

RandomQueryMaker::RandomQueryMaker(const std::string& path, std::vector<QueriedTable> tables,
                                   Choices& choices, Naming naming)
    : choices_(choices), tables_(std::move(tables)), naming_(std::move(naming)) {
  Database db(path, {});
  const TextEncoding encoding = db.encoding();
  // A range of bytes that begin as the pattern does holds more than that in UTF-16, and SQLite 3.40
  // takes it for all that GLOB finds.
  can_match_patterns_ = encoding == TextEncoding::kUtf8;
  for (const QueriedTable& table : tables_) {
    for (const std::string& column : table.columns) {
      std::vector<std::string>& literals = literals_[LiteralsKey(table.name, column)];
      try {
        Statement rows(db, fmt::format("SELECT {} FROM {} LIMIT {}", RawQuote(column),
                                       RawQuote(table.name), kLiteralsPerColumn));
        while (rows.Step()) {
          std::string literal = SqlLiteral(rows.ColumnValue(0), encoding);
          if (literal.size() < kLongestLiteral) literals.push_back(std::move(literal));
        }
      } catch (const Error&) {
        // A view that does not work.
      }
    }
  }
}

RandomQuery RandomQueryMaker::Make() {
  bound_.clear();
  const int kind = choices_.Below(10);
  RandomQuery query = kind < 5   ? MakeSelect()
                      : kind < 7 ? MakeAggregate()
                      : kind < 9 ? MakeJoin()
                                 : MakeSubquery();
  query.bound = bound_;
  return query;
}

RandomQuery RandomQueryMaker::InMain(RandomQuery query) const {
  for (std::string* sql : {&query.sql, &query.all_rows_sql}) {
    for (const QueriedTable& table : tables_) {
      const std::string named = naming_(table) + " AS ";
      const std::string in_main = NameInMain(table) + " AS ";
      for (size_t at = sql->find(named); at != sql->npos;
           at = sql->find(named, at + in_main.size())) {
        sql->replace(at, named.size(), in_main);
      }
    }
  }
  return query;
}

RandomQueryMaker::Source RandomQueryMaker::AnySource(const std::string& alias) {
  Source source;
  source.table = &choices_.Pick(tables_);
  source.alias = alias;
  source.sql = naming_(*source.table) + " AS " + alias;
  return source;
}

std::string RandomQueryMaker::AnyColumn(const Source& source) {
  if (source.table->has_rowid && choices_.OneIn(6)) return source.alias + ".rowid";
  return source.alias + "." + RawQuote(choices_.Pick(source.table->columns));
}

std::string RandomQueryMaker::KeyColumn(const Source& source) {
  if (source.table->key.empty() || choices_.OneIn(3)) return AnyColumn(source);
  return source.alias + "." + RawQuote(choices_.Pick(source.table->key));
}

std::string RandomQueryMaker::Bind(const std::string& literal) {
  if (!choices_.OneIn(4)) return literal;
  BoundValue value;
  switch (choices_.Below(6)) {
    case 0:
      value.storage_class = StorageClass::kInteger;
      value.integer = choices_.Pick<int64_t>(
          {0, 1, 2, 3, 10, INT64_MAX, INT64_MIN, 1LL << 53, (1LL << 53) + 1});
      break;
    case 1:
      value.storage_class = StorageClass::kReal;
      value.real = choices_.Pick<double>(
          {0.0, 1.0, 1.5, -1.5, 9007199254740992.0, 1e19, -1e19, 9223372036854775808.0});
      break;
    case 2:
    case 3:
      value.storage_class = StorageClass::kText;
      value.bytes = choices_.Word({"a", "A", "b", "a ", "1", "1.0", " 1", "", "é", "2", "ab", "c",
                                   std::string("a\0b", 3), "\xFF", "10"});
      break;
    case 4:
      value.storage_class = StorageClass::kBlob;
      value.bytes = choices_.Word({"", "a", "1", std::string("\0", 1)});
      break;
    default:
      break;
  }
  bound_.push_back(value);
  return fmt::format("?{}", bound_.size());
}

std::string RandomQueryMaker::Operand(const Source& source, const std::string& column) {
  std::string literal = NastyLiteral(choices_);
  // Mostly what is there, as it is or nearly.
  if (!choices_.OneIn(3)) {
    const std::string name = column.substr(column.find('.') + 1);
    for (const std::string& each : source.table->columns) {
      const auto& literals = literals_[LiteralsKey(source.table->name, each)];
      if (RawQuote(each) == name && !literals.empty()) literal = choices_.Pick(literals);
    }
    if (choices_.OneIn(6)) {
      literal = fmt::format(
          fmt::runtime(choices_.Word({"({} + 1)", "({} || '')", "({} || ' ')", "upper({})",
                                      "CAST({} AS TEXT)", "CAST({} AS REAL)", "CAST({} AS INT)",
                                      "CAST({} AS BLOB)", "({} + 0.5)", "substr({}, 1, 3)"})),
          literal);
    }
  }
  if (choices_.OneIn(12)) return AnyColumn(source);
  return Bind(literal);
}

std::string RandomQueryMaker::Condition(const Source& source) {
  const std::string column = KeyColumn(source);
  const auto operand = [&] { return Operand(source, column); };
  const std::string collate =
      choices_.OneIn(6) ? " COLLATE " + choices_.Word({"NOCASE", "RTRIM", "BINARY"}) : "";
  switch (choices_.Below(14)) {
    case 0:
    case 1:
    case 2:
      return fmt::format("{} = {}{}", column, operand(), collate);
    case 3:
      return fmt::format("{} IS {}{}", column, operand(), collate);
    case 4:
    case 5:
    case 6:
      return fmt::format("{} {} {}{}", column, choices_.Word({"<", "<=", ">", ">="}), operand(),
                         collate);
    case 7:
    case 8: {
      std::vector<std::string> list;
      for (int i = choices_.Below(5); i >= 0; --i) list.push_back(operand());
      return fmt::format("{}{} {} ({})", column, collate,
                         choices_.Word({"IN", "IN", "IN", "NOT IN"}), fmt::join(list, ", "));
    }
    case 9:
      return fmt::format("{}{} BETWEEN {} AND {}", column, collate, operand(), operand());
    case 10:
      return column + choices_.Word({" IS NULL", " IS NOT NULL"});
    case 11:
      if (!can_match_patterns_) return column + " IS NOT NULL";
      return fmt::format("{} {}", column,
                         choices_.Word({"LIKE 'a%'", "LIKE 'A%'", "GLOB 'a*'", "LIKE 'p%'",
                                        "LIKE '1%'", "LIKE 'a'", "GLOB '[ab]*'", "LIKE 'é%'"}));
    case 12:
      return fmt::format("{} <> {}{}", column, operand(), collate);
    default:
      return fmt::format("{} = {}", operand(), column);
  }
}

std::string RandomQueryMaker::Where(const Source& source) {
  if (choices_.OneIn(5)) return "";
  std::string where = Condition(source);
  for (int i = choices_.Below(3); i > 0; --i) {
    where = choices_.OneIn(4) ? fmt::format("({} OR {})", where, Condition(source))
                              : fmt::format("{} AND {}", where, Condition(source));
  }
  return " WHERE " + where;
}

std::vector<std::string> RandomQueryMaker::OrderTerms(const Source& source) {
  std::vector<std::string> terms;
  const auto add = [&](std::string term, const std::string& direction) {
    if (choices_.OneIn(12)) term = "+" + term;
    if (choices_.OneIn(12)) term += " COLLATE " + choices_.Word({"NOCASE", "BINARY", "RTRIM"});
    terms.push_back(term + direction);
  };
  const std::string direction = choices_.Word({"", " DESC"});
  if (!source.table->key.empty() && !choices_.OneIn(3)) {
    for (const std::string& part : source.table->key) {
      if (choices_.OneIn(6)) break;
      add(source.alias + "." + RawQuote(part),
          choices_.OneIn(8) ? choices_.Word({" ASC", " DESC", " NULLS LAST"}) : direction);
    }
  }
  for (int i = choices_.Below(3); i > 0 || terms.empty(); --i) add(AnyColumn(source), direction);
  if (choices_.OneIn(4)) {
    for (const std::string& column : source.table->columns) {
      terms.push_back(source.alias + "." + RawQuote(column));
    }
  }
  return terms;
}

std::string RandomQueryMaker::LimitClause() {
  std::string clause =
      " LIMIT " + choices_.Word({"0", "1", "2", "5", "17", "100", "-1", "'3'", "2.0", "1000000"});
  if (!choices_.OneIn(3)) {
    clause += " OFFSET " + choices_.Word({"0", "1", "3", "7", "20", "1000", "-5", "'2'", "4.0",
                                          "9223372036854775807"});
  }
  return clause;
}

RandomQuery RandomQueryMaker::MakeSelect() {
  const Source source = AnySource("q");
  const std::string from = " FROM " + source.sql + Where(source);
  std::vector<std::string> terms;
  if (!choices_.OneIn(3)) terms = OrderTerms(source);
  std::vector<std::string> list;
  if (choices_.OneIn(2) && !source.table->is_partial) {
    list.push_back("q.*");
    if (source.table->has_rowid) list.push_back("q.rowid");
  } else {
    for (int i = choices_.Below(3); i >= 0; --i) list.push_back(AnyColumn(source));
    if (choices_.OneIn(6)) list = {"1"};
    // So that a row's cells tell its place in the order.
    for (const std::string& column : source.table->columns) {
      const bool is_term = std::any_of(terms.begin(), terms.end(), [&](const std::string& term) {
        return term.find("q." + RawQuote(column)) != term.npos;
      });
      if (is_term) list.push_back("q." + RawQuote(column));
    }
    if (source.table->has_rowid && !terms.empty()) list.push_back("q.rowid");
  }
  const std::string columns = fmt::format("{}", fmt::join(list, ", "));
  const std::string order =
      terms.empty() ? "" : fmt::format(" ORDER BY {}", fmt::join(terms, ", "));
  RandomQuery query;
  const std::string limit = choices_.OneIn(2) ? LimitClause() : "";
  query.sql = "SELECT " + columns + from + order + limit;
  const std::string place = terms.empty() ? "0" : "dense_rank() OVER (" + order.substr(1) + ")";
  query.all_rows_sql = "SELECT " + columns + ", " + place + from;
  return query;
}

RandomQuery RandomQueryMaker::MakeAggregate() {
  const Source source = AnySource("q");
  const std::string from = " FROM " + source.sql;
  const std::string a = KeyColumn(source);
  const std::string b = AnyColumn(source);
  const std::string where = Where(source);
  RandomQuery query;
  query.is_loose = true;
  switch (choices_.Below(8)) {
    case 0:
    case 1:
      query.sql = "SELECT count(*)" + from + where;
      break;
    case 2:
      query.sql = fmt::format("SELECT {}({})", choices_.Word({"min", "max"}), a) + from + where;
      break;
    case 3:
      query.sql =
          fmt::format("SELECT count({}), min({}), max({}), count(DISTINCT {})", a, b, b, a) + from +
          where;
      break;
    case 4:
      query.sql = fmt::format("SELECT {}, count(*), max({})", a, b) + from + where +
                  fmt::format(" GROUP BY {}", a);
      break;
    case 5:
      query.sql = fmt::format("SELECT {}, count(*)", a) + from + where +
                  fmt::format(" GROUP BY {}, {} HAVING count(*) > {}", a, b, choices_.Below(3));
      break;
    case 6:
      query.sql = fmt::format("SELECT DISTINCT {}", a) + from + where;
      break;
    default:
      query.sql = fmt::format("SELECT DISTINCT {}, {}", a, b) + from + where +
                  fmt::format(" ORDER BY {}", a);
  }
  if (choices_.OneIn(8)) {
    query.sql = fmt::format("SELECT count(*) FROM ({}{})", query.sql,
                            choices_.OneIn(2) ? LimitClause() : "");
  }
  return query;
}

RandomQuery RandomQueryMaker::MakeJoin() {
  const Source q = AnySource("q");
  const Source r = AnySource("r");
  const std::string a = KeyColumn(q);
  const std::string b = KeyColumn(r);
  std::string on =
      fmt::format("{} {} {}", a, choices_.Word({"=", "=", "=", "=", "IS", "<", ">="}), b);
  if (choices_.OneIn(8)) on += " COLLATE " + choices_.Word({"NOCASE", "RTRIM", "BINARY"});
  if (choices_.OneIn(3)) on += fmt::format(" AND {} = {}", KeyColumn(q), KeyColumn(r));
  // SQLite 3.40 loses rows of outer joins with LIKE in ON.
  const bool could_match_patterns = std::exchange(can_match_patterns_, false);
  if (choices_.OneIn(3)) on += " AND " + Condition(choices_.OneIn(2) ? q : r);
  can_match_patterns_ = could_match_patterns;
  const std::string join =
      choices_.Word({"JOIN", "JOIN", "JOIN", "LEFT JOIN", "CROSS JOIN", "RIGHT JOIN", "FULL JOIN"});
  std::string from = fmt::format(" FROM {} {} {} ON {}{}", q.sql, join, r.sql, on,
                                 choices_.OneIn(2) ? Where(q) : "");
  // Tables meet in hundreds of thousands of pairs.
  RandomQuery query;
  if (choices_.OneIn(2)) {
    query.sql = "SELECT count(*), count(" + a + "), count(" + b + ")" + from;
    return query;
  }
  // SQLite groups by one of two sides that are equal, though they may differ in class.
  query.sql =
      fmt::format("SELECT {}, {}, count(*)", a, b) + from + fmt::format(" GROUP BY +{}, +{}", a, b);
  query.is_loose = true;
  return query;
}

RandomQuery RandomQueryMaker::MakeSubquery() {
  const Source q = AnySource("q");
  const Source r = AnySource("r");
  const std::string a = KeyColumn(q);
  const std::string b = KeyColumn(r);
  RandomQuery query;
  switch (choices_.Below(7)) {
    case 0:
      // By an index that descends SQLite 3.40 misses the NULL that NOT IN asks for.
      query.sql = fmt::format("SELECT count(*) FROM {} WHERE {} {} (SELECT +{} FROM {}{})", q.sql,
                              a, choices_.Word({"IN", "IN", "NOT IN"}), b, r.sql, Where(r));
      break;
    case 1:
      query.sql = fmt::format(
          "SELECT count(*), min({}) FROM {} WHERE {}EXISTS (SELECT 1 FROM {} WHERE {} = {})", a,
          q.sql, choices_.Word({"", "NOT "}), r.sql, b, a);
      query.is_loose = true;
      break;
    case 2:
      query.sql = fmt::format("SELECT {}, (SELECT count(*) FROM {} WHERE {} {} {}) FROM {}{}", a,
                              r.sql, b, choices_.Word({"=", "<", "IS"}), a, q.sql, Where(q));
      break;
    case 3:
      query.sql = fmt::format("SELECT {} FROM {}{} {} SELECT {} FROM {}{}", a, q.sql, Where(q),
                              choices_.Word({"UNION", "EXCEPT", "INTERSECT", "UNION ALL"}), b,
                              r.sql, Where(r));
      query.is_loose = true;
      break;
    case 4:
      query.sql = fmt::format(
          "WITH w(x) AS (SELECT {} FROM {}{}) SELECT count(*) FROM w JOIN {} ON w.x = {}", a, q.sql,
          Where(q), r.sql, b);
      break;
    case 5:
      query.sql = fmt::format(
          "WITH v(x) AS (VALUES({}), ({}), ({})) SELECT x, count(*) FROM v JOIN {} ON {} {} x "
          "GROUP BY "
          "1",
          NastyLiteral(choices_), Operand(q, a), Operand(q, a), q.sql, a,
          choices_.Word({"=", "IS", "<", "=", "="}));
      query.is_loose = true;
      break;
    default:
      query.sql = fmt::format("SELECT count(*) FROM {} WHERE {} = (SELECT {}({}) FROM {}{})", q.sql,
                              a, choices_.Word({"min", "max", "count"}), b, r.sql, Where(r));
  }
  return query;
}

}  // namespace pvc
