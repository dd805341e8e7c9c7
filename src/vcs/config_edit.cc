#include <fmt/format.h>

#include <vector>

#include "base/error.h"
#include "vcs/config.h"
#include "vcs/config_syntax.h"

namespace pvc {

namespace {

/// The lines of a file, and where one setting stands or belongs.
struct Lines {
  std::vector<std::string> lines;      ///< with their line feeds
  std::optional<size_t> setting;       ///< its line
  std::optional<size_t> section_end;   ///< behind the last line of its section that says something
  std::string_view line_break = "\n";  ///< "\r\n" in files that have it
};

Lines Locate(std::string_view text, const SettingName& name) {
  Lines found;
  bool is_inside = false;
  while (!text.empty()) {
    const std::string_view before = text;
    const std::string_view line = TakeConfigLine(text);
    found.lines.emplace_back(before.substr(0, before.size() - text.size()));
    const ConfigLine parsed = ParseConfigLine(line);
    if (parsed.kind == ConfigLine::Kind::kSection) is_inside = name.IsInSameSection(parsed.name);
    if (!is_inside || parsed.kind == ConfigLine::Kind::kBlank) continue;
    found.section_end = found.lines.size();
    if (parsed.kind == ConfigLine::Kind::kSetting && parsed.name.key == name.key) {
      found.setting = found.lines.size() - 1;
    }
  }
  if (!found.lines.empty() && found.lines.front().ends_with("\r\n")) found.line_break = "\r\n";
  if (!found.lines.empty() && !found.lines.back().ends_with('\n')) {
    found.lines.back() += found.line_break;
  }
  return found;
}

}  // namespace

std::string SetInConfigText(std::string_view text, std::string_view name,
                            const std::optional<std::string>& value) {
  Config().Set(name, value.value_or(""));  // for its checks
  const SettingName parsed = RequireSettingName(name);
  std::string result;
  if (text.starts_with(kByteOrderMark)) {
    result = kByteOrderMark;
    text.remove_prefix(kByteOrderMark.size());
  }
  Lines found = Locate(text, parsed);
  const auto assignment = [&](std::string_view key_as_written) {
    return fmt::format("{} ={}{}{}", key_as_written, value->empty() ? "" : " ", *value,
                       found.line_break);
  };
  const auto at = [&](size_t line) { return found.lines.begin() + static_cast<ptrdiff_t>(line); };
  if (!value) {
    if (found.setting) found.lines.erase(at(*found.setting));
  } else if (found.setting) {
    std::string& line = found.lines[*found.setting];
    const size_t key_end = line.find_last_not_of(" \t", line.find('=') - 1) + 1;
    line = assignment(std::string_view(line).substr(0, key_end));
  } else if (found.section_end) {
    // Indented as the line above, unless that is the section's own.
    const std::string& above = found.lines[*found.section_end - 1];
    const size_t indent = above.find_first_not_of(" \t");
    const std::string prefix = above[indent] == '[' ? "" : above.substr(0, indent);
    found.lines.insert(at(*found.section_end), assignment(prefix + parsed.key));
  } else {
    if (!found.lines.empty()) found.lines.emplace_back(found.line_break);
    found.lines.push_back(parsed.Header() + std::string(found.line_break));
    found.lines.push_back(assignment(parsed.key));
  }
  for (const std::string& line : found.lines) result += line;
  return result;
}

}  // namespace pvc
