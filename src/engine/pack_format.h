#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "engine/codec.h"
#include "engine/object.h"
#include "engine/root_file.h"

// A pack is one file, written once, of many objects:
//
//   header | record ... record | index block ... index block | directory | footer
//
// and is named by the hash of everything from the first index block to its end, in domain "pvc/1
// pack". A reader takes the footer, then the directory, then for each lookup one block and one
// record. Blocks and directory carry checksums in what leads to them; a record's checksum is seeded
// with its object's id, so that a record in another's place is found, at no cost in space. Integers
// are little endian, "varint" is LEB128 in its shortest form.
//
//   HEADER   OFFSET  SIZE  FIELD
//            0          8  magic "PVCPACK\n"
//            8          4  format version, 1
//            12         1  hash kind, as in ROOT
//            13         3  zero
//
//   RECORD   OFFSET  SIZE  FIELD
//            0          8  XXH3-64 of the rest of the record; seed: first 8 bytes of the id
//            8          1  object type
//            9          1  codec
//            10    varint  raw bytes, at most kMaxObjectBytes
//            ..    varint  stored bytes S; equal to raw bytes for codec 0, fewer for the others
//            ..         1  delta depth 1..8                      (codec 3 only)
//            ..        32  id of the dictionary or delta base    (codecs 2 and 3 only)
//            ..         S  stored bytes
//
//   BLOCK    entries in ascending order of id, across blocks too; 128 in each block but the last:
//            0         32  id
//            32    varint  offset of the record in the file
//            ..    varint  bytes of the record
//
//   DIRECTORY  for each block:
//            0         32  first id of the block
//            32    varint  bytes of the block
//            ..         8  XXH3-64 of the block
//
//   FOOTER   OFFSET  SIZE  FIELD
//            0          8  offset of the first index block = end of the records
//            8          8  offset of the directory = end of the blocks
//            16         8  number of objects
//            24         8  XXH3-64 of the directory
//            32         8  XXH3-64 of footer bytes 0..31
//            40         8  magic "PVCPEND\n"

namespace pvc {

inline constexpr size_t kPackHeaderBytes = 16;
inline constexpr size_t kPackFooterBytes = 48;
/// Entries of an index block. 128 make a block of about 5 KiB: one read, and a directory a
/// hundredth of the index. Part of the format: the number of blocks follows from it.
inline constexpr uint64_t kIndexBlockEntries = 128;
/// A delta's base may be a delta, so many times. Each step costs a read and a decompression; 8
/// keeps the oldest row of a chain under a millisecond.
inline constexpr uint8_t kMaxDeltaDepth = 8;
/// Longest record without its stored bytes: checksum, type, codec, two varints, depth, base.
inline constexpr uint32_t kMaxRecordHeaderBytes = 8 + 1 + 1 + 5 + 5 + 1 + 32;
inline constexpr uint32_t kMaxRecordBytes = kMaxObjectBytes + kMaxRecordHeaderBytes;

/// What a record says about its object.
struct RecordHeader {
  ObjectType type = ObjectType::kNode;
  Codec codec = Codec::kStored;
  uint8_t depth = 0;  ///< 0, or 1..kMaxDeltaDepth for a delta; more than the base's
  uint32_t raw_bytes = 0;
  uint32_t stored_bytes = 0;
  ObjectId base;  ///< dictionary or delta base; zero for the other codecs

  bool operator==(const RecordHeader&) const = default;
};

/// A record taken apart. Lifetime: `payload` points into the bytes decoded.
struct RecordView {
  RecordHeader header;
  ByteView payload;
};

/// Encodes a record; `header.stored_bytes` is payload.size().
Bytes EncodeRecord(const ObjectId& id, const RecordHeader& header, ByteView payload);
/// Decodes the header at the front of `bytes`, which may end before or after the record does; its
/// checksum is not looked at. `*header_bytes` receives the offset of the stored bytes. Throws:
/// kCorrupt.
RecordHeader DecodeRecordHeader(ByteView bytes, size_t* header_bytes);
/// Decodes `bytes`, exactly one record. Throws: kCorrupt, also when the checksum is not `id`'s.
RecordView DecodeRecord(ByteView bytes, const ObjectId& id);

/// Where an object's record is.
struct IndexEntry {
  ObjectId id;
  uint64_t offset = 0;
  uint32_t record_bytes = 0;

  bool operator==(const IndexEntry&) const = default;
};

/// Where an index block is.
struct BlockReference {
  ObjectId first_id;
  uint64_t offset = 0;  ///< in the file
  uint32_t bytes = 0;
  uint64_t checksum = 0;
};

struct PackFooter {
  uint64_t index_offset = 0;
  uint64_t directory_offset = 0;
  uint64_t object_count = 0;
  uint64_t directory_checksum = 0;

  bool operator==(const PackFooter&) const = default;
};

Bytes EncodePackHeader(HashKind kind);
/// Throws: kCorrupt for any other header. A newer pack format comes with a newer ROOT, which is
/// refused first.
void CheckPackHeader(ByteView bytes, HashKind kind);

/// Encodes blocks, directory and footer. Requires: entries ascending by id, at least one.
Bytes EncodePackIndex(const std::vector<IndexEntry>& entries, uint64_t index_offset);
/// The name of a pack, from the bytes EncodePackIndex gave.
ObjectId ComputePackId(HashKind kind, ByteView index);

/// Decodes the last kPackFooterBytes of a file of `file_bytes`. Throws: kCorrupt; then every offset
/// lies inside the file and in order.
PackFooter DecodePackFooter(ByteView bytes, uint64_t file_bytes);
/// Decodes the directory, all of `bytes`. Throws: kCorrupt; the blocks then fill the space between
/// index_offset and directory_offset.
std::vector<BlockReference> DecodePackDirectory(ByteView bytes, const PackFooter& footer);
/// Decodes a block, all of `bytes`. Throws: kCorrupt; the entries are then ascending, and each
/// record lies between the header and the index.
std::vector<IndexEntry> DecodeIndexBlock(ByteView bytes, const BlockReference& block,
                                         uint64_t entry_count, const PackFooter& footer);

/// Number of index blocks for so many objects.
inline uint64_t IndexBlockCount(uint64_t object_count) {
  return object_count / kIndexBlockEntries + (object_count % kIndexBlockEntries != 0 ? 1 : 0);
}
/// Number of entries of block `index` of a pack of `object_count` objects.
inline uint64_t IndexBlockEntryCount(uint64_t object_count, uint64_t index) {
  const uint64_t left = object_count - index * kIndexBlockEntries;
  return left < kIndexBlockEntries ? left : kIndexBlockEntries;
}

/// "<64 hex digits>.pack".
std::string PackFileName(const ObjectId& id);

}  // namespace pvc
