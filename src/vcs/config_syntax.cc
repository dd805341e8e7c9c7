#include "vcs/config_syntax.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "vcs/ascii_case.h"

namespace pvc {

namespace {

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

std::string_view Trim(std::string_view text) {
  while (!text.empty() && IsBlank(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsBlank(text.back())) text.remove_suffix(1);
  return text;
}

bool IsNameCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_';
}

bool IsKeyName(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), IsNameCharacter);
}

bool IsSubsection(std::string_view text) {
  constexpr std::string_view kForbidden("\n\0", 2);
  return text.find_first_of(kForbidden) == std::string_view::npos;
}

[[noreturn]] void Fail(std::string_view what) {
  throw Error(ErrorKind::kInvalid, std::string(what));
}

/// `section "subsection"`, from the first quote on.
std::string ParseQuoted(std::string_view text) {
  std::string subsection;
  size_t i = 1;
  for (; i < text.size() && text[i] != '"'; ++i) {
    if (text[i] == '\\') {
      ++i;
      if (i == text.size() || (text[i] != '"' && text[i] != '\\')) {
        Fail("a backslash that stands neither before '\"' nor before another");
      }
    }
    subsection += text[i];
  }
  if (i + 1 != text.size()) Fail("a subsection is not one text in double quotes");
  if (subsection.empty()) Fail("an empty subsection");
  if (!IsSubsection(subsection)) Fail("a subsection with a NUL byte");
  return subsection;
}

SettingName ParseSection(std::string_view line) {
  constexpr std::string_view kNotASection = "not a section name (letters, digits, '-', '_')";
  if (line.back() != ']') Fail("']' is missing");
  const std::string_view inside = Trim(line.substr(1, line.size() - 2));
  SettingName name;
  const size_t quote = inside.find('"');
  std::string_view section = Trim(inside.substr(0, quote));
  if (quote != std::string_view::npos) {
    name.subsection = ParseQuoted(inside.substr(quote));
  } else if (const size_t dot = section.find('.'); dot != std::string_view::npos) {
    // [section.sub.section]: names without quotes, and so without case.
    std::string_view rest = section.substr(dot + 1);
    name.subsection = FoldAsciiCase(rest);
    section = section.substr(0, dot);
    for (size_t end = 0; end != std::string_view::npos;) {
      end = rest.find('.');
      if (!IsKeyName(rest.substr(0, end))) Fail(kNotASection);
      if (end != std::string_view::npos) rest.remove_prefix(end + 1);
    }
  }
  if (!IsKeyName(section)) Fail(kNotASection);
  name.section = FoldAsciiCase(section);
  return name;
}

}  // namespace

std::string SettingName::Full() const {
  return subsection.empty() ? fmt::format("{}.{}", section, key)
                            : fmt::format("{}.{}.{}", section, subsection, key);
}

std::string SettingName::Header() const {
  if (subsection.empty()) return fmt::format("[{}]", section);
  std::string quoted;
  for (const char c : subsection) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return fmt::format("[{} \"{}\"]", section, quoted);
}

std::optional<SettingName> ParseSettingName(std::string_view name) {
  const size_t first = name.find('.');
  const size_t last = name.rfind('.');
  if (first == std::string_view::npos) return std::nullopt;
  SettingName parsed;
  parsed.section = FoldAsciiCase(name.substr(0, first));
  parsed.key = FoldAsciiCase(name.substr(last + 1));
  if (!IsKeyName(parsed.section) || !IsKeyName(parsed.key)) return std::nullopt;
  if (first != last) {
    parsed.subsection = name.substr(first + 1, last - first - 1);
    if (parsed.subsection.empty() || !IsSubsection(parsed.subsection)) return std::nullopt;
  }
  return parsed;
}

SettingName RequireSettingName(std::string_view name) {
  std::optional<SettingName> parsed = ParseSettingName(name);
  if (parsed) return *std::move(parsed);
  throw Error(ErrorKind::kInvalid,
              fmt::format("'{}' is not the name of a setting (section.key)", name))
      .AddHint("pvc config --list");
}

bool IsConfigValue(std::string_view value) { return IsSubsection(value) && Trim(value) == value; }

ConfigLine ParseConfigLine(std::string_view line) {
  line = Trim(line);
  ConfigLine parsed;
  if (line.empty() || line.front() == ';' || line.front() == '#') return parsed;
  if (line.front() == '[') {
    parsed.kind = ConfigLine::Kind::kSection;
    parsed.name = ParseSection(line);
    return parsed;
  }
  const size_t equals = line.find('=');
  if (equals == std::string_view::npos) Fail("neither '[section]' nor 'key = value'");
  const std::string_view key = Trim(line.substr(0, equals));
  if (!IsKeyName(key)) Fail("not a key (letters, digits, '-', '_')");
  parsed.kind = ConfigLine::Kind::kSetting;
  parsed.name.key = FoldAsciiCase(key);
  parsed.value = Trim(line.substr(equals + 1));
  if (!IsConfigValue(parsed.value)) Fail("a value with a NUL byte");
  return parsed;
}

std::string_view TakeConfigLine(std::string_view& text) {
  const size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

}  // namespace pvc
