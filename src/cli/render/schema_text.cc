#include "cli/render/schema_text.h"

#include <fmt/format.h>

#include <algorithm>

namespace pvc {
namespace {

/// Runs of white space become one space.
std::string Collapse(std::string_view sql) {
  std::string out;
  for (const char c : sql) {
    const bool is_space = c == ' ' || c == '\n' || c == '\t' || c == '\r';
    if (!is_space) {
      out += c;
    } else if (!out.empty() && out.back() != ' ') {
      out += ' ';
    }
  }
  return out;
}

/// What follows the name in the object's SQL text: its columns, its ON, its AS.
std::string Tail(const SchemaChange& change, const std::string& sql) {
  size_t at = sql.find(change.name);
  if (at == std::string::npos) return "";
  at += change.name.size();
  // The name's closing quote.
  if (at < sql.size() && (sql[at] == '"' || sql[at] == '`' || sql[at] == ']' || sql[at] == '\'')) {
    ++at;
  }
  return sql.substr(at);
}

}  // namespace

LabelledText FormatSchemaChange(const SchemaChange& change, size_t columns) {
  constexpr size_t kContextColumns = 20;
  LabelledText text;
  const std::string subject =
      fmt::format("{} {}", SchemaObjectKindName(change.object_kind), EscapeName(change.name));
  if (change.kind == ChangeKind::kChanged) {
    text.Add(Label::kChanged, "~ " + subject);
    text.Add(Label::kPlain, ": ");
    LabelledText words = FormatWordChange(change.sql_before, change.sql_after, kContextColumns);
    text.pieces.insert(text.pieces.end(), words.pieces.begin(), words.pieces.end());
    return text;
  }
  const bool is_added = change.kind == ChangeKind::kAdded;
  const std::string sql = Collapse(is_added ? change.sql_after : change.sql_before);
  const std::string line = (is_added ? "+ " : "- ") + subject + EscapeName(Tail(change, sql));
  text.Add(is_added ? Label::kAdded : Label::kRemoved,
           Ellipsize(line, std::max<size_t>(columns, 20)));
  return text;
}

}  // namespace pvc
