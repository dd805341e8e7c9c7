#include "vcs/ignored_tables.h"

#include <algorithm>

#include "vcs/ascii_case.h"
#include "vcs/config_syntax.h"
#include "vcs/glob.h"

namespace pvc {

IgnoredTables::IgnoredTables(const Config& config) {
  for (const auto& [name, value] : config.entries()) {
    const SettingName parts = RequireSettingName(name);
    if (parts.section != "table" || parts.key != "ignore" || parts.subsection.empty()) continue;
    rules_.push_back({FoldAsciiCase(parts.subsection), *config.GetBool(name)});
  }
  std::sort(rules_.begin(), rules_.end(), [](const Rule& a, const Rule& b) {
    return a.glob.size() != b.glob.size() ? a.glob.size() > b.glob.size() : a.ignore < b.ignore;
  });
}

bool IgnoredTables::Matches(std::string_view table_name) const {
  if (rules_.empty()) return false;
  const std::string folded = FoldAsciiCase(table_name);
  const auto rule = std::find_if(rules_.begin(), rules_.end(),
                                 [&](const Rule& r) { return MatchesGlob(r.glob, folded); });
  return rule != rules_.end() && rule->ignore;
}

}  // namespace pvc
