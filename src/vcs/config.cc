#include "vcs/config.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/error.h"
#include "vcs/ascii_case.h"
#include "vcs/config_syntax.h"

namespace pvc {

namespace {

/// As an entry is named: section and key in lower case.
std::optional<std::string> CanonicalName(std::string_view name) {
  const std::optional<SettingName> parsed = ParseSettingName(name);
  if (!parsed) return std::nullopt;
  return parsed->Full();
}

[[noreturn]] void FailLine(const std::string& path, size_t line_number, std::string_view what) {
  throw Error(ErrorKind::kInvalid, fmt::format("'{}' line {}: {}", path, line_number, what));
}

}  // namespace

std::optional<bool> ParseTruth(std::string_view text) {
  const std::string folded = FoldAsciiCase(text);
  constexpr auto kTrue = std::to_array<std::string_view>({"true", "yes", "on", "1"});
  constexpr auto kFalse = std::to_array<std::string_view>({"false", "no", "off", "0", ""});
  if (std::find(kTrue.begin(), kTrue.end(), folded) != kTrue.end()) return true;
  if (std::find(kFalse.begin(), kFalse.end(), folded) != kFalse.end()) return false;
  return std::nullopt;
}

Config Config::Parse(std::string_view text, const std::string& path) {
  Config config;
  SettingName section;
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  for (size_t line_number = 1; !text.empty(); ++line_number) {
    ConfigLine line;
    try {
      line = ParseConfigLine(TakeConfigLine(text));
    } catch (const Error& error) {
      FailLine(path, line_number, error.message());
    }
    if (line.kind == ConfigLine::Kind::kSection) {
      section = std::move(line.name);
    } else if (line.kind == ConfigLine::Kind::kSetting) {
      if (section.section.empty()) FailLine(path, line_number, "a key before the first [section]");
      section.key = std::move(line.name.key);
      const std::string name = section.Full();
      if (!config.entries_.emplace(name, line.value).second) {
        FailLine(path, line_number, fmt::format("'{}' is set a second time", name));
      }
    }
  }
  return config;
}

std::optional<std::string> Config::Get(std::string_view name) const {
  const std::optional<std::string> canonical = CanonicalName(name);
  const auto found = canonical ? entries_.find(*canonical) : entries_.end();
  if (found == entries_.end()) return std::nullopt;
  return found->second;
}

std::optional<bool> Config::GetBool(std::string_view name) const {
  const std::optional<std::string> value = Get(name);
  if (!value) return std::nullopt;
  if (const std::optional<bool> truth = ParseTruth(*value)) return truth;
  throw Error(ErrorKind::kInvalid,
              fmt::format("setting '{}' is '{}': expected true or false", name, *value))
      .AddHint("where it is set:  pvc config --list --show-origin");
}

void Config::Set(std::string_view name, std::string value) {
  const SettingName parsed = RequireSettingName(name);
  if (!IsConfigValue(value)) {
    throw Error(ErrorKind::kInvalid,
                fmt::format("a value of '{}' cannot hold line breaks or NUL bytes, nor begin or "
                            "end with a blank",
                            name));
  }
  entries_[parsed.Full()] = std::move(value);
}

void Config::Unset(std::string_view name) {
  if (const std::optional<std::string> canonical = CanonicalName(name)) entries_.erase(*canonical);
}

void Config::Overlay(const Config& above) {
  for (const auto& [name, value] : above.entries_) entries_[name] = value;
}

std::string Config::Format() const {
  // By section first: "a.b.c" would otherwise stand between "a.a" and "a.c".
  const auto by_parts = [](const SettingName& a, const SettingName& b) {
    return std::tie(a.section, a.subsection, a.key) < std::tie(b.section, b.subsection, b.key);
  };
  std::map<SettingName, std::string_view, decltype(by_parts)> sorted(by_parts);
  for (const auto& [name, value] : entries_) sorted.emplace(RequireSettingName(name), value);

  std::string text;
  const SettingName* section = nullptr;
  for (const auto& [name, value] : sorted) {
    if (section == nullptr || !name.IsInSameSection(*section)) {
      text += fmt::format("{}{}\n", text.empty() ? "" : "\n", name.Header());
    }
    section = &name;
    text +=
        value.empty() ? fmt::format("{} =\n", name.key) : fmt::format("{} = {}\n", name.key, value);
  }
  return text;
}

}  // namespace pvc
