#include "vcs/config.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"

namespace pvc {

namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

std::string_view Trim(std::string_view text) {
  while (!text.empty() && IsBlank(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsBlank(text.back())) text.remove_suffix(1);
  return text;
}

char ToLower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string ToLower(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) { return ToLower(c); });
  return lower;
}

bool IsNameCharacter(char c) {
  const char lower = ToLower(c);
  return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

bool IsKeyName(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), IsNameCharacter);
}

/// A section may be made of several names: "remote.origin".
bool IsSectionName(std::string_view name) {
  while (true) {
    const size_t dot = name.find('.');
    if (!IsKeyName(name.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    name.remove_prefix(dot + 1);
  }
}

/// Whether a value is read back as it is written.
bool IsValue(std::string_view value) {
  constexpr std::string_view kForbidden("\n\0", 2);
  return value.find_first_of(kForbidden) == std::string_view::npos && Trim(value) == value;
}

/// Where an INI file is being read.
struct Place {
  const std::string& path;
  size_t line_number = 0;

  [[noreturn]] void Fail(std::string_view what) const {
    throw Error(ErrorKind::kInvalid, fmt::format("'{}' line {}: {}", path, line_number, what));
  }
};

std::string ParseSection(std::string_view line, const Place& place) {
  if (line.back() != ']') place.Fail("']' is missing");
  const std::string_view name = Trim(line.substr(1, line.size() - 2));
  if (!IsSectionName(name)) place.Fail("not a section name (letters, digits, '-', '_', '.')");
  return ToLower(name);
}

}  // namespace

Config Config::Parse(std::string_view text, const std::string& path) {
  Config config;
  std::string section;
  Place place{path};
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  while (!text.empty()) {
    ++place.line_number;
    const size_t end = text.find('\n');
    const std::string_view line = Trim(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.empty() || line.front() == ';' || line.front() == '#') continue;
    if (line.front() == '[') {
      section = ParseSection(line, place);
      continue;
    }
    const size_t equals = line.find('=');
    if (equals == std::string_view::npos) place.Fail("neither '[section]' nor 'key = value'");
    const std::string_view key = Trim(line.substr(0, equals));
    const std::string_view value = Trim(line.substr(equals + 1));
    if (!IsKeyName(key)) place.Fail("not a key (letters, digits, '-', '_')");
    if (section.empty()) place.Fail("a key before the first [section]");
    if (!IsValue(value)) place.Fail("a value with a NUL byte");
    const std::string name = section + '.' + ToLower(key);
    if (!config.entries_.emplace(name, value).second) {
      place.Fail(fmt::format("'{}' is set a second time", name));
    }
  }
  return config;
}

std::optional<std::string> Config::Get(std::string_view name) const {
  const auto found = entries_.find(ToLower(name));
  if (found == entries_.end()) return std::nullopt;
  return found->second;
}

void Config::Set(std::string_view name, std::string value) {
  const size_t dot = name.rfind('.');
  if (dot == std::string_view::npos || !IsSectionName(name.substr(0, dot)) ||
      !IsKeyName(name.substr(dot + 1))) {
    throw Error(ErrorKind::kInvalid, "not the name of a setting (section.key)");
  }
  if (!IsValue(value)) {
    throw Error(ErrorKind::kInvalid,
                fmt::format("a value of '{}' cannot hold line breaks or NUL bytes, nor begin or "
                            "end with a blank",
                            name));
  }
  entries_[ToLower(name)] = std::move(value);
}

std::string Config::Format() const {
  // By section first: "a.b.c" would otherwise stand between "a.a" and "a.c".
  std::map<std::pair<std::string_view, std::string_view>, std::string_view> sorted;
  for (const auto& [name, value] : entries_) {
    const size_t dot = name.rfind('.');
    const std::string_view view = name;
    sorted.emplace(std::pair(view.substr(0, dot), view.substr(dot + 1)), value);
  }
  std::string text;
  std::string_view section;
  for (const auto& [name, value] : sorted) {
    if (name.first != section) {
      section = name.first;
      text += fmt::format("{}[{}]\n", text.empty() ? "" : "\n", section);
    }
    text += value.empty() ? fmt::format("{} =\n", name.second)
                          : fmt::format("{} = {}\n", name.second, value);
  }
  return text;
}

}  // namespace pvc
