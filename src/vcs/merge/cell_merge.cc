#include "vcs/merge/cell_merge.h"

#include "vcs/diff.h"
#include "vcs/merge/json_merge.h"
#include "vcs/text_conversion.h"

namespace pvc {
namespace {

// Larger JSON is a value like any other.
constexpr uint64_t kMaxJsonBytes = 16U << 20;

}  // namespace

bool HaveEqualCells(const Row& a, const Row& b) {
  for (size_t i = 0; i < a.cells.size(); ++i) {
    if (!CellsEqual(a.cells[i], b.cells[i])) return false;
  }
  return true;
}

const CellMerger::Outcome& CellMerger::Merge(const Row* base, const Row& ours, const Row& theirs) {
  outcome_.cells = ours.cells;
  outcome_.open_cells.clear();
  texts_.clear();
  for (size_t i = 0; i < ours.cells.size(); ++i) {
    const Cell& our_cell = ours.cells[i];
    const Cell& their_cell = theirs.cells[i];
    if (CellsEqual(our_cell, their_cell)) continue;
    if (base != nullptr) {
      const Cell& base_cell = base->cells[i];
      if (CellsEqual(base_cell, their_cell)) continue;
      if (CellsEqual(base_cell, our_cell)) {
        outcome_.cells[i] = their_cell;
        continue;
      }
      if (i < is_json_.size() && is_json_[i] &&
          MergeJson(base_cell, our_cell, their_cell, outcome_.cells[i])) {
        continue;
      }
    }
    outcome_.open_cells.push_back(static_cast<uint32_t>(i));
  }
  return outcome_;
}

bool CellMerger::ReadText(const Cell& cell, Bytes& text) {
  if (cell.value.storage_class != StorageClass::kText || cell.value.size_bytes > kMaxJsonBytes) {
    return false;
  }
  Utf8Converter converter(encoding_);
  if (!cell.is_large) return converter.Add(cell.value.bytes, text) && converter.Finish();
  return converter.Add(ReadLargeValue(source_, cell.large), text) && converter.Finish();
}

bool CellMerger::MergeJson(const Cell& base, const Cell& ours, const Cell& theirs, Cell& merged) {
  Bytes base_text;
  Bytes our_text;
  Bytes their_text;
  if (!ReadText(base, base_text) || !ReadText(ours, our_text) || !ReadText(theirs, their_text)) {
    return false;
  }
  const auto text = MergeJsonText(base_text, our_text, their_text);
  if (!text) return false;
  Bytes encoded;
  if (encoding_ == TextEncoding::kUtf8) {
    encoded = *text;
  } else if (!AppendEncoded(encoded, *text, encoding_)) {
    return false;
  }
  texts_.push_back(std::move(encoded));
  merged = Cell{};
  merged.value = Value::Text(texts_.back());
  return true;
}

}  // namespace pvc
