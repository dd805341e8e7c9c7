#include "vcs/query/derived_index.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/assert.h"
#include "base/decoder.h"
#include "base/error.h"
#include "engine/external_sort.h"
#include "engine/large_value.h"
#include "engine/leaf_stream.h"
#include "engine/node.h"
#include "engine/tree_diff.h"
#include "engine/tree_edits.h"
#include "engine/tree_writer.h"
#include "vcs/row_codec.h"
#include "vcs/row_key.h"

namespace pvc {

namespace {

constexpr std::string_view kLongKeyDomain = "pvc/1 index key";
constexpr uint64_t kChangesPerStep = 64;

// The least bytes above all that begin with `prefix`; empty when there are none.
Bytes EndOfPrefix(Bytes prefix) {
  while (!prefix.empty() && prefix.back() == '\xFF') prefix.pop_back();
  if (!prefix.empty()) {
    prefix.back() = static_cast<char>(static_cast<uint8_t>(prefix.back()) + 1);
  }
  return prefix;
}

// A range of components as one of index keys, whose components were cut.
KeyRange CutRange(const KeyRange& range) {
  KeyRange cut{range.low.substr(0, kMaxIndexComponentBytes), range.high};
  if (cut.high.size() > kMaxIndexComponentBytes) {
    cut.high = EndOfPrefix(cut.high.substr(0, kMaxIndexComponentBytes));
  }
  return cut;
}

bool IsSpaces(ByteView text, TextEncoding encoding) {
  const size_t high_byte = encoding == TextEncoding::kUtf16be ? 0 : 1;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool is_high_byte = encoding != TextEncoding::kUtf8 && i % 2 == high_byte;
    if (text[i] != (is_high_byte ? '\0' : ' ')) return false;
  }
  return true;
}

// Makes the entries of rows.
class IndexEntryCodec {
 public:
  explicit IndexEntryCodec(const IndexRecipe& recipe)
      : recipe_(recipe), codec_(recipe.table, recipe.encoding, recipe.hash_kind, /*sink=*/nullptr) {
    for (const IndexDefinition::Part& part : recipe.definition.parts) {
      PVC_ASSERT(part.cell == IndexDefinition::kRowid ||
                 part.cell < codec_.stored_columns().size());
    }
  }

  void Encode(ByteView row_key, ByteView row_value) {
    codec_.Decode(row_key, row_value, row_);
    key_.clear();
    for (const IndexDefinition::Part& part : recipe_.definition.parts) {
      if (key_.size() >= kMaxIndexComponentBytes) break;
      AppendPart(part);
    }
    if (key_.size() > kMaxIndexComponentBytes) key_.resize(kMaxIndexComponentBytes);
    value_.clear();
    AppendVarint(value_, key_.size());
    if (key_.size() + row_key.size() < kMaxKeyBytes) {
      key_.append(row_key);
      return;
    }
    // As much of it as fits keeps rows in their order, and the hash tells them apart.
    key_.append(row_key.substr(0, kMaxKeyBytes - ObjectId::kBytes - key_.size()));
    key_.append(HashBytes(recipe_.hash_kind, kLongKeyDomain, row_key).View());
    value_.append(row_key);
  }
  ByteView key() const { return key_; }
  ByteView value() const { return value_; }

 private:
  void AppendPart(const IndexDefinition::Part& part) {
    if (part.cell == IndexDefinition::kRowid) {
      AppendKeyComponent(key_, Value::Integer(row_.rowid), Collation::kBinary, recipe_.encoding);
      return;
    }
    const Cell& cell = row_.cells[part.cell];
    if (cell.is_large) {
      AppendLarge(cell, part.collation);
    } else {
      AppendKeyComponent(key_, cell.value, part.collation, recipe_.encoding);
    }
  }

  // The component of a large value is cut, so that its first piece is enough: but where nothing
  // else than spaces follows in there, RTRIM asks whether that goes on to the end.
  void AppendLarge(const Cell& cell, Collation collation) {
    LargeValueReader reader(recipe_.nodes.source(), cell.large);
    if (!reader.Next(piece_)) throw Error(ErrorKind::kCorrupt, "large value without pieces");
    Value value = cell.value;
    beginning_ = piece_.substr(0, kMaxIndexComponentBytes);
    value.bytes = beginning_;
    if (value.storage_class == StorageClass::kText && collation == Collation::kRtrim) {
      if (IsAllSpacesFrom(kMaxIndexComponentBytes, value.size_bytes, reader)) {
        value.size_bytes = value.bytes.size();
      } else {
        collation = Collation::kBinary;
      }
    }
    AppendKeyComponent(key_, value, collation, recipe_.encoding);
  }

  // `piece_` is the value's first. UTF-16 text with half a character is not trimmed.
  bool IsAllSpacesFrom(size_t begin, uint64_t size_bytes, LargeValueReader& reader) {
    if (recipe_.encoding != TextEncoding::kUtf8 && size_bytes % 2 != 0) return false;
    ByteView rest = ByteView(piece_).substr(begin);
    Bytes held;  // a piece may end within a character
    do {
      held.append(rest);
      const size_t whole =
          recipe_.encoding == TextEncoding::kUtf8 ? held.size() : held.size() / 2 * 2;
      if (!IsSpaces(ByteView(held).substr(0, whole), recipe_.encoding)) return false;
      held.erase(0, whole);
      if (!reader.Next(piece_)) return true;
      rest = piece_;
    } while (true);
  }

  const IndexRecipe& recipe_;
  RowCodec codec_;
  Row row_;
  Bytes key_;
  Bytes value_;
  Bytes piece_;
  Bytes beginning_;
};

void Step(const IndexRecipe& recipe) {
  if (recipe.step) recipe.step();
}

}  // namespace

Tree BuildIndex(const IndexRecipe& recipe, const Tree& rows, ObjectSink& sink, FileSystem& fs,
                const std::string& sort_folder) {
  IndexEntryCodec entry(recipe);
  ExternalSorter sorter(fs, sort_folder, kIndexSortBytes);
  {
    LeafStream leaves(recipe.nodes, rows);
    while (const auto leaf = leaves.Next()) {
      Step(recipe);
      for (size_t i = 0; i < leaf->count(); ++i) {
        entry.Encode(leaf->key(i), leaf->value(i));
        sorter.Add(entry.key(), entry.value());
      }
    }
  }
  TreeWriter writer(sink);
  ByteView key;
  ByteView value;
  for (uint64_t count = 0; sorter.Next(key, value); ++count) {
    if (count % (64 * kChangesPerStep) == 0) Step(recipe);
    writer.Add(key, value);
  }
  return writer.Finish();
}

std::optional<Tree> UpdateIndex(const IndexRecipe& recipe, const Tree& old_rows,
                                const Tree& new_rows, NodeReader& index_nodes,
                                const Tree& old_index, ObjectSink& sink, uint64_t max_changes) {
  IndexEntryCodec before(recipe);
  IndexEntryCodec after(recipe);
  TreeEdits edits(index_nodes, sink, old_index);
  TreeDiff diff(recipe.nodes, old_rows, recipe.nodes, new_rows);
  TreeChange change;
  for (uint64_t count = 0; diff.Next(change); ++count) {
    if (count == max_changes) return std::nullopt;
    if (count % kChangesPerStep == 0) Step(recipe);
    if (change.before) before.Encode(change.key, *change.before);
    if (change.after) after.Encode(change.key, *change.after);
    // The key holds the row's, or its hash: no other row has it.
    if (change.before && change.after && before.key() == after.key()) continue;
    if (change.before) edits.Delete(before.key());
    if (change.after) edits.Put(after.key(), after.value());
  }
  const Tree index = edits.Finish();
  if (index.entry_count != new_rows.entry_count) {
    throw Error(ErrorKind::kCorrupt,
                fmt::format("an index of table '{}' is not that of its rows", recipe.table.name));
  }
  return index;
}

void IndexCursor::Seek(const KeyRange& components) {
  KeyRange range = CutRange(components);
  high_ = std::move(range.high);
  cursor_.Seek(range.low);
  CheckEnd();
}

void IndexCursor::Next() {
  cursor_.Next();
  CheckEnd();
}

ByteView IndexCursor::RowKey() {
  Decoder in(cursor_.value(), "index entry");
  const auto component_bytes = static_cast<size_t>(
      in.ReadVarintAtMost(std::min(kMaxIndexComponentBytes, cursor_.key().size())));
  const ByteView row_key =
      in.AtEnd() ? cursor_.key().substr(component_bytes) : cursor_.value().substr(in.offset());
  if (row_key.empty() || row_key.size() > kMaxKeyBytes) in.Fail("no key of a row");
  return row_key;
}

uint64_t IndexCursor::Count(const KeyRange& components) {
  const KeyRange range = CutRange(components);
  TreeCursor cursor(nodes_, index_);
  const auto ordinal = [&](ByteView key) {
    cursor.Seek(key);
    return cursor.Valid() ? cursor.ordinal() : index_.entry_count;
  };
  const uint64_t low = ordinal(range.low);
  const uint64_t high = range.high.empty() ? index_.entry_count : ordinal(range.high);
  return high > low ? high - low : 0;
}

}  // namespace pvc
