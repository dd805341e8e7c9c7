#include "engine/pack_format.h"

#include <fmt/format.h>

#include "base/assert.h"
#include "base/decoder.h"
#include "base/error.h"

namespace pvc {

namespace {

constexpr ByteView kHeaderMagic = "PVCPACK\n";
constexpr ByteView kFooterMagic = "PVCPEND\n";
constexpr uint32_t kPackVersion = 1;
constexpr size_t kChecksumBytes = 8;
constexpr size_t kFooterChecksummedBytes = 32;
constexpr uint64_t kMinRecordBytes = kChecksumBytes + 1 + 1 + 1 + 1;

uint64_t RecordChecksum(const ObjectId& id, ByteView rest) {
  return SeededHash64(rest, LoadU64(id.View().data()));
}

ObjectId ReadId(Decoder& decoder) {
  return ObjectId::FromView(decoder.ReadBytes(ObjectId::kBytes));
}

bool HasBase(Codec codec) { return codec == Codec::kZstdDictionary || codec == Codec::kZstdDelta; }

}  // namespace

Bytes EncodeRecord(const ObjectId& id, const RecordHeader& header, ByteView payload) {
  Bytes out;
  out.reserve(kMaxRecordHeaderBytes + payload.size());
  out.append(kChecksumBytes, '\0');
  AppendU8(out, static_cast<uint8_t>(header.type));
  AppendU8(out, static_cast<uint8_t>(header.codec));
  AppendVarint(out, header.raw_bytes);
  AppendVarint(out, payload.size());
  if (header.codec == Codec::kZstdDelta) AppendU8(out, header.depth);
  if (HasBase(header.codec)) out.append(header.base.View());
  out.append(payload);
  const uint64_t checksum = RecordChecksum(id, ByteView(out).substr(kChecksumBytes));
  std::memcpy(out.data(), &checksum, sizeof checksum);
  return out;
}

RecordHeader DecodeRecordHeader(ByteView bytes, size_t* header_bytes) {
  Decoder decoder(bytes, "record");
  decoder.ReadBytes(kChecksumBytes);
  RecordHeader header;
  const auto type = ObjectTypeFromNumber(decoder.ReadU8());
  if (!type) decoder.Fail("unknown object type");
  header.type = *type;
  const uint8_t codec = decoder.ReadU8();
  if (codec > kLastCodec) decoder.Fail("unknown codec");
  header.codec = static_cast<Codec>(codec);
  header.raw_bytes = static_cast<uint32_t>(decoder.ReadVarintAtMost(kMaxObjectBytes));
  header.stored_bytes = static_cast<uint32_t>(decoder.ReadVarintAtMost(header.raw_bytes));
  // A compressed form that is no shorter is never written; so no length is free to lie.
  if ((header.codec == Codec::kStored) != (header.stored_bytes == header.raw_bytes)) {
    decoder.Fail("stored length does not fit the codec");
  }
  if (header.codec == Codec::kZstdDelta) {
    header.depth = decoder.ReadU8();
    if (header.depth == 0 || header.depth > kMaxDeltaDepth)
      decoder.Fail("delta depth out of range");
  }
  if (HasBase(header.codec)) {
    header.base = ReadId(decoder);
    if (header.base.IsZero()) decoder.Fail("base is the zero id");
  }
  *header_bytes = decoder.offset();
  return header;
}

RecordView DecodeRecord(ByteView bytes, const ObjectId& id) {
  if (bytes.size() < kMinRecordBytes) throw Error(ErrorKind::kCorrupt, "record: ends too early");
  if (LoadU64(bytes.data()) != RecordChecksum(id, bytes.substr(kChecksumBytes))) {
    throw Error(ErrorKind::kCorrupt, "record: checksum does not match");
  }
  RecordView record;
  size_t header_bytes = 0;
  record.header = DecodeRecordHeader(bytes, &header_bytes);
  record.payload = bytes.substr(header_bytes);
  if (record.payload.size() != record.header.stored_bytes) {
    throw Error(ErrorKind::kCorrupt, "record: stored length differs from the index");
  }
  return record;
}

Bytes EncodePackHeader(HashKind kind) {
  Bytes out(kHeaderMagic);
  AppendU32(out, kPackVersion);
  AppendU8(out, static_cast<uint8_t>(kind));
  out.append(3, '\0');
  return out;
}

void CheckPackHeader(ByteView bytes, HashKind kind) {
  if (bytes == EncodePackHeader(kind)) return;
  throw Error(ErrorKind::kCorrupt, "wrong header at offset 0");
}

Bytes EncodePackIndex(const std::vector<IndexEntry>& entries, uint64_t index_offset) {
  PVC_ASSERT(!entries.empty());
  Bytes out;
  Bytes directory;
  for (size_t first = 0; first < entries.size(); first += kIndexBlockEntries) {
    const size_t block_start = out.size();
    const size_t end = std::min<size_t>(entries.size(), first + kIndexBlockEntries);
    for (size_t i = first; i < end; ++i) {
      out.append(entries[i].id.View());
      AppendVarint(out, entries[i].offset);
      AppendVarint(out, entries[i].record_bytes);
    }
    const ByteView block = ByteView(out).substr(block_start);
    directory.append(entries[first].id.View());
    AppendVarint(directory, block.size());
    AppendU64(directory, Checksum64(block));
  }
  Bytes footer;
  AppendU64(footer, index_offset);
  AppendU64(footer, index_offset + out.size());
  AppendU64(footer, entries.size());
  AppendU64(footer, Checksum64(directory));
  AppendU64(footer, Checksum64(footer));
  footer.append(kFooterMagic);
  out.append(directory);
  out.append(footer);
  return out;
}

ObjectId ComputePackId(HashKind kind, ByteView index) {
  return HashBytes(kind, "pvc/1 pack", index);
}

PackFooter DecodePackFooter(ByteView bytes, uint64_t file_bytes) {
  Decoder decoder(bytes, "footer");
  PackFooter footer;
  footer.index_offset = decoder.ReadU64();
  footer.directory_offset = decoder.ReadU64();
  footer.object_count = decoder.ReadU64();
  footer.directory_checksum = decoder.ReadU64();
  if (decoder.ReadU64() != Checksum64(bytes.substr(0, kFooterChecksummedBytes))) {
    decoder.Fail("checksum does not match");
  }
  if (decoder.ReadBytes(kFooterMagic.size()) != kFooterMagic) decoder.Fail("wrong magic");
  decoder.ExpectEnd();
  if (footer.index_offset < kPackHeaderBytes || footer.directory_offset < footer.index_offset ||
      footer.directory_offset > file_bytes - kPackFooterBytes) {
    decoder.Fail("offsets out of range");
  }
  // A record takes at least so much room, which bounds every count that follows from this one.
  if (footer.object_count == 0 ||
      footer.object_count > (footer.index_offset - kPackHeaderBytes) / kMinRecordBytes) {
    decoder.Fail("number of objects out of range");
  }
  return footer;
}

std::vector<BlockReference> DecodePackDirectory(ByteView bytes, const PackFooter& footer) {
  Decoder decoder(bytes, "directory");
  if (Checksum64(bytes) != footer.directory_checksum) decoder.Fail("checksum does not match");
  const uint64_t count = IndexBlockCount(footer.object_count);
  constexpr size_t kMinEntryBytes = ObjectId::kBytes + 1 + kChecksumBytes;
  if (count > bytes.size() / kMinEntryBytes) decoder.Fail("too few blocks");
  std::vector<BlockReference> blocks;
  blocks.reserve(count);
  uint64_t offset = footer.index_offset;
  for (uint64_t i = 0; i < count; ++i) {
    BlockReference block;
    block.first_id = ReadId(decoder);
    if (i > 0 && !(blocks.back().first_id < block.first_id)) decoder.Fail("blocks out of order");
    constexpr uint64_t kMaxBlockBytes =
        kIndexBlockEntries * (ObjectId::kBytes + 2 * kMaxVarintBytes);
    block.offset = offset;
    block.bytes = static_cast<uint32_t>(decoder.ReadVarintAtMost(kMaxBlockBytes));
    block.checksum = decoder.ReadU64();
    offset += block.bytes;
    blocks.push_back(block);
  }
  decoder.ExpectEnd();
  if (offset != footer.directory_offset) decoder.Fail("blocks do not fill the index");
  return blocks;
}

std::vector<IndexEntry> DecodeIndexBlock(ByteView bytes, const BlockReference& block,
                                         uint64_t entry_count, const PackFooter& footer) {
  Decoder decoder(bytes, "index block");
  if (Checksum64(bytes) != block.checksum) decoder.Fail("checksum does not match");
  std::vector<IndexEntry> entries;
  entries.reserve(entry_count);
  for (uint64_t i = 0; i < entry_count; ++i) {
    IndexEntry entry;
    entry.id = ReadId(decoder);
    if (i == 0 ? entry.id != block.first_id : !(entries.back().id < entry.id)) {
      decoder.Fail("ids out of order");
    }
    entry.offset = decoder.ReadVarint();
    entry.record_bytes = static_cast<uint32_t>(decoder.ReadVarintAtMost(kMaxRecordBytes));
    if (entry.offset < kPackHeaderBytes || entry.record_bytes < kMinRecordBytes ||
        entry.offset > footer.index_offset ||
        entry.record_bytes > footer.index_offset - entry.offset) {
      decoder.Fail("record out of range");
    }
    entries.push_back(entry);
  }
  decoder.ExpectEnd();
  return entries;
}

std::string PackFileName(const ObjectId& id) { return id.Hex() + ".pack"; }

}  // namespace pvc
