#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "tests/support/sim_fs.h"

namespace pvc {

struct CrashOptions {
  uint64_t seed = 1;
  /// Random states per crash point, beside the systematic ones.
  size_t max_random = 16;
  /// Up to so many independent choices, all subsets are built (2^n states).
  size_t max_exhaustive_choices = 6;
  /// Beyond that: so many choices are tried alone and left out alone (2n states).
  size_t max_single_choices = 12;
  /// Crash points before this log position are not explored.
  size_t first_position = 0;
};

/// Where the power went.
struct CrashPoint {
  size_t log_position = 0;  ///< operations that had returned, compare with SimFs::log_size()
  std::string description;  ///< that operation and what survived, enough to find the case again
};

/// Builds the disks that a power loss may leave, at each position of a SimFs's log:
///
///   data     each un-synced write, per 512-byte sector: on disk, not on disk, garbage, zeros
///   size     each un-synced growth: on disk or not, whatever the data does
///   names    each un-synced create, rename, remove: on disk or not, whatever the file's data does;
///   a
///            rename within a folder is one change, one between folders is two
///   fsync    of a file settles its data and size, not its name; of a folder its names
///   failed   fsync: what was pending stays uncertain, a later success settles none of it
///
/// All subsets where there are few choices (then a growing log adds no state that its next fsync's
/// position does not show, so positions between are sampled); else none, all, names and sizes
/// without data, single ones, seeded random ones. Lifetime: `sim` outlives the explorer and does
/// not change meanwhile.
class CrashExplorer {
 public:
  explicit CrashExplorer(const SimFs& sim, CrashOptions options = {});

  using Visit = std::function<void(SimFs& state, const CrashPoint& point)>;
  /// Shows every state. `state` is a disk of its own, with its own log: it may be changed, and
  /// explored again.
  void ForEachState(const Visit& visit);

  using Check = std::function<std::string(SimFs& state, const CrashPoint& point)>;
  /// Shows states until `check` returns a text that is not empty, or throws.
  /// Returns: "<crash point>: <text>", or nothing when all states passed.
  std::optional<std::string> FindViolation(const Check& check);

  uint64_t states_explored() const { return states_explored_; }

 private:
  void Explore(const std::function<bool(SimFs&, const CrashPoint&)>& wants_more);

  const SimFs& sim_;
  CrashOptions options_;
  uint64_t states_explored_ = 0;
};

}  // namespace pvc
