#include "vcs/commit.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/decoder.h"
#include "base/error.h"
#include "vcs/text_field.h"

// A commit:
//
//   FIELD        ENCODING
//   version      u8, 1
//   snapshot     id, not zero
//   parents      varint count, at most kMaxParents; ids, not zero, no two alike
//   generation   varint; 1 without parents, 2 or more with
//   author       signature
//   committer    signature
//   message      string of at most kMaxMessageBytes
//
// A signature:
//
//   name         string of at most kMaxSignatureBytes
//   e-mail       likewise
//   time         i64, two's complement: microseconds since 1970-01-01T00:00:00Z
//   zone         zigzag varint: minutes from UTC, -1439..1439
//
// A string is a varint length and so many bytes, none of them NUL.

namespace pvc {

namespace {

constexpr uint8_t kCommitVersion = 1;
constexpr int32_t kMaxOffsetMinutes = 24 * 60 - 1;

ObjectId ReadId(Decoder& in) {
  const ObjectId id = ObjectId::FromView(in.ReadBytes(ObjectId::kBytes));
  if (id.IsZero()) in.Fail("id of no object");
  return id;
}

bool HasTwoAlike(std::vector<CommitId> ids) {
  std::sort(ids.begin(), ids.end());
  return std::adjacent_find(ids.begin(), ids.end()) != ids.end();
}

bool IsGenerationPossible(uint64_t generation, size_t parent_count) {
  return parent_count == 0 ? generation == 1 : generation >= 2;
}

}  // namespace

void AppendSignature(Bytes& out, const Signature& signature) {
  const int32_t zone = signature.when.offset_minutes;
  if (zone < -kMaxOffsetMinutes || zone > kMaxOffsetMinutes) {
    throw Error(ErrorKind::kInvalid, fmt::format("a time zone {} minutes from UTC", zone));
  }
  AppendText(out, "a name", signature.name, kMaxSignatureBytes);
  AppendText(out, "an e-mail address", signature.email, kMaxSignatureBytes);
  AppendU64(out, static_cast<uint64_t>(signature.when.unix_us));
  AppendVarint(out,
               zone < 0 ? static_cast<uint64_t>(-zone) * 2 - 1 : static_cast<uint64_t>(zone) * 2);
}

Signature ReadSignature(Decoder& in) {
  Signature signature;
  signature.name = ReadText(in, kMaxSignatureBytes);
  signature.email = ReadText(in, kMaxSignatureBytes);
  signature.when.unix_us = static_cast<int64_t>(in.ReadU64());
  const auto zigzag = static_cast<int32_t>(in.ReadVarintAtMost(2 * kMaxOffsetMinutes));
  signature.when.offset_minutes = zigzag % 2 == 0 ? zigzag / 2 : -(zigzag / 2) - 1;
  return signature;
}

Bytes EncodeCommit(const Commit& commit) {
  if (commit.parents.size() > kMaxParents) {
    throw Error(ErrorKind::kTooLarge,
                fmt::format("a commit with {} parents, at most {} are possible",
                            commit.parents.size(), kMaxParents));
  }
  if (HasTwoAlike(commit.parents)) {
    throw Error(ErrorKind::kInvalid, "a commit with the same parent twice");
  }
  if (!IsGenerationPossible(commit.generation, commit.parents.size())) {
    throw Error(ErrorKind::kInvalid, fmt::format("a commit with {} parents and generation {}",
                                                 commit.parents.size(), commit.generation));
  }
  Bytes out;
  AppendU8(out, kCommitVersion);
  out.append(commit.snapshot.id.View());
  AppendVarint(out, commit.parents.size());
  for (const CommitId& parent : commit.parents) out.append(parent.id.View());
  AppendVarint(out, commit.generation);
  AppendSignature(out, commit.author);
  AppendSignature(out, commit.committer);
  AppendText(out, "a message", commit.message, kMaxMessageBytes);
  return out;
}

Commit DecodeCommit(ByteView bytes, std::string_view subject) {
  Decoder in(bytes, subject);
  if (in.ReadU8() != kCommitVersion) in.Fail("unknown version of a commit");
  Commit commit;
  commit.snapshot.id = ReadId(in);
  const uint64_t parent_count = in.ReadVarintAtMost(kMaxParents);
  for (uint64_t i = 0; i < parent_count; ++i) commit.parents.push_back({ReadId(in)});
  if (HasTwoAlike(commit.parents)) in.Fail("the same parent twice");
  commit.generation = in.ReadVarint();
  if (!IsGenerationPossible(commit.generation, commit.parents.size())) in.Fail("wrong generation");
  commit.author = ReadSignature(in);
  commit.committer = ReadSignature(in);
  commit.message = ReadText(in, kMaxMessageBytes);
  in.ExpectEnd();
  return commit;
}

CommitId WriteCommit(ObjectSink& sink, const Commit& commit) {
  return {sink.Put(ObjectType::kCommit, EncodeCommit(commit))};
}

Commit ReadCommit(ObjectSource& source, const CommitId& id) {
  return DecodeCommit(source.ReadObject(ObjectType::kCommit, id.id), "commit " + id.Short());
}

}  // namespace pvc
