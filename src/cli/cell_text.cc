#include "cli/cell_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "cli/cell_reader.h"
#include "cli/json_writer.h"
#include "cli/quantity_text.h"
#include "cli/utf8.h"
#include "cli/word_diff.h"

namespace pvc {
namespace {

// More of a text is not read to show how it changed.
constexpr uint64_t kMaxComparedBytes = 1U << 20;
// Texts that together fit this are shown whole, before and after.
constexpr size_t kShortColumns = 40;
constexpr size_t kContextColumns = 16;

std::string FormatRealCell(double value) {
  if (std::isinf(value)) return value > 0 ? "Infinity" : "-Infinity";
  return FormatReal(value);
}

/// EscapeText with quotes doubled, as inside an SQL literal.
std::string EscapeQuoted(std::string_view text) {
  std::string out;
  for (const char c : EscapeText(text)) {
    if (c == '\'') out += c;
    out += c;
  }
  return out;
}

std::string FormatText(const CellView& view, size_t columns) {
  const uint64_t wanted = 8 * columns + 8;
  const std::string escaped = EscapeQuoted(ReadCellText(view, wanted));
  const bool is_whole = view.cell.value.size_bytes <= wanted;
  if (is_whole && DisplayWidth(escaped) + 2 <= columns) return "'" + escaped + "'";
  const size_t kept = columns > 8 ? columns - 5 : 3;
  return "'" + std::string(CutToWidth(escaped, kept)) + "...'";
}

std::string FormatBlob(const CellView& view, size_t columns) {
  const uint64_t size = view.cell.value.size_bytes;
  if (2 * size + 3 <= columns)
    return "x'" + ToHex(ReadCellBytes(view.source, view.cell, size)) + "'";
  const Bytes front = ReadCellBytes(view.source, view.cell, 8);
  return fmt::format("x'{}...' ({})", ToHex(front), FormatBytes(size));
}

/// Two long blobs: where the first difference is.
std::string FormatBlobChange(const CellView& before, const CellView& after) {
  const Bytes a = ReadCellBytes(before.source, before.cell, kMaxComparedBytes);
  const Bytes b = ReadCellBytes(after.source, after.cell, kMaxComparedBytes);
  const size_t shorter = std::min(a.size(), b.size());
  size_t equal = 0;
  while (equal < shorter && a[equal] == b[equal]) ++equal;
  return fmt::format("blob of {} -> {}, from byte {} on", FormatBytes(before.cell.value.size_bytes),
                     FormatBytes(after.cell.value.size_bytes),
                     equal == kMaxComparedBytes ? "1,048,576 or later" : FormatCount(equal));
}

/// Keeps the end, the beginning, or both of a text that did not change.
std::string ElideEqual(std::string_view text, bool is_first, bool is_last, size_t columns) {
  const std::string escaped = EscapeQuoted(text);
  const size_t width = DisplayWidth(escaped);
  const size_t limit = is_first || is_last ? columns : 2 * columns;
  if (width <= limit + 3) return escaped;
  std::string_view end = escaped;
  while (DisplayWidth(end) > columns) {
    end.remove_prefix(std::max<size_t>(DecodeUtf8(end).bytes, 1));
  }
  const std::string_view beginning = CutToWidth(escaped, columns);
  if (is_first) return "..." + std::string(end);
  if (is_last) return std::string(beginning) + "...";
  return std::string(beginning) + "..." + std::string(end);
}

bool BothAre(StorageClass storage_class, const CellView& a, const CellView& b) {
  return a.cell.value.storage_class == storage_class && b.cell.value.storage_class == storage_class;
}

/// Whether enough of two texts is equal for a reader to follow the changes inside.
bool AreRelated(const std::vector<WordDiffPart>& parts, size_t longer_bytes) {
  size_t equal = 0;
  for (const WordDiffPart& part : parts) {
    if (part.kind == WordDiffPart::Kind::kEqual) equal += part.text.size();
  }
  return equal * 3 >= longer_bytes;
}

}  // namespace

size_t LabelledText::Width() const {
  size_t width = 0;
  for (const Piece& piece : pieces) width += DisplayWidth(piece.text);
  return width;
}

void LabelledText::PutTo(Painter& out) const {
  for (const Piece& piece : pieces) out.Put(piece.label, piece.text);
}

std::string ReadCellText(const CellView& view, uint64_t max_bytes) {
  Bytes bytes = ReadCellBytes(view.source, view.cell, max_bytes & ~uint64_t{1});
  if (view.encoding == TextEncoding::kUtf8) return bytes;
  if (auto utf8 = CellTextToUtf8(bytes, view.encoding)) return *std::move(utf8);
  // The cut may have parted a surrogate pair.
  if (bytes.size() >= 2) {
    if (auto utf8 = CellTextToUtf8(ByteView(bytes).substr(0, bytes.size() - 2), view.encoding)) {
      return *std::move(utf8);
    }
  }
  return bytes;
}

std::string FormatCell(const CellView& view, size_t columns) {
  const Value& value = view.cell.value;
  switch (value.storage_class) {
    case StorageClass::kNull:
      return "NULL";
    case StorageClass::kInteger:
      return fmt::format("{}", value.integer);
    case StorageClass::kReal:
      return FormatRealCell(value.real);
    case StorageClass::kText:
      return FormatText(view, columns);
    case StorageClass::kBlob:
      return FormatBlob(view, columns);
  }
  return "";
}

LabelledText FormatWordChange(std::string_view before, std::string_view after,
                              size_t context_columns) {
  LabelledText text;
  const std::vector<WordDiffPart> parts = DiffWords(before, after);
  for (size_t i = 0; i < parts.size(); ++i) {
    const WordDiffPart& part = parts[i];
    switch (part.kind) {
      case WordDiffPart::Kind::kEqual:
        text.Add(Label::kPlain,
                 ElideEqual(part.text, i == 0, i + 1 == parts.size(), context_columns));
        break;
      case WordDiffPart::Kind::kRemoved:
        text.Add(Label::kRemoved,
                 "[-" + ElideEqual(part.text, false, false, 4 * context_columns) + "-]");
        break;
      case WordDiffPart::Kind::kAdded:
        text.Add(Label::kAdded,
                 "{+" + ElideEqual(part.text, false, false, 4 * context_columns) + "+}");
        break;
    }
  }
  return text;
}

LabelledText FormatCellChange(const CellView& before, const CellView& after, size_t columns) {
  LabelledText text;
  const size_t half = columns > 24 ? (columns - 4) / 2 : 10;
  const bool are_texts = BothAre(StorageClass::kText, before, after);
  const bool are_blobs = BothAre(StorageClass::kBlob, before, after);
  const std::string old_text = FormatCell(before, are_texts ? 8 * kShortColumns : half);
  const std::string new_text = FormatCell(after, are_texts ? 8 * kShortColumns : half);
  const bool is_long = DisplayWidth(old_text) + DisplayWidth(new_text) > kShortColumns;

  if (are_blobs && is_long) {
    text.Add(Label::kChanged, FormatBlobChange(before, after));
    return text;
  }
  if (are_texts && is_long) {
    const std::string a = ReadCellText(before, kMaxComparedBytes);
    const std::string b = ReadCellText(after, kMaxComparedBytes);
    if (a == b) {  // differ further on
      text.Add(Label::kChanged, fmt::format("text of {} -> {}, after the first megabyte",
                                            FormatBytes(before.cell.value.size_bytes),
                                            FormatBytes(after.cell.value.size_bytes)));
      return text;
    }
    if (AreRelated(DiffWords(a, b), std::max(a.size(), b.size()))) {
      text.Add(Label::kPlain, "'");
      LabelledText words = FormatWordChange(a, b, kContextColumns);
      text.pieces.insert(text.pieces.end(), words.pieces.begin(), words.pieces.end());
      text.Add(Label::kPlain, "'");
      return text;
    }
    // Unlike texts differ early, mostly; where they do not, their changes are shown all the same.
    const std::string old_short = FormatCell(before, half);
    const std::string new_short = FormatCell(after, half);
    if (old_short != new_short) {
      text.Add(Label::kRemoved, old_short);
      text.Add(Label::kPlain, " -> ");
      text.Add(Label::kAdded, new_short);
      return text;
    }
    return FormatWordChange(a, b, kContextColumns);
  }
  text.Add(Label::kRemoved, old_text);
  text.Add(Label::kPlain, " -> ");
  text.Add(Label::kAdded, new_text);
  return text;
}

std::string FormatRowKey(const TableInfo& table, const Row& row, TextEncoding encoding,
                         ObjectSource& source) {
  constexpr size_t kMaxKeyColumns = 24;
  const std::vector<const Column*> columns = StoredColumns(table);
  if (table.identity == RowIdentity::kPrimaryKey) {
    std::map<uint32_t, std::string> parts;
    bool has_null = false;
    for (size_t i = 0; i < columns.size() && i < row.cells.size(); ++i) {
      if (columns[i]->key_position == 0) continue;
      has_null = has_null || row.cells[i].value.storage_class == StorageClass::kNull;
      parts[columns[i]->key_position] =
          EscapeName(columns[i]->name) + "=" +
          FormatCell({row.cells[i], encoding, source}, kMaxKeyColumns);
    }
    std::string key;
    for (const auto& [position, part] : parts) key += (key.empty() ? "" : ",") + part;
    // Rows with NULL in their key are told apart by rowid.
    if (has_null && !table.without_rowid) key += fmt::format(",rowid={}", row.rowid);
    return key;
  }
  for (const Column* column : columns) {
    if (column->is_rowid_alias) return fmt::format("{}={}", EscapeName(column->name), row.rowid);
  }
  return fmt::format("rowid={}", row.rowid);
}

}  // namespace pvc
