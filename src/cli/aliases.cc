#include "cli/aliases.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/error.h"
#include "cli/command_table.h"
#include "vcs/config_syntax.h"

namespace pvc {
namespace {

constexpr std::string_view kSection = "alias";
/// Aliases of aliases: far more than anyone writes by hand.
constexpr size_t kMaxSteps = 100;

[[noreturn]] void Fail(std::string_view name, std::string_view what) {
  throw Error(ErrorKind::kInvalid, fmt::format("setting '{}': {}", name, what))
      .AddHint("where it is set:  pvc config --list --show-origin");
}

std::vector<std::string> SplitWords(std::string_view name, std::string_view value) {
  std::vector<std::string> words;
  bool is_inside = false;  // of a word, which may be empty: ''
  char quote = 0;
  for (size_t i = 0; i < value.size(); ++i) {
    const char c = value[i];
    const bool is_blank = c == ' ' || c == '\t';
    if (quote == 0 && is_blank) {
      is_inside = false;
      continue;
    }
    if (!is_inside) words.emplace_back();
    is_inside = true;
    if (c == '\\' && quote != '\'') {
      if (++i == value.size()) Fail(name, "a backslash at the end");
      const bool is_escape = quote == 0 || value[i] == '"' || value[i] == '\\';
      if (!is_escape) words.back() += c;
      words.back() += value[i];
    } else if (c == quote) {
      quote = 0;
    } else if (quote == 0 && (c == '\'' || c == '"')) {
      quote = c;
    } else {
      words.back() += c;
    }
  }
  if (quote != 0) Fail(name, "a quote that is not closed");
  return words;
}

}  // namespace

std::vector<std::string> SplitAlias(std::string_view name, std::string_view value) {
  if (value.starts_with('!')) {
    Fail(name, "an alias that begins with '!', a shell command; pvc runs none");
  }
  std::vector<std::string> words = SplitWords(name, value);
  if (words.empty() || words.front().empty()) Fail(name, "an alias for nothing");
  if (words.front().front() == '-') {
    Fail(name,
         fmt::format("an alias begins with a command, not with the option '{}'", words.front()));
  }
  return words;
}

std::vector<std::string> ExpandAliases(const Config& settings, std::vector<std::string> words) {
  std::vector<std::string> seen;
  while (!words.empty() && FindCommand(words.front()) == nullptr) {
    // A dot would name a subsection, which no alias has.
    if (words.front().find('.') != std::string::npos) break;
    const std::string name = fmt::format("{}.{}", kSection, words.front());
    const std::optional<std::string> value = settings.Get(name);
    if (!value) break;
    const bool is_loop = std::find(seen.begin(), seen.end(), words.front()) != seen.end();
    seen.push_back(words.front());
    if (is_loop) Fail(name, fmt::format("an alias for itself: {}", fmt::join(seen, " -> ")));
    if (seen.size() > kMaxSteps) Fail(name, "too many aliases that stand for aliases");
    const std::vector<std::string> replacement = SplitAlias(name, *value);
    words.erase(words.begin());
    words.insert(words.begin(), replacement.begin(), replacement.end());
  }
  return words;
}

std::vector<std::string> AliasNames(const Config& settings) {
  std::vector<std::string> names;
  for (const auto& [name, value] : settings.entries()) {
    const SettingName parsed = RequireSettingName(name);
    if (parsed.section == kSection && parsed.subsection.empty()) names.push_back(parsed.key);
  }
  return names;
}

}  // namespace pvc
