#pragma once

#include <optional>
#include <vector>

#include "vcs/bisect_state.h"
#include "vcs/checkout.h"

namespace pvc {

/// Where a bisection stands.
enum class BisectStage {
  kNeedsBad,         ///< no commit was said to be bad
  kNeedsGood,        ///< ... or good
  kNeedsBoth,        ///< neither
  kTest,             ///< `commit` is to be tested
  kTestMergeBase,    ///< likewise: a good commit is no ancestor of the bad one, and parts from it
                     ///< there
  kFound,            ///< `commit` is the first bad one
  kOnlySkippedLeft,  ///< one of `suspects` is, and all but the bad commit among them are skipped
};

struct BisectStep {
  BisectStage stage = BisectStage::kNeedsBoth;
  CommitId commit;
  size_t good_count = 0;           ///< commits that were said to be good
  size_t left_count = 0;           ///< kTest: candidates left after this test, about
  size_t step_count = 0;           ///< kTest: tests left after this one, about
  std::vector<CommitId> suspects;  ///< newest first
  /// Skipped commits where a good one parts from the bad one: if one of them is bad, the first bad
  /// commit is not among those that are searched. Given once.
  std::vector<CommitId> skipped_merge_bases;
  CheckoutResult checkout;
};

/// Begins a bisection, also anew while one is under way: from where HEAD was before the first.
/// Each function here is one operation, HEAD, refs and working database included.
///
/// Throws: kInvalid on a branch without commits, while other work is unfinished, and for commits
///         that cannot be as they are said to be; what SwitchHead throws.
BisectStep StartBisect(Repository& repository, const std::optional<CommitId>& bad,
                       const std::vector<CommitId>& good, const Actor& actor,
                       const CheckoutOptions& options);

/// Records what commits were found to be, and goes to the next one to test. When there is none,
/// HEAD stays.
/// Throws: kInvalid without a bisection; as StartBisect.
BisectStep MarkBisect(Repository& repository, BisectVerdict verdict,
                      const std::vector<CommitId>& commits, const Actor& actor,
                      const CheckoutOptions& options);

/// Where the bisection under way stands, without going anywhere: HEAD may be elsewhere by now.
/// Throws: kInvalid without one.
BisectStep ReadBisectStep(Repository& repository);

/// The bisection under way.   Throws: kInvalid without one, with a hint to start one.
BisectState RequireBisect(const Repository& repository);

/// Ends the bisection and goes back to where HEAD was when it began, or to `to`.
/// Requires: one is under way.
/// Throws:   kNotFound when that branch is gone; what SwitchHead throws.
CheckoutResult ResetBisect(Repository& repository, const std::optional<Head>& to,
                           const Actor& actor, const CheckoutOptions& options);

}  // namespace pvc
