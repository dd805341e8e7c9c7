#include "vcs/merge/json_columns.h"

#include <algorithm>

#include "vcs/ascii_case.h"
#include "vcs/config_syntax.h"
#include "vcs/glob.h"
#include "vcs/typed_literal.h"

namespace pvc {

JsonColumns::JsonColumns(const Config& config) {
  for (const auto& [name, value] : config.entries()) {
    const SettingName parts = RequireSettingName(name);
    if (parts.section != "table" || parts.key != "json" || parts.subsection.empty()) continue;
    Rule rule{FoldAsciiCase(parts.subsection), {}};
    for (std::string_view column : SplitAtCommas(value)) {
      const size_t begin = column.find_first_not_of(" \t");
      if (begin == std::string_view::npos) continue;
      column = column.substr(begin, column.find_last_not_of(" \t") - begin + 1);
      rule.columns.push_back(FoldAsciiCase(column));
    }
    rules_.push_back(std::move(rule));
  }
}

std::vector<bool> JsonColumns::Of(const TableInfo& info) const {
  std::vector<bool> is_json;
  if (rules_.empty()) return is_json;
  const std::string table = FoldAsciiCase(info.name);
  std::vector<std::string> columns;
  for (const Rule& rule : rules_) {
    if (!MatchesGlob(rule.glob, table)) continue;
    columns.insert(columns.end(), rule.columns.begin(), rule.columns.end());
  }
  if (columns.empty()) return is_json;
  for (const Column& column : info.columns) {
    if (column.is_generated) continue;
    is_json.push_back(std::find(columns.begin(), columns.end(), FoldAsciiCase(column.name)) !=
                      columns.end());
  }
  return is_json;
}

}  // namespace pvc
