#include "vcs/merge/constraint_mentions.h"

#include <algorithm>

#include "sqlite/create_table_text.h"
#include "sqlite/sql_tokens.h"
#include "vcs/ascii_case.h"

namespace pvc {
namespace {

// Whether the parts of a table's text that mention something are in the other text too.
bool HasPartsOf(std::string_view sql, std::string_view other, bool ConstraintMentions::*mention) {
  const auto table = SplitCreateTable(sql);
  const auto known = SplitCreateTable(other);
  if (!table || !known) return false;
  return std::all_of(table->parts.begin(), table->parts.end(), [&](const auto& part) {
    return !(ReadConstraintMentions(part.text).*mention) ||
           std::any_of(known->parts.begin(), known->parts.end(),
                       [&](const auto& p) { return SameSql(p.text, part.text); });
  });
}

// Whether every column that both texts have is defined alike.
bool DefinesColumnsAlike(std::string_view sql, std::string_view other) {
  const auto table = SplitCreateTable(sql);
  const auto known = SplitCreateTable(other);
  if (!table || !known) return false;
  return std::all_of(table->parts.begin(), table->parts.end(), [&](const auto& part) {
    return !part.is_column ||
           std::none_of(known->parts.begin(), known->parts.end(), [&](const auto& p) {
             return p.is_column && EqualIgnoringAsciiCase(p.column_name, part.column_name) &&
                    !SameSql(DefinitionBehindName(p), DefinitionBehindName(part));
           });
  });
}

}  // namespace

ConstraintMentions ReadConstraintMentions(std::string_view sql) {
  ConstraintMentions mentions;
  while (const auto token = TakeSqlToken(sql)) {
    mentions.unique = mentions.unique || token->IsWord("unique");
    mentions.check = mentions.check || token->IsWord("check");
    mentions.not_null = mentions.not_null || token->IsWord("not") || token->IsWord("strict");
    mentions.references = mentions.references || token->IsWord("references");
  }
  return mentions;
}

std::set<std::string> ReferencedTables(std::string_view sql) {
  std::set<std::string> parents;
  bool is_next = false;
  while (const auto token = TakeSqlToken(sql)) {
    if (is_next && token->IsName()) parents.insert(FoldAsciiCase(token->Name()));
    is_next = token->IsWord("references");
  }
  return parents;
}

bool KnowsUniques(std::string_view sql, std::string_view other) {
  return HasPartsOf(sql, other, &ConstraintMentions::unique) && DefinesColumnsAlike(sql, other);
}

bool KnowsForeignKeys(std::string_view sql, std::string_view other) {
  return HasPartsOf(sql, other, &ConstraintMentions::references);
}

bool IsUniqueIndexOf(const CatalogEntry& index, const CatalogEntry& table) {
  return index.object.kind == SchemaObjectKind::kIndex &&
         EqualIgnoringAsciiCase(index.object.table_name, table.object.name) &&
         ReadConstraintMentions(index.object.sql).unique;
}

}  // namespace pvc
