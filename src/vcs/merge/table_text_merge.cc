#include "vcs/merge/table_text_merge.h"

#include <fmt/format.h>

#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include "sqlite/create_table_text.h"
#include "sqlite/sql_tokens.h"
#include "vcs/ascii_case.h"

namespace pvc {
namespace {

using Part = CreateTableText::Part;

const Part* FindColumn(const CreateTableText& table, const std::string& name) {
  for (const Part& part : table.parts) {
    if (part.is_column && EqualIgnoringAsciiCase(part.column_name, name)) return &part;
  }
  return nullptr;
}

bool SameDefinition(const Part* a, const Part* b) {
  if (a == nullptr || b == nullptr) return a == b;
  return SameSql(DefinitionBehindName(*a), DefinitionBehindName(*b));
}

// What a table constraint is about: two of one subject are two states of one constraint.
std::string SubjectOf(const Part& part) {
  std::string_view rest = part.text;
  std::vector<SqlToken> tokens;
  while (const auto token = TakeSqlToken(rest)) tokens.push_back(*token);
  const auto is_word = [&](size_t i, std::string_view word) {
    return i < tokens.size() && tokens[i].IsWord(word);
  };
  if (is_word(0, "constraint") && tokens.size() > 1 && tokens[1].IsName()) {
    return "constraint " + FoldAsciiCase(tokens[1].Name());
  }
  if (is_word(0, "primary")) return "primary key";
  std::string subject;
  for (const SqlToken& token : tokens) {
    subject += token.IsName() ? FoldAsciiCase(token.Name()) : std::string(token.text);
    subject += ' ';
    if (is_word(0, "foreign") && token.IsSymbol(")")) break;
  }
  return subject;
}

const Part* FindConstraint(const CreateTableText& table, const std::string& subject) {
  for (const Part& part : table.parts) {
    if (!part.is_column && SubjectOf(part) == subject) return &part;
  }
  return nullptr;
}

bool SameConstraint(const Part* a, const Part* b) {
  if (a == nullptr || b == nullptr) return a == b;
  return SameSql(a->text, b->text);
}

// The words of an option, as they are written behind the columns.
constexpr const char* kOptions[] = {"WITHOUT ROWID", "STRICT"};

struct TableOptions {
  bool is_set[2] = {false, false};
  bool is_known = true;  // nothing else is there
};

TableOptions ReadOptions(std::string_view tail) {
  TableOptions options;
  bool after_without = false;
  while (const auto token = TakeSqlToken(tail)) {
    if (after_without) {
      options.is_known = options.is_known && token->IsWord("rowid");
      options.is_set[0] = true;
      after_without = false;
    } else if (token->IsWord("without")) {
      after_without = true;
    } else if (token->IsWord("strict")) {
      options.is_set[1] = true;
    } else {
      options.is_known = options.is_known &&
                         (token->IsSymbol(")") || token->IsSymbol(",") || token->IsSymbol(";"));
    }
  }
  return options;
}

class TableTextMerger {
 public:
  TableTextMerger(const CreateTableText& base, const CreateTableText& ours,
                  const CreateTableText& theirs, FavoredSide favor)
      : base_(base), ours_(ours), theirs_(theirs), favor_(favor), merged_(ours) {}

  MergedTableText Run() {
    MergeColumns();
    MergeConstraints();
    MergeTail();
    MergedTableText result;
    if (conflicts_.empty()) result.sql = JoinCreateTable(merged_);
    result.conflicts = std::move(conflicts_);
    result.keeps_dropped_column = keeps_dropped_column_;
    return result;
  }

 private:
  void MergeColumns() {
    std::vector<Part> columns;
    for (const Part& part : ours_.parts) {
      if (!part.is_column) continue;
      if (const Part* kept = MergeColumn(part.column_name)) columns.push_back(*kept);
    }
    for (const Part& part : theirs_.parts) {
      if (!part.is_column || FindColumn(ours_, part.column_name) != nullptr) continue;
      if (const Part* kept = MergeColumn(part.column_name)) {
        columns.push_back(*kept);
        columns.back().space_before = columns.size() > 1 ? " " : "";
      }
    }
    merged_.parts = std::move(columns);
  }

  // What becomes of a column that one side has at least; null: it goes.
  const Part* MergeColumn(const std::string& name) {
    const Part* base = FindColumn(base_, name);
    const Part* ours = FindColumn(ours_, name);
    const Part* theirs = FindColumn(theirs_, name);
    if (SameDefinition(ours, theirs) || SameDefinition(base, theirs)) return ours;
    if (SameDefinition(base, ours)) return theirs;
    if (favor_ != FavoredSide::kNone) {
      const Part* favored = favor_ == FavoredSide::kOurs ? ours : theirs;
      keeps_dropped_column_ |= favored != nullptr && (ours == nullptr || theirs == nullptr);
      return favored;
    }
    const char* reason = base == nullptr     ? "both added it, differently"
                         : ours == nullptr   ? "dropped by ours, changed by theirs"
                         : theirs == nullptr ? "changed by ours, dropped by theirs"
                                             : "both changed its definition";
    conflicts_.push_back({name, reason});
    return ours;
  }

  void MergeConstraints() {
    for (const Part& part : ours_.parts) {
      if (!part.is_column) AddConstraint(SubjectOf(part), part);
    }
    for (const Part& part : theirs_.parts) {
      const std::string subject = part.is_column ? std::string() : SubjectOf(part);
      if (part.is_column || FindConstraint(ours_, subject) != nullptr) continue;
      AddConstraint(subject, part);
      if (merged_.parts.back().text == part.text) merged_.parts.back().space_before = " ";
    }
  }

  // `part`: the constraint as the first side that has it wrote it.
  void AddConstraint(const std::string& subject, const Part& part) {
    const Part* base = FindConstraint(base_, subject);
    const Part* ours = FindConstraint(ours_, subject);
    const Part* theirs = FindConstraint(theirs_, subject);
    const Part* kept = ours;
    if (SameConstraint(ours, theirs) || SameConstraint(base, theirs)) {
      kept = ours;
    } else if (SameConstraint(base, ours) || favor_ == FavoredSide::kTheirs) {
      kept = theirs;
    } else if (favor_ == FavoredSide::kNone) {
      const char* reason = base == nullptr     ? "both added constraint {}, differently"
                           : ours == nullptr   ? "ours dropped constraint {}, theirs changed it"
                           : theirs == nullptr ? "ours changed constraint {}, theirs dropped it"
                                               : "both changed constraint {}";
      conflicts_.push_back({"", fmt::format(fmt::runtime(reason), ShortText(part))});
    }
    if (kept == nullptr) return;
    merged_.parts.push_back(*kept);
    merged_.parts.back().space_before = part.space_before;
  }

  // "CONSTRAINT c", "PRIMARY KEY", "FOREIGN KEY".
  static std::string ShortText(const Part& part) {
    std::string_view rest = part.text;
    std::string text;
    for (int i = 0; i < 2; ++i) {
      if (const auto token = TakeSqlToken(rest)) {
        text += (text.empty() ? "" : " ") + std::string(token->text);
      }
    }
    return text;
  }

  void MergeTail() {
    if (SameSql(ours_.tail, theirs_.tail) || SameSql(base_.tail, theirs_.tail)) return;
    if (SameSql(base_.tail, ours_.tail)) {
      merged_.tail = theirs_.tail;
      return;
    }
    const TableOptions base = ReadOptions(base_.tail);
    const TableOptions ours = ReadOptions(ours_.tail);
    const TableOptions theirs = ReadOptions(theirs_.tail);
    if (!ours.is_known || !theirs.is_known) {
      if (favor_ == FavoredSide::kTheirs) merged_.tail = theirs_.tail;
      if (favor_ == FavoredSide::kNone) {
        conflicts_.push_back({"", "both changed the options of the table"});
      }
      return;
    }
    merged_.tail = ")";
    for (size_t i = 0; i < std::size(kOptions); ++i) {
      const bool is_set = ours.is_set[i] == base.is_set[i] ? theirs.is_set[i] : ours.is_set[i];
      if (is_set) merged_.tail += (merged_.tail == ")" ? " " : ", ") + std::string(kOptions[i]);
    }
  }

  const CreateTableText& base_;
  const CreateTableText& ours_;
  const CreateTableText& theirs_;
  const FavoredSide favor_;
  CreateTableText merged_;
  std::vector<TableTextConflict> conflicts_;
  bool keeps_dropped_column_ = false;
};

}  // namespace

MergedTableText MergeTableText(std::string_view base, std::string_view ours,
                               std::string_view theirs, FavoredSide favor) {
  const auto our_text = SplitCreateTable(ours);
  const auto their_text = SplitCreateTable(theirs);
  const auto base_text = base.empty() ? CreateTableText{"", {}, ""} : SplitCreateTable(base);
  if (!base_text || !our_text || !their_text) return {"", {{"", "both changed its text"}}, false};
  return TableTextMerger(*base_text, *our_text, *their_text, favor).Run();
}

}  // namespace pvc
