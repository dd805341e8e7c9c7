#include "vcs/patch/sequence_patch.h"

#include <algorithm>
#include <set>

#include "engine/edit_batch.h"
#include "engine/tree_cursor.h"
#include "engine/tree_editor.h"

namespace pvc {
namespace {

bool IsInteger(const Value& value) { return value.storage_class == StorageClass::kInteger; }

// What a counter becomes that is at `found`; nothing: it goes.
std::optional<OwnedValue> Changed(const Cell& found, const std::optional<OwnedValue>& before,
                                  const std::optional<OwnedValue>& after) {
  Cell expected;
  if (before) expected.value = before->View();
  if (before && CellsEqual(expected, found)) return after;
  if (after && IsInteger(after->value) && IsInteger(found.value)) {
    return OwnedValue::Of(Value::Integer(std::max(after->value.integer, found.value.integer)));
  }
  return OwnedValue::Of(found.value);
}

}  // namespace

void SequencePatch::Add(const LaidRow& row) {
  if (row.before.size() != 2) return;
  const auto note = [&](const std::vector<const OwnedValue*>& cells, auto side) {
    if (cells[0] == nullptr || cells[1] == nullptr) return;
    if (cells[0]->value.storage_class != StorageClass::kText) return;
    changes_[cells[0]->bytes].*side = *cells[1];
  };
  std::vector<const OwnedValue*> after = row.after;
  if (row.kind == ChangeKind::kChanged) {
    for (size_t i = 0; i < after.size(); ++i) {
      if (after[i] == nullptr) after[i] = row.before[i];
    }
  }
  note(row.before, &Change::before);
  note(after, &Change::after);
}

void SequencePatch::NoteInserted(const Bytes& table, int64_t rowid) {
  const auto [place, is_new] = inserted_.emplace(table, rowid);
  if (!is_new) place->second = std::max(place->second, rowid);
}

Tree SequencePatch::Finish(PatchWorkshop& shop, const StoredTable& sequences) const {
  RowCodec codec(sequences.info, shop.encoding, shop.hash_kind(), nullptr);
  if (codec.stored_columns().size() != 2) return sequences.rows;
  EditBatch edits;
  RowEncoder encoder(shop, sequences.info);
  FreeRowids rowids(shop, sequences.info);
  std::set<Bytes> seen;
  const auto put = [&](int64_t rowid, const Bytes& name, const OwnedValue& seq) {
    std::vector<Cell> cells(2);
    cells[0].value = Value::Text(name);
    cells[1].value = seq.View();
    encoder.Encode(rowid, cells);
    edits.Put(encoder.key(), encoder.value());
  };
  TreeCursor cursor(shop.nodes, sequences.rows);
  Row row;
  for (cursor.SeekToFirst(); cursor.Valid(); cursor.Next()) {
    codec.Decode(cursor.key(), cursor.value(), row);
    if (row.cells[0].is_large || row.cells[0].value.storage_class != StorageClass::kText) continue;
    const Bytes name(row.cells[0].value.bytes);
    if (!seen.insert(name).second) continue;
    std::optional<OwnedValue> seq;
    if (const auto change = changes_.find(name); change != changes_.end()) {
      seq = Changed(row.cells[1], change->second.before, change->second.after);
    } else if (const auto inserted = inserted_.find(name); inserted != inserted_.end()) {
      seq = Changed(row.cells[1], std::nullopt, OwnedValue::Of(Value::Integer(inserted->second)));
    } else {
      continue;
    }
    if (seq) {
      put(row.rowid, name, *seq);
    } else {
      edits.Delete(cursor.key());
    }
  }
  for (const auto& [name, change] : changes_) {
    if (change.after && seen.insert(name).second) {
      put(rowids.Next(sequences.rows), name, *change.after);
    }
  }
  for (const auto& [name, rowid] : inserted_) {
    if (seen.insert(name).second) {
      put(rowids.Next(sequences.rows), name, OwnedValue::Of(Value::Integer(rowid)));
    }
  }
  return edits.empty() ? sequences.rows : ApplyEdits(shop.nodes, shop.batch, sequences.rows, edits);
}

}  // namespace pvc
