#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "vcs/query/key_bounds.h"
#include "vcs/query/range_scan.h"
#include "vcs/query/table_version.h"

namespace pvc {

/// Entries of a table's tree, one after the other, in the order that a plan promised.
///
/// Throws: kCorrupt, kIo from every member but AtEnd.
class RowWalk {
 public:
  virtual ~RowWalk() = default;
  virtual bool AtEnd() const = 0;
  /// Requires: !AtEnd().
  virtual void Next() = 0;
  /// Requires: !AtEnd().   Lifetime: until Next.
  virtual ByteView key() = 0;
  virtual ByteView value() = 0;
};

/// Walks a scan as it is.
std::unique_ptr<RowWalk> WalkScan(RangeScan scan);

/// Walks a scan of a tuple-keyed table in the order of its key's parts, also where that of the tree
/// is another: keys that were cut say nothing of order behind the cut, and equalities with several
/// readings leave rows of different first parts.
///
/// `first_part`: the order is that of the parts from this one on; an equality holds those in front.
/// `is_mixed`: the scan's ranges may hold different values of parts that an equality holds.
/// Lifetime: the version outlives it.
/// Cost: as the scan; rows that are out of order are sorted, on disk when they are many.
std::unique_ptr<RowWalk> WalkInOrder(QueryScope& scope, const TableVersion& version, RangeScan scan,
                                     ScanDirection direction, size_t first_part, bool is_mixed);

}  // namespace pvc
