#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "tests/vcs/query/query_database.h"
#include "tests/vcs/query/statement_answer.h"

namespace pvc {

/// A query, and what its answer is judged by.
struct RandomQuery {
  std::string sql;
  std::vector<BoundValue> bound;
  /// Every row that the answer may have, its place in the order asked for behind it. Empty: the
  /// answer is all there is, in any order.
  std::string all_rows_sql;
  bool is_loose = false;  ///< rows are picked among equals: compare by LooseCell
};

/// Makes queries over the tables of a database.
class RandomQueryMaker {
 public:
  /// Of a table, the text that names it in FROM.
  using Naming = std::function<std::string(const QueriedTable&)>;

  /// `path`: the database, where literals are taken from; `tables`: of it, at least one.
  RandomQueryMaker(const std::string& path, std::vector<QueriedTable> tables, Choices& choices,
                   Naming naming = NameInMain);

  RandomQuery Make();
  /// A query with its tables as NameInMain names them.
  RandomQuery InMain(RandomQuery query) const;

  static std::string NameInMain(const QueriedTable& table) { return RawQuote(table.name); }

 private:
  struct Source {
    std::string sql;  ///< FROM clause
    const QueriedTable* table = nullptr;
    std::string alias;
  };

  RandomQuery MakeSelect();
  RandomQuery MakeAggregate();
  RandomQuery MakeJoin();
  RandomQuery MakeSubquery();

  Source AnySource(const std::string& alias);
  std::string AnyColumn(const Source& source);
  std::string KeyColumn(const Source& source);
  std::string Operand(const Source& source, const std::string& column);
  std::string Condition(const Source& source);
  std::string Where(const Source& source);
  std::vector<std::string> OrderTerms(const Source& source);
  std::string LimitClause();
  std::string Bind(const std::string& literal);

  Choices& choices_;
  std::vector<QueriedTable> tables_;
  Naming naming_;
  std::map<std::string, std::vector<std::string>> literals_;  // by table and column
  std::vector<BoundValue> bound_;                             // of the query being made
  bool can_match_patterns_ = true;
};

}  // namespace pvc
