#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pvc {

/// The text of a CREATE TABLE statement, verbatim, cut where columns and table constraints meet.
struct CreateTableText {
  struct Part {
    std::string text;  ///< without white space around it; with the comments before and behind it
    bool is_column = false;         ///< else a table constraint, or several without comma between
    std::string column_name;        ///< without quotes, may be empty; of columns only
    std::string space_before = {};  ///< white space in front of `text`

    bool operator==(const Part&) const = default;
  };

  std::string head;         ///< up to the opening parenthesis, with it
  std::vector<Part> parts;  ///< columns, at least one, then table constraints
  std::string tail;         ///< from the closing parenthesis on: ") WITHOUT ROWID, STRICT"
  std::string space_before_tail = {};

  bool operator==(const CreateTableText&) const = default;
};

/// Splits the statement.
///
/// Returns:  nothing for CREATE TABLE .. AS, CREATE VIRTUAL TABLE, and text whose tokens are not
///           those of a CREATE TABLE; what stands within a part is not checked.
std::optional<CreateTableText> SplitCreateTable(std::string_view sql);

/// Puts the pieces together, with a line end behind a comment that would swallow what follows. What
/// SplitCreateTable gave comes back but for white space in front of commas.
std::string JoinCreateTable(const CreateTableText& table);

/// The table's name without quotes.   Requires: `table.head` is SplitCreateTable's.
std::string TableName(const CreateTableText& table);

/// The same table under another name.   Requires: `table.head` is SplitCreateTable's.
CreateTableText WithTableName(CreateTableText table, std::string_view new_name);

/// What follows the name of a column: type and constraints, verbatim. To be compared by SameSql
/// (sql_tokens.h).   Requires: part.is_column.   Lifetime: it points into `part`.
std::string_view DefinitionBehindName(const CreateTableText::Part& part);

}  // namespace pvc
