#include "vcs/snapshot.h"

#include <utility>

#include "base/decoder.h"
#include "base/error.h"
#include "engine/node.h"

namespace pvc {

namespace {

constexpr uint8_t kVersion = 1;
constexpr uint8_t kFlagWal = 1;
constexpr uint8_t kFlagStatistics = 2;
constexpr uint8_t kAllFlags = kFlagWal | kFlagStatistics;

bool IsPageSize(uint32_t size) { return size >= 512 && size <= 65536 && (size & (size - 1)) == 0; }

}  // namespace

void AppendTree(Bytes& out, const Tree& tree) {
  AppendVarint(out, tree.entry_count);
  if (tree.empty()) return;
  AppendU8(out, tree.root_level);
  out.append(tree.root.View());
}

Tree ReadTree(Decoder& in) {
  Tree tree;
  tree.entry_count = in.ReadVarint();
  if (tree.empty()) return tree;
  tree.root_level = in.ReadU8();
  if (tree.root_level > kMaxNodeLevel) in.Fail("tree level over the limit");
  tree.root = ObjectId::FromView(in.ReadBytes(ObjectId::kBytes));
  if (tree.root.IsZero()) in.Fail("tree without a root");
  return tree;
}

Bytes EncodeSnapshot(const Snapshot& snapshot) {
  const DatabaseProperties& p = snapshot.properties;
  Bytes out;
  AppendU8(out, kVersion);
  AppendU8(out, static_cast<uint8_t>(p.encoding));
  AppendU32(out, p.page_size);
  AppendU8(out, p.auto_vacuum);
  AppendU8(out, static_cast<uint8_t>((p.is_wal ? kFlagWal : 0) |
                                     (p.has_statistics ? kFlagStatistics : 0)));
  AppendU32(out, static_cast<uint32_t>(p.user_version));
  AppendU32(out, static_cast<uint32_t>(p.application_id));
  AppendTree(out, snapshot.catalog);
  return out;
}

Snapshot DecodeSnapshot(ByteView bytes, std::string_view subject) {
  Decoder in(bytes, subject);
  if (in.ReadU8() != kVersion) in.Fail("unknown version of a snapshot");
  Snapshot snapshot;
  DatabaseProperties& p = snapshot.properties;
  const uint8_t encoding = in.ReadU8();
  if (encoding < 1 || encoding > 3) in.Fail("unknown text encoding");
  p.encoding = static_cast<TextEncoding>(encoding);
  p.page_size = in.ReadU32();
  if (!IsPageSize(p.page_size)) in.Fail("page size that is none");
  p.auto_vacuum = in.ReadU8();
  if (p.auto_vacuum > 2) in.Fail("unknown auto_vacuum mode");
  const uint8_t flags = in.ReadU8();
  if ((flags & ~kAllFlags) != 0) in.Fail("unknown flags");
  p.is_wal = (flags & kFlagWal) != 0;
  p.has_statistics = (flags & kFlagStatistics) != 0;
  p.user_version = static_cast<int32_t>(in.ReadU32());
  p.application_id = static_cast<int32_t>(in.ReadU32());
  snapshot.catalog = ReadTree(in);
  in.ExpectEnd();
  return snapshot;
}

SnapshotId WriteSnapshot(ObjectSink& sink, const Snapshot& snapshot) {
  return {sink.Put(ObjectType::kSnapshot, EncodeSnapshot(snapshot))};
}

Snapshot ReadSnapshot(ObjectSource& source, const SnapshotId& id) {
  return DecodeSnapshot(source.ReadObject(ObjectType::kSnapshot, id.id), "snapshot " + id.Short());
}

}  // namespace pvc
