#pragma once

#include "engine/object_io.h"
#include "engine/tree.h"
#include "sqlite/schema.h"
#include "vcs/ids.h"

namespace pvc {

/// A database at one moment: its header properties and its catalog, which names every table's rows.
/// Format: docs/format.md#snapshot
struct Snapshot {
  DatabaseProperties properties;
  Tree catalog;

  bool operator==(const Snapshot&) const = default;
};

Bytes EncodeSnapshot(const Snapshot& snapshot);
/// Throws: kCorrupt.
Snapshot DecodeSnapshot(ByteView bytes, std::string_view subject);

SnapshotId WriteSnapshot(ObjectSink& sink, const Snapshot& snapshot);
/// Throws: kCorrupt, kIo.
Snapshot ReadSnapshot(ObjectSource& source, const SnapshotId& id);

/// Appends and reads a tree reference: entry count, then level and root id unless empty.   Format:
/// docs/format.md#node
void AppendTree(Bytes& out, const Tree& tree);
class Decoder;
Tree ReadTree(Decoder& in);

}  // namespace pvc
