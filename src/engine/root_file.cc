#include "engine/root_file.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/decoder.h"
#include "base/error.h"

// ROOT, integers little endian:
//
//   OFFSET    SIZE  FIELD
//   0            8  magic "PVCROOT\n"
//   8            4  format version, 1
//   12           1  hash kind: 1 BLAKE2b-256, 2 SHA-256
//   13           3  zero
//   16          32  repository id
//   48           8  sequence number
//   56          32  hash of the ROOT file this one replaced, zero for the first
//   88          32  id of the current operation, zero before the first
//   120          4  number of packs N
//   124          4  zero
//   128       48*N  packs, oldest first: id (32), file size (8), number of objects (8)
//   128+48*N     8  XXH3-64 of all bytes before
//
// Every version keeps the first 12 bytes and the checksum at the end, so that a newer ROOT can be
// told from a damaged one.

namespace pvc {

namespace {

constexpr ByteView kMagic = "PVCROOT\n";
constexpr size_t kChecksumBytes = 8;
constexpr std::string_view kSubject = "ROOT";

void CheckNoPackTwice(const std::vector<PackEntry>& packs, const Decoder& decoder) {
  std::vector<ObjectId> ids;
  ids.reserve(packs.size());
  for (const PackEntry& pack : packs) ids.push_back(pack.id);
  std::sort(ids.begin(), ids.end());
  const auto twice = std::adjacent_find(ids.begin(), ids.end());
  if (twice != ids.end()) decoder.Fail(fmt::format("pack {} is listed twice", twice->Short()));
}

void ExpectZero(Decoder& decoder, size_t size) {
  for (char c : decoder.ReadBytes(size)) {
    if (c != 0) decoder.Fail("reserved bytes are not zero");
  }
}

}  // namespace

Bytes EncodeRoot(const Root& root) {
  Bytes out(kMagic);
  AppendU32(out, kFormatVersion);
  AppendU8(out, static_cast<uint8_t>(root.hash_kind));
  out.append(3, '\0');
  out.append(root.repository_id.View());
  AppendU64(out, root.sequence);
  out.append(root.previous_hash.View());
  out.append(root.operation.View());
  AppendU32(out, static_cast<uint32_t>(root.packs.size()));
  AppendU32(out, 0);
  for (const PackEntry& pack : root.packs) {
    out.append(pack.id.View());
    AppendU64(out, pack.size_bytes);
    AppendU64(out, pack.object_count);
  }
  AppendU64(out, Checksum64(out));
  return out;
}

Root DecodeRoot(ByteView bytes) {
  if (bytes.substr(0, kMagic.size()) != kMagic) {
    throw Error(ErrorKind::kCorrupt, "ROOT: not a pvc ROOT file");
  }
  if (bytes.size() < kMagic.size() + 4 + kChecksumBytes) {
    throw Error(ErrorKind::kCorrupt, "ROOT: ends too early");
  }
  const ByteView body = bytes.substr(0, bytes.size() - kChecksumBytes);
  if (LoadU64(bytes.data() + body.size()) != Checksum64(body)) {
    throw Error(ErrorKind::kCorrupt, "ROOT: checksum does not match");
  }

  Decoder decoder(body, kSubject);
  decoder.ReadBytes(kMagic.size());
  const uint32_t version = decoder.ReadU32();
  if (version > kFormatVersion) {
    throw Error(ErrorKind::kUnsupported,
                fmt::format("repository has format version {}, this pvc reads up to version {}",
                            version, kFormatVersion))
        .AddHint("use a newer pvc");
  }
  if (version != kFormatVersion) decoder.Fail("format version 0");

  Root root;
  const uint8_t hash_kind = decoder.ReadU8();
  if (hash_kind != static_cast<uint8_t>(HashKind::kBlake2b256) &&
      hash_kind != static_cast<uint8_t>(HashKind::kSha256)) {
    decoder.Fail("unknown hash");
  }
  root.hash_kind = static_cast<HashKind>(hash_kind);
  ExpectZero(decoder, 3);
  root.repository_id = ObjectId::FromView(decoder.ReadBytes(ObjectId::kBytes));
  root.sequence = decoder.ReadU64();
  root.previous_hash = ObjectId::FromView(decoder.ReadBytes(ObjectId::kBytes));
  root.operation = ObjectId::FromView(decoder.ReadBytes(ObjectId::kBytes));
  const uint32_t count = decoder.ReadU32();
  ExpectZero(decoder, 4);
  constexpr size_t kPackBytes = ObjectId::kBytes + 8 + 8;
  if (count > kMaxPackCount || count != decoder.remaining() / kPackBytes) {
    decoder.Fail("wrong number of packs");
  }
  root.packs.reserve(count);
  for (uint32_t i = 0; i < count; ++i) {
    PackEntry pack;
    pack.id = ObjectId::FromView(decoder.ReadBytes(ObjectId::kBytes));
    pack.size_bytes = decoder.ReadU64();
    pack.object_count = decoder.ReadU64();
    if (pack.id.IsZero() || pack.object_count == 0) decoder.Fail("empty pack");
    root.packs.push_back(pack);
  }
  decoder.ExpectEnd();
  CheckNoPackTwice(root.packs, decoder);
  return root;
}

}  // namespace pvc
