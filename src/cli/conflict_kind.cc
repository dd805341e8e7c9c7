#include "cli/conflict_kind.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <numeric>
#include <vector>

#include "cli/quantity_text.h"

namespace pvc {

uint64_t ConflictCounts::total() const {
  return std::accumulate(by_kind.begin(), by_kind.end(), uint64_t{0});
}

std::string FormatConflictCounts(const ConflictCounts& counts) {
  constexpr std::array<const char*, kConflictKindCount> kWords = {
      "both changed", "deleted and changed", "both added", "against constraints"};
  std::vector<std::string> parts;
  for (size_t i = 0; i < kConflictKindCount; ++i) {
    if (counts.by_kind.at(i) == 0) continue;
    parts.push_back(fmt::format("{} {}", FormatCount(counts.by_kind.at(i)), kWords.at(i)));
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::string DescribeConflictCount(const MergeConflicts& conflicts) {
  std::vector<std::string> places;
  if (!conflicts.schema.empty()) places.emplace_back("the schema");
  if (!conflicts.tables.empty()) places.push_back(FormatCountOf(conflicts.tables.size(), "table"));
  return fmt::format("{} in {}",
                     FormatCountOf(conflicts.schema.size() + conflicts.row_count(), "conflict"),
                     fmt::join(places, " and "));
}

}  // namespace pvc
