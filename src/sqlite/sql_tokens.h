#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pvc {

enum class SqlTokenKind : uint8_t {
  kSpace,
  kLineComment,   ///< up to, not with, its line end
  kBlockComment,  ///< one that is not closed reaches to the end, as in SQLite
  kWord,          ///< a keyword or a name without quotes
  kQuotedName,    ///< "a", `a`, [a]
  kString,        ///< 'a'; where a name belongs SQLite takes it for one
  kBlob,          ///< x'00'
  kNumber,
  kVariable,  ///< ?1, :a, @a, $a
  kSymbol,    ///< an operator, parenthesis, comma, point or semicolon
  kIllegal,   ///< no token of SQLite's; a quote that is not closed reaches to the end
};

struct SqlToken {
  SqlTokenKind kind = SqlTokenKind::kIllegal;
  std::string_view text;  ///< verbatim, never empty

  bool IsSymbol(std::string_view symbol) const {
    return kind == SqlTokenKind::kSymbol && text == symbol;
  }
  /// Whether it is this word without quotes, whatever its case.
  bool IsWord(std::string_view word) const;
  /// Whether it can stand where SQLite wants a name.
  bool IsName() const {
    return kind == SqlTokenKind::kWord || kind == SqlTokenKind::kQuotedName ||
           kind == SqlTokenKind::kString;
  }
  /// The name without its quotes.   Requires: IsName().
  std::string Name() const;
};

/// The token at the front of `sql`, white space and comments being tokens too. Tokens end where
/// SQLite's do.
///
/// Requires: !sql.empty().   Lifetime: it points into `sql`.   Source: SQLite's tokenize.c.
SqlToken FirstSqlToken(std::string_view sql);

/// Cuts white space, comments and the token behind them off the front of `sql`.
/// Returns: that token; nothing, with `sql` empty, when there is none.
std::optional<SqlToken> TakeSqlToken(std::string_view& sql);

/// Whether text put behind `sql` would be part of a comment.
bool EndsInLineComment(std::string_view sql);

/// Whether two pieces of SQL differ in nothing but white space, comments, the case of what stands
/// without quotes, and the quoting of names: "a" = a = [a] = `a`.
///
/// Quoting tells where it may give another meaning: "check" is not CHECK, nor "true" true, and
/// names compare by case once one is quoted, because DEFAULT "A" is text.
bool SameSql(std::string_view a, std::string_view b);

}  // namespace pvc
