#include "cli/schema_conflict_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "sqlite/create_table_text.h"
#include "vcs/ascii_case.h"

namespace pvc {
namespace {

constexpr size_t kContextColumns = 20;

/// The definition of a column in the text of a CREATE TABLE; nothing where it has no such column.
/// Text that is none is given back.
std::string ColumnText(const std::string& sql, const std::string& column) {
  const auto table = SplitCreateTable(sql);
  if (!table) return sql;
  for (const CreateTableText::Part& part : table->parts) {
    if (part.is_column && EqualIgnoringAsciiCase(part.column_name, column)) return part.text;
  }
  return "";
}

/// A reason with the names of the sides in it: "dropped by main, changed by try".
std::string WithNames(const std::string& reason, const SideNames& names) {
  std::string text;
  bool in_quotes = false;
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  for (size_t at = 0; at < reason.size();) {
    size_t end = at;
    while (end < reason.size() && is_letter(reason[end])) ++end;
    const std::string_view word = std::string_view(reason).substr(at, end - at);
    if (word.empty()) {
      if (reason[at] == '\'') in_quotes = !in_quotes;
      text += reason[at++];
      continue;
    }
    text += in_quotes || (word != "ours" && word != "theirs") ? word
            : word == "ours"                                  ? std::string_view(names.ours)
                                                              : std::string_view(names.theirs);
    at = end;
  }
  return EscapeName(text);
}

struct SideText {
  std::string name;
  std::string text;
};

void AddTextComparison(const SideText& before, const SideText& after,
                       std::vector<ConflictLine>& lines) {
  LabelledText item = PlainItem(SideArrow(before.name, after.name));
  std::vector<ConflictLine> compared;
  if (before.text == after.text) {
    item.Add(Label::kMuted, " unchanged");
  } else if (after.text.empty()) {
    item.Add(Label::kRemoved, " dropped");
  } else {
    if (HasLines(before.text) || HasLines(after.text)) {
      compared = CompareLines(before.text, after.text);
    }
    if (compared.empty()) {
      item.Add(Label::kPlain, " ");
      AppendItem(item, FormatWordChange(before.text, after.text, kContextColumns));
    }
  }
  lines.push_back({std::move(item)});
  lines.insert(lines.end(), compared.begin(), compared.end());
}

}  // namespace

std::string SchemaConflictTitle(const SchemaConflict& conflict, const SideNames& names) {
  if (!conflict.kind) {
    return fmt::format("{}: base {}, {} {}, {} {}", EscapeName(conflict.name),
                       EscapeName(conflict.base), EscapeName(names.ours), EscapeName(conflict.ours),
                       EscapeName(names.theirs), EscapeName(conflict.theirs));
  }
  std::string title =
      fmt::format("{} {}", SchemaObjectKindName(*conflict.kind), EscapeName(conflict.name));
  if (!conflict.column.empty()) title += ", column " + EscapeName(conflict.column);
  return title + ": " + WithNames(conflict.reason, names);
}

std::vector<ConflictLine> DescribeSchemaConflict(const SchemaConflict& conflict,
                                                 const SideNames& names, size_t columns) {
  std::vector<ConflictLine> lines;
  if (!conflict.kind) return lines;
  std::vector<SideText> sides = {
      {"base", conflict.base}, {names.ours, conflict.ours}, {names.theirs, conflict.theirs}};
  if (!conflict.column.empty()) {
    for (SideText& side : sides) side.text = ColumnText(side.text, conflict.column);
  }
  size_t name_columns = 0;
  bool is_short = true;
  for (const SideText& side : sides) {
    name_columns = std::max(name_columns, DisplayWidth(EscapeName(side.name)));
    is_short = is_short && !HasLines(side.text);
  }
  const size_t room = columns > name_columns + 22 ? columns - name_columns - 2 : 20;
  for (const SideText& side : sides) {
    is_short = is_short && DisplayWidth(EscapeName(side.text)) <= room;
  }
  if (is_short) {
    for (const SideText& side : sides) {
      LabelledText item;
      item.Add(Label::kMuted, PadRight(EscapeName(side.name), name_columns) + "  ");
      item.Add(side.text.empty()     ? Label::kMuted
               : side.name == "base" ? Label::kRemoved
                                     : Label::kAdded,
               side.text.empty() ? "(none)" : EscapeName(side.text));
      lines.push_back({std::move(item)});
    }
    return lines;
  }
  if (sides[0].text.empty()) {
    AddTextComparison(sides[1], sides[2], lines);
  } else {
    AddTextComparison(sides[0], sides[1], lines);
    AddTextComparison(sides[0], sides[2], lines);
  }
  return lines;
}

}  // namespace pvc
