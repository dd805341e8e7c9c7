#pragma once

#include <string>
#include <vector>

#include "cli/conflict_line.h"
#include "vcs/merge/conflict_list.h"

namespace pvc {

/// Where the rows of a conflict belong.   Lifetime: what it refers to outlives it.
struct ConflictTable {
  const TableInfo& info;
  TextEncoding encoding;
  ObjectSource& source;
  const SideNames& names;
};

/// Says what is open in a row, the row's key left out: a line a column ("score: base 3.5, main 4.0,
/// try 4.5"), long texts as what each side changed in them, those of several lines line by line;
/// who deleted and who changed the row; the constraints that it breaks.
///
/// `columns`: about how wide a line may be.   Throws: kCorrupt, kIo.
std::vector<ConflictLine> DescribeRowConflict(const ConflictTable& table, const ConflictRow& row,
                                              size_t columns);
/// The first of it on one line, whatever its length.
LabelledText SummarizeRowConflict(const ConflictTable& table, const ConflictRow& row);

/// What 'pvc resolve' takes for a row: "users:42", quoted for a shell; the table where the key is
/// too long to be typed.
std::string RowSelector(const TableConflicts& table, const ConflictRow& row, TextEncoding encoding);

}  // namespace pvc
