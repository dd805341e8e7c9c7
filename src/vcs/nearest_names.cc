#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

#include "vcs/revision.h"

namespace pvc {

namespace {

constexpr size_t kMaxSuggestions = 3;
/// Longer names are never compared: nobody mistypes them by hand, and each costs their product.
constexpr size_t kMaxComparedBytes = 250;

char ToLower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// Insertions, deletions, substitutions and swaps of neighbours that lead from `a` to `b` (optimal
/// string alignment), two for each step but a change of case, which counts one.
size_t Distance(std::string_view a, std::string_view b) {
  // Rows of the classic table: before the last, last, current.
  std::array<std::vector<size_t>, 3> rows;
  for (auto& row : rows) row.resize(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) rows[1][j] = 2 * j;
  for (size_t i = 1; i <= a.size(); ++i) {
    auto& [before, last, current] = rows;
    current[0] = 2 * i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const bool equal = a[i - 1] == b[j - 1];
      const size_t substitution = equal ? 0 : ToLower(a[i - 1]) == ToLower(b[j - 1]) ? 1 : 2;
      current[j] = std::min({last[j] + 2, current[j - 1] + 2, last[j - 1] + substitution});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        current[j] = std::min(current[j], before[j - 2] + 2);
      }
    }
    std::rotate(rows.begin(), rows.begin() + 1, rows.end());
  }
  return rows[1][b.size()];
}

}  // namespace

std::vector<std::string> NearestNames(std::string_view wrong,
                                      const std::vector<std::string>& names) {
  if (wrong.empty() || wrong.size() > kMaxComparedBytes) return {};
  // A third of the letters may be wrong, at least one.
  const size_t steps = std::max<size_t>(1, wrong.size() / 3);
  std::vector<std::pair<size_t, std::string_view>> near;
  for (const std::string& name : names) {
    const size_t longer = std::max(name.size(), wrong.size());
    const size_t shorter = std::min(name.size(), wrong.size());
    const bool begins_alike = wrong.size() >= 3 && name.starts_with(wrong);
    if (name.size() > kMaxComparedBytes || (longer - shorter > steps && !begins_alike)) continue;
    const size_t distance = Distance(wrong, name);
    const bool case_only = wrong.size() == name.size() && distance <= wrong.size() &&
                           std::equal(wrong.begin(), wrong.end(), name.begin(),
                                      [](char x, char y) { return ToLower(x) == ToLower(y); });
    if (distance <= 2 * steps || begins_alike || case_only) near.emplace_back(distance, name);
  }
  std::sort(near.begin(), near.end());
  std::vector<std::string> nearest;
  for (const auto& [distance, name] : near) {
    if (nearest.size() == kMaxSuggestions) break;
    nearest.emplace_back(name);
  }
  return nearest;
}

}  // namespace pvc
