#include "sqlite/create_table_text.h"

#include <algorithm>

#include "base/assert.h"
#include "sqlite/database.h"
#include "sqlite/sql_tokens.h"

namespace pvc {
namespace {

using Part = CreateTableText::Part;

/// Cuts "CREATE TABLE IF NOT EXISTS main.name" off the front of `sql`. Returns: the name.
std::optional<SqlToken> TakeTableName(std::string_view& sql) {
  auto token = TakeSqlToken(sql);
  if (!token || !token->IsWord("CREATE")) return std::nullopt;
  token = TakeSqlToken(sql);
  if (token && (token->IsWord("TEMP") || token->IsWord("TEMPORARY"))) token = TakeSqlToken(sql);
  if (!token || !token->IsWord("TABLE")) return std::nullopt;

  auto name = TakeSqlToken(sql);
  if (name && name->IsWord("IF")) {
    // It is a name too: CREATE TABLE if(a).
    std::string_view rest = sql;
    if (token = TakeSqlToken(rest); token && token->IsWord("NOT")) {
      if (token = TakeSqlToken(rest); !token || !token->IsWord("EXISTS")) return std::nullopt;
      name = TakeSqlToken(rest);
      sql = rest;
    }
  }
  std::string_view rest = sql;
  if (token = TakeSqlToken(rest); token && token->IsSymbol(".")) {
    name = TakeSqlToken(rest);
    sql = rest;
  }
  if (!name || !name->IsName()) return std::nullopt;
  return name;
}

/// The name token of a head that has one.
SqlToken NameToken(std::string_view head) {
  const auto name = TakeTableName(head);
  PVC_ASSERT(name.has_value());
  return *name;
}

bool BeginsTableConstraint(const SqlToken& token) {
  for (const char* word : {"CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"}) {
    if (token.IsWord(word)) return true;
  }
  return false;
}

/// The white space at the front of `sql`.
std::string_view LeadingSpace(std::string_view sql) {
  size_t end = 0;
  while (end < sql.size()) {
    const SqlToken token = FirstSqlToken(sql.substr(end));
    if (token.kind != SqlTokenKind::kSpace) break;
    end += token.text.size();
  }
  return sql.substr(0, end);
}

/// The white space at the end of `sql`.
std::string_view TrailingSpace(std::string_view sql) {
  size_t begin = 0;
  for (size_t at = 0; at < sql.size();) {
    const SqlToken token = FirstSqlToken(sql.substr(at));
    at += token.text.size();
    if (token.kind != SqlTokenKind::kSpace) begin = at;
  }
  return sql.substr(begin);
}

std::optional<Part> MakePart(std::string_view sql) {
  Part part;
  part.space_before = LeadingSpace(sql);
  sql.remove_prefix(part.space_before.size());
  sql.remove_suffix(TrailingSpace(sql).size());
  part.text = sql;
  const auto first = TakeSqlToken(sql);
  if (!first) return std::nullopt;
  part.is_column = !BeginsTableConstraint(*first);
  if (part.is_column) {
    if (!first->IsName()) return std::nullopt;
    part.column_name = first->Name();
  }
  return part;
}

/// Whether `tail` is ")" and table options.
bool IsTail(std::string_view tail) {
  bool has_ended = false;
  tail.remove_prefix(1);
  while (const auto token = TakeSqlToken(tail)) {
    if (has_ended) return false;
    has_ended = token->IsSymbol(";");
    if (!has_ended && !token->IsSymbol(",") && token->kind != SqlTokenKind::kWord) return false;
  }
  return true;
}

/// Cuts `sql`, all behind the opening parenthesis, into the parts and the tail of `table`.
bool SplitBody(std::string_view sql, CreateTableText& table) {
  size_t depth = 0;
  size_t part_begin = 0;
  for (size_t at = 0; at < sql.size();) {
    const SqlToken token = FirstSqlToken(sql.substr(at));
    if (token.kind == SqlTokenKind::kIllegal) return false;
    const bool is_end = depth == 0 && token.IsSymbol(")");
    if (is_end || (depth == 0 && token.IsSymbol(","))) {
      const std::string_view text = sql.substr(part_begin, at - part_begin);
      auto part = MakePart(text);
      if (!part) return false;
      table.parts.push_back(std::move(*part));
      if (is_end) {
        table.space_before_tail = TrailingSpace(text);
        table.tail = sql.substr(at);
        return IsTail(table.tail);
      }
      part_begin = at + 1;
    } else if (token.IsSymbol("(")) {
      ++depth;
    } else if (token.IsSymbol(")")) {
      --depth;
    }
    at += token.text.size();
  }
  return false;
}

}  // namespace

std::optional<CreateTableText> SplitCreateTable(std::string_view sql) {
  std::string_view rest = sql;
  if (!TakeTableName(rest)) return std::nullopt;
  const auto open = TakeSqlToken(rest);
  if (!open || !open->IsSymbol("(")) return std::nullopt;

  CreateTableText table;
  table.head = sql.substr(0, sql.size() - rest.size());
  if (!SplitBody(rest, table)) return std::nullopt;
  const auto is_column = [](const Part& part) { return part.is_column; };
  if (!table.parts.front().is_column ||
      !std::is_partitioned(table.parts.begin(), table.parts.end(), is_column)) {
    return std::nullopt;
  }
  return table;
}

std::string JoinCreateTable(const CreateTableText& table) {
  std::string sql = table.head;
  bool is_in_comment = false;
  for (size_t i = 0; i < table.parts.size(); ++i) {
    if (is_in_comment) sql += '\n';
    if (i > 0) sql += ',';
    sql += table.parts[i].space_before;
    sql += table.parts[i].text;
    is_in_comment = EndsInLineComment(table.parts[i].text);
  }
  if (is_in_comment && table.space_before_tail.find('\n') == std::string::npos) sql += '\n';
  return sql + table.space_before_tail + table.tail;
}

std::string TableName(const CreateTableText& table) { return NameToken(table.head).Name(); }

CreateTableText WithTableName(CreateTableText table, std::string_view new_name) {
  const SqlToken name = NameToken(table.head);
  const auto at = static_cast<size_t>(name.text.data() - table.head.data());
  // CREATE TABLE[a](b): words need no space around quotes, so none is missing.
  table.head.replace(at, name.text.size(), QuoteIdentifier(new_name));
  return table;
}

std::string_view DefinitionBehindName(const CreateTableText::Part& part) {
  std::string_view text = part.text;
  TakeSqlToken(text);
  text.remove_prefix(LeadingSpace(text).size());
  return text;
}

}  // namespace pvc
