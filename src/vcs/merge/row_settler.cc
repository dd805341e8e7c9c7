#include "vcs/merge/row_settler.h"

namespace pvc {
namespace {

std::optional<Bytes> Copy(const std::optional<ByteView>& view) {
  if (!view) return std::nullopt;
  return Bytes(*view);
}

}  // namespace

RowSettler::RowSettler(const RowMergeContext& context, const TableInfo& info)
    : context_(context),
      base_codec_(info, context.encoding, context.repository.store().hash_kind(), nullptr),
      our_codec_(info, context.encoding, context.repository.store().hash_kind(), nullptr),
      their_codec_(info, context.encoding, context.repository.store().hash_kind(), nullptr),
      encoder_(info, context.encoding, context.repository.store().hash_kind(), &context.sink),
      cells_(context.nodes.source(), context.encoding, context.json.Of(info)),
      conflicts_(context.nodes, context.sink, Tree{}) {}

std::optional<ByteView> RowSettler::Settle(ByteView key, const RowSides& sides) {
  if (sides.ours == sides.theirs || sides.base == sides.theirs) return sides.ours;
  if (sides.base == sides.ours && !sides.ours) return sides.theirs;
  const Row* base = nullptr;
  if (sides.base) {
    base_codec_.Decode(key, *sides.base, base_);
    base = &base_;
  }
  if (sides.ours) our_codec_.Decode(key, *sides.ours, ours_);
  if (sides.theirs) their_codec_.Decode(key, *sides.theirs, theirs_);

  if (!sides.ours || !sides.theirs) {
    // One side removed the row, and the other changed it, if only by giving it another rowid.
    const Row& changed = sides.ours ? ours_ : theirs_;
    if (base != nullptr && HaveEqualCells(*base, changed)) return std::nullopt;
    switch (context_.favor) {
      case FavoredSide::kOurs:
        return sides.ours;
      case FavoredSide::kTheirs:
        return sides.theirs;
      case FavoredSide::kNone:
        break;
    }
    Record(key, sides, {});
    return sides.ours;
  }
  const CellMerger::Outcome& merged = cells_.Merge(base, ours_, theirs_);
  if (!merged.open_cells.empty() && context_.favor == FavoredSide::kTheirs) {
    std::vector<Cell> cells = merged.cells;
    for (const uint32_t cell : merged.open_cells) cells[cell] = theirs_.cells[cell];
    return EncodeMerged(cells);
  }
  if (!merged.open_cells.empty() && context_.favor == FavoredSide::kNone) {
    Record(key, sides, merged.open_cells);
  }
  return EncodeMerged(merged.cells);
}

ByteView RowSettler::EncodeMerged(const std::vector<Cell>& cells) {
  encoder_.EncodeCells(ours_.rowid, cells, context_.nodes.source());
  return encoder_.value();
}

void RowSettler::Record(ByteView key, const RowSides& sides, std::vector<uint32_t> open_cells) {
  RowConflict conflict;
  conflict.base = Copy(sides.base);
  conflict.ours = Copy(sides.ours);
  conflict.theirs = Copy(sides.theirs);
  conflict.open_cells = std::move(open_cells);
  conflicts_.Put(key, EncodeRowConflict(conflict));
}

}  // namespace pvc
