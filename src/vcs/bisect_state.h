#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "vcs/operation.h"

namespace pvc {

/// What a commit was found to be.
enum class BisectVerdict : uint8_t {
  kBad = 1,
  kGood = 2,
  kSkip = 3,  ///< it cannot be tested
};

struct BisectMark {
  BisectVerdict verdict = BisectVerdict::kBad;
  CommitId commit;

  bool operator==(const BisectMark&) const = default;
};

/// A bisection under way: all that it knows is what was said.   Format: docs/format.md#bisect-state
struct BisectState {
  Head start;  ///< where HEAD was; reset goes back there
  /// Each good commit is known to be an ancestor of the bad one, or to part from it at a good one,
  /// or where nobody can tell: one that is skipped.
  bool good_are_checked = false;
  std::vector<BisectMark> marks;  ///< in the order they were made

  /// The commit that was said to be bad last.
  std::optional<CommitId> Bad() const;
  /// Commits of which `verdict` was said, each once, in the order of the ids.
  std::vector<CommitId> Marked(BisectVerdict verdict) const;

  bool operator==(const BisectState&) const = default;
};

/// Most marks of a bisection: 2.2 MB of state, written anew with each step.
inline constexpr size_t kMaxBisectMarks = 65'536;

/// Throws: kTooLarge; kInvalid for an impossible `start`.
Bytes EncodeBisectState(const BisectState& state);
/// `subject` names the bytes in errors.   Throws: kCorrupt.
BisectState DecodeBisectState(ByteView bytes, std::string_view subject);

/// The bisection that is under way in a state; nothing when none is.   Throws: kCorrupt.
std::optional<BisectState> FindBisect(const Operation& state);

}  // namespace pvc
