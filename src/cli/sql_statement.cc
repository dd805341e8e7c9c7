#include "cli/sql_statement.h"

#include <algorithm>

namespace pvc {
namespace {

/// Where the quoted name, string or comment that begins at `at` ends; `at` itself when none begins.
size_t SkipQuoted(std::string_view sql, size_t at) {
  const auto after = [&](std::string_view closing, size_t from) {
    const size_t found = sql.find(closing, from);
    return found == std::string_view::npos ? sql.size() : found + closing.size();
  };
  switch (sql[at]) {
    case '\'':
    case '"':
    case '`':
      // A doubled quote ends one string and begins the next: the same to a reader of ends.
      return after(sql.substr(at, 1), at + 1);
    case '[':
      return after("]", at + 1);
    case '/':
      return sql.substr(at, 2) == "/*" ? after("*/", at + 2) : at;
    default:
      return at;
  }
}

bool EndsInLineComment(std::string_view sql) {
  size_t at = 0;
  while (at < sql.size()) {
    if (sql.substr(at, 2) == "--") {
      at = sql.find('\n', at);
      if (at == std::string_view::npos) return true;
      continue;
    }
    at = std::max(SkipQuoted(sql, at), at + 1);
  }
  return false;
}

}  // namespace

std::string TerminateStatement(std::string_view sql) {
  return std::string(sql) + (EndsInLineComment(sql) ? "\n;\n" : ";\n");
}

}  // namespace pvc
