#include "sqlite/sql_tokens.h"

#include <sqlite3.h>

#include <array>

namespace pvc {
namespace {

using Kind = SqlTokenKind;

constexpr std::array<std::string_view, 10> kLongSymbols = {"->>", "->", "<=", "<>", "<<",
                                                           ">=",  ">>", "==", "!=", "||"};
constexpr std::string_view kSymbols = "();+-*/%=<>|,&~.";
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool IsWordByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || IsDigit(c) || c == '_' || c == '$' ||
         static_cast<unsigned char>(c) >= 0x80;
}

/// A vertical tab is white space behind other white space only.
bool BeginsSpace(char c) { return c == ' ' || (c >= '\t' && c <= '\r' && c != '\v'); }
bool ContinuesSpace(char c) { return BeginsSpace(c) || c == '\v'; }

bool EqualIgnoringCase(std::string_view a, std::string_view b) {
  return a.size() == b.size() &&
         sqlite3_strnicmp(a.data(), b.data(), static_cast<int>(a.size())) == 0;
}

size_t SkipWhile(std::string_view sql, size_t at, bool (*is_kind)(char)) {
  while (at < sql.size() && is_kind(sql[at])) ++at;
  return at;
}

/// Where the quotes that open at `at` end; npos when they do not.
size_t QuotesEnd(std::string_view sql, size_t at) {
  const char close = sql[at] == '[' ? ']' : sql[at];
  for (++at;; ++at) {
    at = sql.find(close, at);
    if (at == std::string_view::npos) return at;
    const bool is_doubled = close != ']' && at + 1 < sql.size() && sql[at + 1] == close;
    if (!is_doubled) return at + 1;
    ++at;
  }
}

SqlToken QuotedToken(std::string_view sql, size_t quote_at, Kind kind) {
  const size_t end = QuotesEnd(sql, quote_at);
  if (end == std::string_view::npos) return {Kind::kIllegal, sql};
  return {kind, sql.substr(0, end)};
}

SqlToken NumberToken(std::string_view sql) {
  size_t end = SkipWhile(sql, 0, IsDigit);
  if (end < sql.size() && sql[end] == '.') end = SkipWhile(sql, end + 1, IsDigit);
  if (end < sql.size() && (sql[end] == 'e' || sql[end] == 'E')) {
    const size_t digits =
        end + 1 < sql.size() && (sql[end + 1] == '+' || sql[end + 1] == '-') ? end + 2 : end + 1;
    if (digits < sql.size() && IsDigit(sql[digits])) end = SkipWhile(sql, digits, IsDigit);
  }
  // Hexadecimal digits, and the digit separators of later versions.
  return {Kind::kNumber, sql.substr(0, SkipWhile(sql, end, IsWordByte))};
}

SqlToken BlockCommentToken(std::string_view sql) {
  const size_t close = sql.find("*/", 2);
  return {Kind::kBlockComment, close == std::string_view::npos ? sql : sql.substr(0, close + 2)};
}

/// What two characters or more decide.
std::optional<SqlToken> LongToken(std::string_view sql) {
  if (sql.starts_with("--")) return SqlToken{Kind::kLineComment, sql.substr(0, sql.find('\n'))};
  // At the very end "/*" is a division and a product.
  if (sql.starts_with("/*") && sql.size() > 2) return BlockCommentToken(sql);
  if (sql.starts_with("x'") || sql.starts_with("X'")) return QuotedToken(sql, 1, Kind::kBlob);
  if (sql.size() > 1 && sql[0] == '.' && IsDigit(sql[1])) return NumberToken(sql);
  if (sql.starts_with(kByteOrderMark)) return SqlToken{Kind::kSpace, sql.substr(0, 3)};
  for (const std::string_view symbol : kLongSymbols) {
    if (sql.starts_with(symbol)) return SqlToken{Kind::kSymbol, sql.substr(0, symbol.size())};
  }
  return std::nullopt;
}

bool IsMeaningful(const SqlToken& token) {
  return token.kind != Kind::kSpace && token.kind != Kind::kLineComment &&
         token.kind != Kind::kBlockComment;
}

/// Words that mean something else than the name that they would be in quotes.
bool IsReserved(std::string_view word) {
  return sqlite3_keyword_check(word.data(), static_cast<int>(word.size())) != 0 ||
         EqualIgnoringCase(word, "true") || EqualIgnoringCase(word, "false");
}

bool SameToken(const SqlToken& a, const SqlToken& b) {
  const auto is_word = [](const SqlToken& token) { return token.kind == Kind::kWord; };
  const auto is_name = [](const SqlToken& token) {
    return token.kind == Kind::kWord || token.kind == Kind::kQuotedName;
  };
  if (is_name(a) && is_name(b)) {
    if (is_word(a) && is_word(b)) return EqualIgnoringCase(a.text, b.text);
    if ((is_word(a) && IsReserved(a.text)) || (is_word(b) && IsReserved(b.text))) return false;
    return a.Name() == b.Name();
  }
  if (a.kind != b.kind) return false;
  if (a.kind == Kind::kNumber || a.kind == Kind::kBlob) return EqualIgnoringCase(a.text, b.text);
  return a.text == b.text;
}

}  // namespace

bool SqlToken::IsWord(std::string_view word) const {
  return kind == Kind::kWord && EqualIgnoringCase(text, word);
}

std::string SqlToken::Name() const {
  if (kind == Kind::kWord) return std::string(text);
  const char quote = text.front();
  std::string name;
  for (size_t i = 1; i + 1 < text.size(); ++i) {
    name += text[i];
    if (text[i] == quote && quote != '[') ++i;  // its twin
  }
  return name;
}

SqlToken FirstSqlToken(std::string_view sql) {
  if (const auto token = LongToken(sql)) return *token;
  const char first = sql[0];
  if (BeginsSpace(first)) return {Kind::kSpace, sql.substr(0, SkipWhile(sql, 1, ContinuesSpace))};
  if (IsDigit(first)) return NumberToken(sql);
  switch (first) {
    case '\'':
      return QuotedToken(sql, 0, Kind::kString);
    case '"':
    case '`':
    case '[':
      return QuotedToken(sql, 0, Kind::kQuotedName);
    case '?':
      return {Kind::kVariable, sql.substr(0, SkipWhile(sql, 1, IsDigit))};
    case '$':
    case '@':
    case '#':
    case ':': {
      const size_t end = SkipWhile(sql, 1, IsWordByte);
      return {end > 1 ? Kind::kVariable : Kind::kIllegal, sql.substr(0, end)};
    }
    default:
      break;
  }
  if (IsWordByte(first)) return {Kind::kWord, sql.substr(0, SkipWhile(sql, 1, IsWordByte))};
  const bool is_symbol = kSymbols.find(first) != std::string_view::npos;
  return {is_symbol ? Kind::kSymbol : Kind::kIllegal, sql.substr(0, 1)};
}

std::optional<SqlToken> TakeSqlToken(std::string_view& sql) {
  while (!sql.empty()) {
    const SqlToken token = FirstSqlToken(sql);
    sql.remove_prefix(token.text.size());
    if (IsMeaningful(token)) return token;
  }
  return std::nullopt;
}

bool EndsInLineComment(std::string_view sql) {
  SqlToken token;
  while (!sql.empty()) {
    token = FirstSqlToken(sql);
    sql.remove_prefix(token.text.size());
  }
  return token.kind == Kind::kLineComment;
}

bool SameSql(std::string_view a, std::string_view b) {
  for (;;) {
    const auto a_token = TakeSqlToken(a);
    const auto b_token = TakeSqlToken(b);
    if (!a_token || !b_token) return !a_token && !b_token;
    if (!SameToken(*a_token, *b_token)) return false;
  }
}

}  // namespace pvc
