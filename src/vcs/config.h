#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace pvc {

/// Settings from an INI file: data only, no key ever names a program to run.
///
///     [section]                keys below are "section.key"
///     [section "subsection"]   keys below are "section.subsection.key"
///     key = value              ; and # begin comments at the start of a line
///
/// Section and key names compare without case; subsections and values keep their bytes.
/// Format: docs/format.md#config
class Config {
 public:
  /// Throws: kInvalid naming `path` and the line.
  static Config Parse(std::string_view text, const std::string& path);

  /// `name` is "section.key" or "section.subsection.key".
  std::optional<std::string> Get(std::string_view name) const;
  /// Throws: kInvalid naming the setting when it is no truth value.
  std::optional<bool> GetBool(std::string_view name) const;
  /// Throws: kInvalid for what cannot be a name or a value.
  void Set(std::string_view name, std::string value);
  /// Removes a setting, if it is there.
  void Unset(std::string_view name);
  /// Takes over every setting of `above`.
  void Overlay(const Config& above);
  /// The INI text, sorted by section, subsection and key.
  std::string Format() const;
  /// By full name, section and key in lower case.
  const std::map<std::string, std::string>& entries() const { return entries_; }

 private:
  std::map<std::string, std::string> entries_;
};

/// A truth value: true, yes, on, 1; or false, no, off, 0, nothing.   Returns: nothing for others.
std::optional<bool> ParseTruth(std::string_view text);

/// The text of a config file with one setting changed: every other line stays as it is, comments
/// included. Without `value` the setting is removed.
///
/// Requires: Config::Parse accepts `text`.   Throws: kInvalid for what cannot be a name or a value.
std::string SetInConfigText(std::string_view text, std::string_view name,
                            const std::optional<std::string>& value);

}  // namespace pvc
