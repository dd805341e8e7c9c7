#include "vcs/bisect_search.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <unordered_map>
#include <unordered_set>

#include "vcs/history.h"

namespace pvc {

namespace {

/// The candidates, children before parents: the bad commit is the first.
struct Candidates {
  std::vector<CommitId> ids;
  std::vector<size_t> parents;       // places of those that are candidates, one commit's after the
  std::vector<size_t> parents_ends;  // other's
  std::vector<size_t> child_counts;

  size_t size() const { return ids.size(); }
  size_t ParentsBegin(size_t place) const { return place == 0 ? 0 : parents_ends[place - 1]; }
  /// The one parent, when there is just one.
  std::optional<size_t> OnlyParent(size_t place) const {
    const size_t begin = ParentsBegin(place);
    if (parents_ends[place] != begin + 1) return std::nullopt;
    return parents[begin];
  }
};

Candidates ReadCandidates(Repository& repository, const CommitId& bad,
                          const std::vector<CommitId>& good) {
  Candidates candidates;
  std::vector<CommitId> parent_ids;
  std::vector<size_t> ends;
  std::unordered_map<CommitId, size_t> places;
  HistoryWalk walk(repository, {bad}, good);
  while (auto step = walk.Next()) {
    places.emplace(step->id, candidates.ids.size());
    candidates.ids.push_back(step->id);
    parent_ids.insert(parent_ids.end(), step->commit.parents.begin(), step->commit.parents.end());
    ends.push_back(parent_ids.size());
  }
  candidates.child_counts.resize(candidates.size());
  size_t next = 0;
  for (const size_t end : ends) {
    for (; next < end; ++next) {
      const auto place = places.find(parent_ids[next]);
      if (place == places.end()) continue;
      candidates.parents.push_back(place->second);
      ++candidates.child_counts[place->second];
    }
    candidates.parents_ends.push_back(candidates.parents.size());
  }
  return candidates;
}

/// A line of candidates, oldest first: each but the first has the one before as its only parent,
/// and each but the last the one behind as its only child. So a parent elsewhere is always the last
/// of its segment, and what one commit of a segment descends from outside of it, all do.
struct Segment {
  std::vector<size_t> parents;  ///< segments, with lower numbers
  size_t length = 0;
  size_t begin = 0;  ///< the first bit that stands for one of its commits
  size_t reach = 0;  ///< candidates that its last commit descends from, itself included
};

struct Segments {
  std::vector<Segment> all;       // parents before children
  std::vector<size_t> of;         // by a candidate's place
  std::vector<size_t> positions;  // in the segment, likewise
};

Segments Divide(const Candidates& candidates) {
  Segments segments;
  segments.of.resize(candidates.size());
  segments.positions.resize(candidates.size());
  for (size_t place = candidates.size(); place-- > 0;) {
    const auto only_parent = candidates.OnlyParent(place);
    if (only_parent && candidates.child_counts[*only_parent] == 1) {
      segments.of[place] = segments.of[*only_parent];
    } else {
      segments.of[place] = segments.all.size();
      Segment& segment = segments.all.emplace_back();
      for (size_t i = candidates.ParentsBegin(place); i < candidates.parents_ends[place]; ++i) {
        segment.parents.push_back(segments.of[candidates.parents[i]]);
      }
    }
    segments.positions[place] = segments.all[segments.of[place]].length++;
  }
  size_t begin = 0;
  for (Segment& segment : segments.all) {
    segment.begin = begin;
    begin += segment.length;
  }
  return segments;
}

/// Candidates as bits, so many at a time: one cache line.
constexpr size_t kBlockBits = 512;
using Block = std::array<uint64_t, kBlockBits / 64>;

void SetBits(Block& block, size_t begin, size_t end) {
  for (size_t bit = begin; bit < end; ++bit) block[bit / 64] |= uint64_t{1} << (bit % 64);
}

// For a block of candidates at a time, hands down from segment to segment which of them it descends
// from, and counts. Sums of the parents' counts would count what they share twice.
void CountReach(std::vector<Segment>& segments, size_t candidate_count) {
  std::vector<Block> reached(segments.size());
  size_t first = 0;  // segments before it have no bit in the block, nor anything that has
  for (size_t begin = 0; begin < candidate_count; begin += kBlockBits) {
    while (segments[first].begin + segments[first].length <= begin) ++first;
    for (size_t i = first; i < segments.size(); ++i) {
      Segment& segment = segments[i];
      Block block{};
      if (segment.begin < begin + kBlockBits) {
        const size_t end = std::min(segment.begin + segment.length, begin + kBlockBits);
        SetBits(block, std::max(segment.begin, begin) - begin, end - begin);
      }
      for (const size_t parent : segment.parents) {
        if (parent < first) continue;
        for (size_t word = 0; word < block.size(); ++word) block[word] |= reached[parent][word];
      }
      for (const uint64_t word : block) segment.reach += static_cast<size_t>(std::popcount(word));
      reached[i] = block;
    }
  }
}

}  // namespace

BisectSearch SearchBisection(Repository& repository, const CommitId& bad,
                             const std::vector<CommitId>& good,
                             const std::vector<CommitId>& skipped) {
  Candidates candidates = ReadCandidates(repository, bad, good);
  Segments segments = Divide(candidates);
  CountReach(segments.all, candidates.size());
  BisectSearch search;
  search.candidate_count = candidates.size();
  const std::unordered_set<CommitId> is_skipped(skipped.begin(), skipped.end());
  size_t most_left_behind = 0;
  for (size_t place = 1; place < candidates.size(); ++place) {
    if (is_skipped.contains(candidates.ids[place])) continue;
    const Segment& segment = segments.all[segments.of[place]];
    const size_t weight = segment.reach - segment.length + segments.positions[place] + 1;
    const size_t left_behind = std::min(weight, candidates.size() - weight);
    if (left_behind <= most_left_behind) continue;
    most_left_behind = left_behind;
    search.next = candidates.ids[place];
    search.next_weight = weight;
  }
  if (!search.next) search.suspects = std::move(candidates.ids);
  return search;
}

// Source: estimate_bisect_steps() of git's bisect.c. With e the greatest power of 2 in n = e + x,
// it is log2(e), or one less where that is more likely enough.
size_t EstimateBisectSteps(size_t candidate_count) {
  if (candidate_count < 3) return 0;
  const size_t power = std::bit_floor(candidate_count);
  const auto exponent = static_cast<size_t>(std::countr_zero(power));
  return power < 3 * (candidate_count - power) ? exponent : exponent - 1;
}

}  // namespace pvc
