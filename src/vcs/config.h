#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace pvc {

/// Settings from an INI file: data only, no key ever names a program to run.
///
///     [section]            keys below are "section.key"
///     key = value          ; and # begin comments at the start of a line
///
/// Section and key names compare without case; values keep their bytes.
class Config {
 public:
  /// Throws: kInvalid naming `path` and the line.
  static Config Parse(std::string_view text, const std::string& path);

  /// `name` is "section.key".
  std::optional<std::string> Get(std::string_view name) const;
  void Set(std::string_view name, std::string value);
  /// The INI text, sorted by name.
  std::string Format() const;
  const std::map<std::string, std::string>& entries() const { return entries_; }

 private:
  std::map<std::string, std::string> entries_;
};

}  // namespace pvc
