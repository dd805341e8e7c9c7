#include "vcs/patch/row_spool.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "base/decoder.h"
#include "base/error.h"
#include "engine/tree_cursor.h"
#include "vcs/row_key.h"
#include "vcs/table_writer.h"

namespace pvc {
namespace {

enum CellTag : uint8_t { kNull, kInteger, kReal, kText, kBlob, kLargeText, kLargeBlob };
constexpr uint8_t kHasBefore = 1;
constexpr uint8_t kHasAfter = 2;
constexpr uint64_t kMaxCells = 32767;
constexpr size_t kSortBytes = 4U << 20;

Cell ReadSpooledCell(Decoder& in) {
  Cell cell;
  const uint8_t tag = in.ReadU8();
  switch (tag) {
    case kNull:
      break;
    case kInteger:
      cell.value = Value::Integer(static_cast<int64_t>(in.ReadU64()));
      break;
    case kReal:
      cell.value = Value::Real(std::bit_cast<double>(in.ReadU64()));
      break;
    case kText:
      cell.value = Value::Text(in.ReadString(kMaxInlineValueBytes));
      break;
    case kBlob:
      cell.value = Value::Blob(in.ReadString(kMaxInlineValueBytes));
      break;
    case kLargeText:
    case kLargeBlob:
      cell.is_large = true;
      cell.large.size_bytes = in.ReadVarint();
      cell.large.depth = in.ReadU8();
      cell.large.root = ObjectId::FromView(in.ReadBytes(ObjectId::kBytes));
      cell.value.storage_class = tag == kLargeText ? StorageClass::kText : StorageClass::kBlob;
      cell.value.size_bytes = cell.large.size_bytes;
      break;
    default:
      in.Fail("unknown kind of cell");
  }
  return cell;
}

}  // namespace

Cell StoreCell(PatchWorkshop& shop, const OwnedValue& owned) {
  Cell cell;
  cell.value = owned.View();
  const bool is_text = cell.value.storage_class == StorageClass::kText;
  if (!is_text && cell.value.storage_class != StorageClass::kBlob) return cell;
  if (cell.value.size_bytes <= kMaxInlineValueBytes) return cell;
  if (cell.value.size_bytes > kMaxLargeValueBytes) {
    throw Error(ErrorKind::kTooLarge, "a value of the patch is longer than SQLite allows");
  }
  cell.is_large = true;
  cell.large = WriteLargeValue(shop.batch, cell.value.size_bytes,
                               [&owned](uint64_t offset, char* out, size_t size) {
                                 owned.bytes.copy(out, size, static_cast<size_t>(offset));
                               });
  cell.value.bytes = {};
  return cell;
}

void AppendSpooledCell(Bytes& out, const Cell& cell) {
  const bool is_text = cell.value.storage_class == StorageClass::kText;
  if (cell.is_large) {
    AppendU8(out, is_text ? kLargeText : kLargeBlob);
    AppendVarint(out, cell.large.size_bytes);
    AppendU8(out, cell.large.depth);
    out.append(cell.large.root.View());
    return;
  }
  switch (cell.value.storage_class) {
    case StorageClass::kNull:
      AppendU8(out, kNull);
      return;
    case StorageClass::kInteger:
      AppendU8(out, kInteger);
      AppendU64(out, static_cast<uint64_t>(cell.value.integer));
      return;
    case StorageClass::kReal:
      AppendU8(out, kReal);
      AppendU64(out, std::bit_cast<uint64_t>(cell.value.real));
      return;
    case StorageClass::kText:
    case StorageClass::kBlob:
      AppendU8(out, is_text ? kText : kBlob);
      AppendString(out, cell.value.bytes);
      return;
  }
}

Bytes EncodeSpooledRow(const SpooledRow& row) {
  Bytes out;
  AppendU8(out, static_cast<uint8_t>(row.kind));
  AppendU8(out, row.rowid ? 1 : 0);
  if (row.rowid) AppendU64(out, static_cast<uint64_t>(*row.rowid));
  AppendVarint(out, row.before.size());
  for (size_t i = 0; i < row.before.size(); ++i) {
    AppendU8(out, static_cast<uint8_t>((row.before[i] ? kHasBefore : 0) |
                                       (row.after[i] ? kHasAfter : 0)));
    if (row.before[i]) AppendSpooledCell(out, *row.before[i]);
    if (row.after[i]) AppendSpooledCell(out, *row.after[i]);
  }
  return out;
}

void DecodeSpooledRow(ByteView bytes, SpooledRow& row) {
  Decoder in(bytes, "spooled row");
  row.kind = static_cast<ChangeKind>(in.ReadU8());
  row.rowid.reset();
  if (in.ReadU8() != 0) row.rowid = static_cast<int64_t>(in.ReadU64());
  const auto count = static_cast<size_t>(in.ReadVarintAtMost(kMaxCells));
  row.before.assign(count, std::nullopt);
  row.after.assign(count, std::nullopt);
  for (size_t i = 0; i < count; ++i) {
    const uint8_t flags = in.ReadU8();
    if ((flags & kHasBefore) != 0) row.before[i] = ReadSpooledCell(in);
    if ((flags & kHasAfter) != 0) row.after[i] = ReadSpooledCell(in);
  }
}

void RowEncoder::Encode(int64_t rowid, const std::vector<Cell>& cells) {
  whole_.resize(cells.size());
  values_.clear();
  for (size_t i = 0; i < cells.size(); ++i) {
    values_.push_back(WholeValue(shop_.nodes.source(), cells[i], whole_[i]));
  }
  codec_.Encode(rowid, values_);
}

int64_t FreeRowids::Next(const Tree& tree) {
  if (!last_) {
    last_ = 0;
    RowCodec codec(info_, shop_.encoding, shop_.hash_kind(), nullptr);
    Row row;
    TreeCursor cursor(shop_.nodes, tree);
    const bool is_ordered = info_.identity != RowIdentity::kPrimaryKey;
    for (is_ordered ? cursor.SeekToLast() : cursor.SeekToFirst(); cursor.Valid(); cursor.Next()) {
      codec.Decode(cursor.key(), cursor.value(), row);
      last_ = std::max(*last_, row.rowid);
    }
    highest_ = *last_;
  }
  if (*last_ == INT64_MAX) return NextBelow(tree);
  return ++*last_;
}

void FreeRowids::ReadTaken() {
  ByteView key;
  ByteView none;
  next_taken_.reset();
  if (taken_->Next(key, none)) next_taken_ = ReadRowidKey(key);
}

int64_t FreeRowids::NextBelow(const Tree& tree) {
  if (!taken_) {
    taken_ = std::make_unique<ExternalSorter>(shop_.repository.fs(), shop_.folder(), kSortBytes);
    RowCodec codec(info_, shop_.encoding, shop_.hash_kind(), nullptr);
    Row row;
    Bytes key;
    TreeCursor cursor(shop_.nodes, tree);
    for (cursor.SeekToFirst(); cursor.Valid(); cursor.Next()) {
      codec.Decode(cursor.key(), cursor.value(), row);
      key.clear();
      AppendRowidKey(key, row.rowid);
      taken_->Add(key, {});
    }
    ReadTaken();
  }
  ++below_;
  while (next_taken_ && *next_taken_ <= below_) {
    if (*next_taken_ == below_) ++below_;
    ReadTaken();
  }
  // Above the tree's highest, all have been given.
  if (below_ >= highest_) {
    throw Error(ErrorKind::kUnsupported, fmt::format("table '{}' has no free rowid", info_.name));
  }
  return below_;
}

}  // namespace pvc
