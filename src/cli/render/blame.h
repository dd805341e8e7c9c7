#pragma once

#include <map>
#include <string>
#include <vector>

#include "cli/terminal_text.h"
#include "engine/object_io.h"
#include "vcs/blame.h"
#include "vcs/row_blame.h"

namespace pvc {

/// A table whose rows are blamed, and the commit from which on.
struct BlameSubject {
  CommitId at;
  const TableInfo& table;
  TextEncoding encoding;
  ObjectSource& source;
};

/// One row and who last changed each of its cells.
struct BlamedRow {
  Row row;
  const RowBlame& blame;
};

/// A line a row: commit, author, date, key, and the other cells.
void PrintTableBlame(Painter& out, const BlameSubject& subject, const TableBlame& blame);
/// A line a cell: commit, author, date, column and value.
void PrintRowBlame(Painter& out, const BlameSubject& subject, const BlamedRow& row);
/// Format: docs/json.md, "pvc.blame/v1".
void PrintTableBlameJson(TextWriter& out, const BlameSubject& subject, const TableBlame& blame);
void PrintRowBlameJson(TextWriter& out, const BlameSubject& subject,
                       const std::vector<BlamedRow>& rows);

}  // namespace pvc
