#pragma once

#include <string>
#include <vector>

#include "cli/terminal_text.h"
#include "engine/object_io.h"
#include "vcs/row_codec.h"

namespace pvc {

/// Text in pieces with labels, for one item of a line.
struct LabelledText {
  struct Piece {
    Label label;
    std::string text;
  };
  std::vector<Piece> pieces;

  void Add(Label label, std::string text) { pieces.push_back({label, std::move(text)}); }
  size_t Width() const;
  void PutTo(Painter& out) const;
};

/// A cell of one side of a comparison, and where its bytes are.
struct CellView {
  const Cell& cell;
  TextEncoding encoding;
  ObjectSource& source;
};

/// Up to `max_bytes` of a text cell as UTF-8 where it has such a form, else as its bytes.
/// Throws: kCorrupt, kIo.
std::string ReadCellText(const CellView& view, uint64_t max_bytes);

/// A value as a person reads it: 42, 4.0, 'text', x'00ff', NULL; at most about `columns` columns.
/// Different storage classes never look the same.
std::string FormatCell(const CellView& view, size_t columns);

/// "before -> after", or for long texts what changed in them: '...dolor [-sit-]{+amet+}...'.
/// Requires: the cells differ. What is shown differs too, however long they are.
LabelledText FormatCellChange(const CellView& before, const CellView& after, size_t columns);

/// Words of two texts as FormatCellChange shows them, with at most `context_columns` of what is
/// equal around each change.
LabelledText FormatWordChange(std::string_view before, std::string_view after,
                              size_t context_columns);

/// Names the row: id=42, or a='x',b=2 for a key of several columns, or rowid=7 without key.
std::string FormatRowKey(const TableInfo& table, const Row& row, TextEncoding encoding,
                         ObjectSource& source);

}  // namespace pvc
