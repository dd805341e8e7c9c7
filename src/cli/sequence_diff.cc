#include "cli/sequence_diff.h"

#include <algorithm>
#include <optional>
#include <unordered_map>

namespace pvc {
namespace {

using Step = SequenceStep;
using Elements = std::span<const std::string_view>;
using Ids = std::vector<uint32_t>;

/// A tenth of a second.
constexpr size_t kMaxComparisons = 50'000'000;

/// Equal numbers for equal elements.
class Numbering {
 public:
  Ids Number(Elements elements) {
    Ids ids;
    ids.reserve(elements.size());
    for (const std::string_view element : elements) {
      ids.push_back(
          numbers_.try_emplace(element, static_cast<uint32_t>(numbers_.size())).first->second);
    }
    return ids;
  }

 private:
  std::unordered_map<std::string_view, uint32_t> numbers_;
};

/// The greedy search of Myers' paper. On diagonal k, x - y = k, where x elements of `before` and y
/// of `after` are done. Row d of the trace holds the furthest x on the diagonals -d, -d + 2, .. d
/// that d changes lead to. It may lie beyond the end of a sequence, from where nothing leads back:
/// the neighbour that it came from is closer to the goal than any point that it hides.
class Search {
 public:
  Search(Ids before, Ids after, size_t max_changes)
      : before_(std::move(before)), after_(std::move(after)), max_changes_(max_changes) {}

  /// Returns: the steps, last one first; nothing when it was given up.
  std::optional<std::vector<Step>> Run() {
    for (int64_t d = 0; static_cast<size_t>(d) <= max_changes_; ++d) {
      for (int64_t k = -d; k <= d; k += 2) {
        const int64_t x = FollowEqual(Start(d, k), k);
        if (comparisons_ > kMaxComparisons) return std::nullopt;
        trace_.push_back(static_cast<int32_t>(x));
        if (x == BeforeSize() && x - k == AfterSize()) return StepsBack(d, k);
      }
    }
    return std::nullopt;
  }

 private:
  static constexpr int64_t kUnreachable = -2;  // still none when an element is removed

  int64_t BeforeSize() const { return static_cast<int64_t>(before_.size()); }
  int64_t AfterSize() const { return static_cast<int64_t>(after_.size()); }

  int64_t Furthest(int64_t d, int64_t k) const {
    if (k < -d || k > d) return kUnreachable;
    return trace_[static_cast<size_t>(d * (d + 1) / 2 + (k + d) / 2)];
  }

  /// Where removing an element leads to after d - 1 changes.
  int64_t AfterRemoval(int64_t d, int64_t k) const { return Furthest(d - 1, k - 1) + 1; }

  /// Where adding an element leads to after d - 1 changes.
  int64_t AfterAddition(int64_t d, int64_t k) const { return Furthest(d - 1, k + 1); }

  /// Where diagonal k is entered by change d.
  int64_t Start(int64_t d, int64_t k) const {
    return d == 0 ? 0 : std::max(AfterRemoval(d, k), AfterAddition(d, k));
  }

  int64_t FollowEqual(int64_t x, int64_t k) {
    ++comparisons_;
    while (x < BeforeSize() && x - k < AfterSize() &&
           before_[static_cast<size_t>(x)] == after_[static_cast<size_t>(x - k)]) {
      ++x;
      ++comparisons_;
    }
    return x;
  }

  std::vector<Step> StepsBack(int64_t d, int64_t k) const {
    std::vector<Step> steps;
    for (; d >= 0; --d) {
      const int64_t start = Start(d, k);
      steps.insert(steps.end(), static_cast<size_t>(Furthest(d, k) - start), Step::kKept);
      if (d == 0) break;
      const bool is_removal = start == AfterRemoval(d, k);
      steps.push_back(is_removal ? Step::kRemoved : Step::kAdded);
      k += is_removal ? -1 : 1;
    }
    return steps;
  }

  Ids before_;
  Ids after_;
  size_t max_changes_;
  size_t comparisons_ = 0;
  std::vector<int32_t> trace_;
};

/// Lets removals come before additions between two kept elements.
void OrderChanges(std::vector<Step>& steps) {
  const auto is_kept = [](Step step) { return step == Step::kKept; };
  for (auto at = steps.begin(); at != steps.end();) {
    const auto begin = std::find_if_not(at, steps.end(), is_kept);
    at = std::find_if(begin, steps.end(), is_kept);
    std::sort(begin, at);  // the enumeration's order
  }
}

}  // namespace

std::vector<SequenceStep> DiffSequences(Elements before, Elements after, size_t max_changes) {
  const auto begin = static_cast<size_t>(
      std::mismatch(before.begin(), before.end(), after.begin(), after.end()).first -
      before.begin());
  before = before.subspan(begin);
  after = after.subspan(begin);
  const auto end = static_cast<size_t>(
      std::mismatch(before.rbegin(), before.rend(), after.rbegin(), after.rend()).first -
      before.rbegin());
  before = before.first(before.size() - end);
  after = after.first(after.size() - end);

  std::vector<Step> steps(begin, Step::kKept);
  Numbering numbering;
  Ids before_ids = numbering.Number(before);
  Ids after_ids = numbering.Number(after);
  if (const auto found = Search(std::move(before_ids), std::move(after_ids), max_changes).Run()) {
    steps.insert(steps.end(), found->rbegin(), found->rend());
  } else {
    steps.insert(steps.end(), before.size(), Step::kRemoved);
    steps.insert(steps.end(), after.size(), Step::kAdded);
  }
  OrderChanges(steps);
  steps.insert(steps.end(), end, Step::kKept);
  return steps;
}

}  // namespace pvc
