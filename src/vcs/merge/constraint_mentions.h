#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "vcs/catalog.h"

namespace pvc {

/// Which constraints the text of a table or index speaks of, by its words: never too few.
struct ConstraintMentions {
  bool unique = false;
  bool check = false;
  bool not_null = false;  ///< or STRICT
  bool references = false;
};
ConstraintMentions ReadConstraintMentions(std::string_view sql);

/// Folded names of the tables that a table's foreign keys refer to.
std::set<std::string> ReferencedTables(std::string_view sql);

/// Whether every UNIQUE of a table's text is in the other text too, and every column that both have
/// is defined alike: else rows that satisfy the one may not satisfy the other.
bool KnowsUniques(std::string_view sql, std::string_view other);
/// The same of its foreign keys.
bool KnowsForeignKeys(std::string_view sql, std::string_view other);
/// Whether an entry is a UNIQUE index of a table.
bool IsUniqueIndexOf(const CatalogEntry& index, const CatalogEntry& table);

}  // namespace pvc
