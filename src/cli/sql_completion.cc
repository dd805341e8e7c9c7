#include "cli/sql_completion.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>

#include "sqlite/database.h"
#include "sqlite/sql_tokens.h"
#include "vcs/ascii_case.h"

namespace pvc {
namespace {

constexpr auto kKeywords = std::to_array<std::string_view>({
    "ABORT",        "ADD",      "ALL",        "ALTER",     "ANALYZE",     "AND",
    "AS",           "ASC",      "ATTACH",     "BEGIN",     "BETWEEN",     "BY",
    "CASCADE",      "CASE",     "CAST",       "CHECK",     "COLLATE",     "COLUMN",
    "COMMIT",       "CONFLICT", "CONSTRAINT", "CREATE",    "CROSS",       "CURRENT_DATE",
    "DATABASE",     "DEFAULT",  "DELETE",     "DESC",      "DETACH",      "DISTINCT",
    "DROP",         "ELSE",     "END",        "ESCAPE",    "EXCEPT",      "EXISTS",
    "EXPLAIN",      "FILTER",   "FOREIGN",    "FROM",      "FULL",        "GLOB",
    "GROUP",        "HAVING",   "IF",         "IGNORE",    "IMMEDIATE",   "IN",
    "INDEX",        "INNER",    "INSERT",     "INTERSECT", "INTO",        "IS",
    "JOIN",         "KEY",      "LEFT",       "LIKE",      "LIMIT",       "MATCH",
    "MATERIALIZED", "NATURAL",  "NOT",        "NULL",      "OFFSET",      "ON",
    "OR",           "ORDER",    "OUTER",      "OVER",      "PARTITION",   "PLAN",
    "PRAGMA",       "PRIMARY",  "QUERY",      "RECURSIVE", "REFERENCES",  "REINDEX",
    "RELEASE",      "RENAME",   "REPLACE",    "RETURNING", "RIGHT",       "ROLLBACK",
    "ROW",          "ROWS",     "SAVEPOINT",  "SELECT",    "SET",         "STRICT",
    "TABLE",        "TEMP",     "THEN",       "TO",        "TRANSACTION", "TRIGGER",
    "UNION",        "UNIQUE",   "UPDATE",     "USING",     "VACUUM",      "VALUES",
    "VIEW",         "VIRTUAL",  "WHEN",       "WHERE",     "WINDOW",      "WITH",
    "WITHOUT",
});

/// Words that a table follows.
constexpr auto kBeforeTable =
    std::to_array<std::string_view>({"FROM", "JOIN", "INTO", "UPDATE", "TABLE"});

/// So many are asked for their columns.
constexpr std::ptrdiff_t kMaxTables = 100;

bool BeginsIgnoringCase(std::string_view text, std::string_view beginning) {
  return text.size() >= beginning.size() &&
         EqualIgnoringAsciiCase(text.substr(0, beginning.size()), beginning);
}

bool IsKeyword(std::string_view word) {
  return std::any_of(kKeywords.begin(), kKeywords.end(),
                     [&](std::string_view known) { return EqualIgnoringAsciiCase(word, known); });
}

/// A name as it can stand in SQL.
std::string SqlName(const std::string& name) {
  const SqlToken token = name.empty() ? SqlToken{} : FirstSqlToken(name);
  const bool is_plain =
      token.kind == SqlTokenKind::kWord && token.text.size() == name.size() && !IsKeyword(name);
  return is_plain ? name : QuoteIdentifier(name);
}

/// A statement up to the word that is to be completed.
struct Beginning {
  std::vector<SqlToken> tokens;  ///< without white space and comments
  std::string_view word;         ///< may be empty, or begin with a quote that is not closed
};

/// Returns: nothing where no name can stand.
std::optional<Beginning> Read(std::string_view sql) {
  Beginning beginning;
  std::string_view rest = sql;
  while (!rest.empty()) {
    const SqlToken token = FirstSqlToken(rest);
    rest.remove_prefix(token.text.size());
    const bool is_last = rest.empty();
    switch (token.kind) {
      case SqlTokenKind::kSpace:
        break;
      case SqlTokenKind::kLineComment:
        if (is_last) return std::nullopt;
        break;
      case SqlTokenKind::kBlockComment:
        if (is_last && (token.text.size() < 4 || !token.text.ends_with("*/"))) return std::nullopt;
        break;
      case SqlTokenKind::kWord:
        if (is_last) {
          beginning.word = token.text;
          return beginning;
        }
        beginning.tokens.push_back(token);
        break;
      case SqlTokenKind::kIllegal:
        if (!is_last || token.text[0] != '"') return std::nullopt;
        beginning.word = token.text;
        return beginning;
      case SqlTokenKind::kSymbol:
        if (token.text == ";") {
          beginning.tokens.clear();
        } else {
          beginning.tokens.push_back(token);
        }
        break;
      default:
        if (is_last) return std::nullopt;
        beginning.tokens.push_back(token);
        break;
    }
  }
  beginning.word = sql.substr(sql.size());
  return beginning;
}

class Completer {
 public:
  Completer(const Beginning& beginning, const SqlNames& names)
      : beginning_(beginning), names_(names) {
    if (names_.tables) tables_ = names_.tables();
  }

  std::vector<std::string> Complete() {
    const std::vector<SqlToken>& tokens = beginning_.tokens;
    if (!tokens.empty() && tokens.back().IsSymbol(".")) {
      AddBehindPoint();
    } else {
      const bool is_table_place =
          !tokens.empty() && std::any_of(kBeforeTable.begin(), kBeforeTable.end(),
                                         [&](auto word) { return tokens.back().IsWord(word); });
      if (!is_table_place) {
        AddColumns();
        AddKeywords();
      }
      AddNames(tables_);
      if (names_.functions) AddNames(names_.functions());
    }
    return {found_.begin(), found_.end()};
  }

 private:
  bool IsQuoted() const { return beginning_.word.starts_with('"'); }

  void AddName(const std::string& name) {
    const std::string_view typed = beginning_.word;
    const bool begins = IsQuoted() ? BeginsIgnoringCase(QuoteIdentifier(name), typed)
                                   : BeginsIgnoringCase(name, typed);
    if (begins) found_.insert(IsQuoted() ? QuoteIdentifier(name) : SqlName(name));
  }

  void AddNames(const std::vector<std::string>& names) {
    for (const std::string& name : names) AddName(name);
  }

  void AddKeywords() {
    const std::string_view typed = beginning_.word;
    if (typed.empty() || IsQuoted()) return;
    const bool is_lower =
        std::none_of(typed.begin(), typed.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
    for (const std::string_view keyword : kKeywords) {
      if (!BeginsIgnoringCase(keyword, typed)) continue;
      found_.insert(is_lower ? FoldAsciiCase(keyword) : std::string(keyword));
    }
  }

  bool IsTable(const std::string& name) const {
    return std::any_of(tables_.begin(), tables_.end(), [&](const std::string& table) {
      return EqualIgnoringAsciiCase(table, name);
    });
  }

  /// Columns of the tables that the statement names; as long as it names none, those of all.
  void AddColumns() {
    if (!names_.columns) return;
    std::vector<std::string> named;
    for (const SqlToken& token : beginning_.tokens) {
      if (token.IsName() && IsTable(token.Name())) named.push_back(token.Name());
    }
    if (named.empty() && !beginning_.tokens.empty()) {
      named.assign(tables_.begin(), tables_.begin() + std::min(std::ssize(tables_), kMaxTables));
    }
    for (const std::string& table : named) AddNames(names_.columns(table));
  }

  /// "users.": a table's columns; "HEAD~1".: tables.
  void AddBehindPoint() {
    const std::vector<SqlToken>& tokens = beginning_.tokens;
    if (tokens.size() < 2 || !tokens[tokens.size() - 2].IsName()) return;
    const std::string qualifier = tokens[tokens.size() - 2].Name();
    if (!IsTable(qualifier)) return AddNames(tables_);
    if (names_.columns) AddNames(names_.columns(qualifier));
  }

  const Beginning& beginning_;
  const SqlNames& names_;
  std::vector<std::string> tables_;
  std::set<std::string> found_;
};

}  // namespace

LineCompletion CompleteSql(std::string_view before, std::string_view line, const SqlNames& names) {
  LineCompletion completion;
  const std::string sql = std::string(before) + std::string(line);
  const std::optional<Beginning> beginning = Read(sql);
  // A word that began on an earlier line cannot be replaced.
  if (!beginning || beginning->word.size() > line.size()) return completion;
  completion.word_begin = line.size() - beginning->word.size();
  completion.words = Completer(*beginning, names).Complete();
  return completion;
}

}  // namespace pvc
