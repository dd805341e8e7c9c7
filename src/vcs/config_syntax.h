#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace pvc {

/// The name of a setting in its parts: "table.cache_*.ignore" is section "table", subsection
/// "cache_*", key "ignore". The first dot ends the section and the last one begins the key, so a
/// subsection may hold dots.
struct SettingName {
  std::string section;     ///< letters, digits, '-', '_'; without case, kept in lower case
  std::string subsection;  ///< bytes as written, no line break, no NUL; empty: none
  std::string key;         ///< as `section`

  /// "section.subsection.key".
  std::string Full() const;
  /// "[section]" or "[section "subsection"]", as ParseConfigLine reads it.
  std::string Header() const;
  bool IsInSameSection(const SettingName& other) const {
    return section == other.section && subsection == other.subsection;
  }
};

/// Returns: nothing when no setting can have this name.
std::optional<SettingName> ParseSettingName(std::string_view name);
/// Throws: kInvalid naming it.
SettingName RequireSettingName(std::string_view name);

/// Whether a value is read back as it is written: no line break, no NUL, no blank at either end.
bool IsConfigValue(std::string_view value);

/// A line of a config file.
struct ConfigLine {
  enum class Kind { kBlank, kSection, kSetting };
  Kind kind = Kind::kBlank;  ///< comments are blank too
  SettingName name;          ///< kSection: without key; kSetting: the key alone
  std::string_view value;    ///< of a setting; in the line that was read
};

/// Reads one line, without its line feed.
/// Throws: kInvalid saying what is wrong, without the place.
ConfigLine ParseConfigLine(std::string_view line);

/// Takes the next line off the front of `text`, without its line feed. Requires: not empty.
std::string_view TakeConfigLine(std::string_view& text);

/// What some editors put in front of UTF-8; it belongs to no line.
inline constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

}  // namespace pvc
