#pragma once

#include <memory>
#include <optional>

#include "engine/pack_reader.h"
#include "engine/recent_objects.h"

namespace pvc {

/// Finds stored records by object id.
class RecordSource {
 public:
  virtual ~RecordSource() = default;

  /// Finds a copy of the object whose delta depth is less than `depth_limit`. Several packs may
  /// hold copies made differently by writers that did not see each other; asking for a base with
  /// less depth than its delta makes chains end whatever copies there are.
  virtual std::optional<StoredRecord> FindRecord(const ObjectId& id, unsigned depth_limit) = 0;
};

/// Depth limit that every record is below.
inline constexpr unsigned kAnyDepth = kMaxDeltaDepth + 1U;

struct ResolvedObject {
  ObjectType type = ObjectType::kNode;
  uint8_t depth = 0;
  std::shared_ptr<const Bytes> bytes;
};

/// Turns a record into its object, fetching the dictionary or the chain of delta bases from
/// `source`.
///
/// `recent`: where bases are looked for before they are read, and where the object and its bases
/// are left; null where every byte is to be read from disk.
/// Throws: kCorrupt naming the object.
/// Cost:   at most kMaxDeltaDepth further records, all in memory at once.
ResolvedObject ResolveRecord(RecordSource& source, DecompressorPool& pool, const ObjectId& id,
                             StoredRecord record, RecentObjects* recent);

}  // namespace pvc
