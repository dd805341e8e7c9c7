#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace pvc {

/// What values a setting takes.
enum class SettingValues { kText, kTruth, kColour, kCommand, kCompression, kFixed };

/// One setting as data: checks, help and completion come from it alone.
struct KnownSetting {
  std::string_view name;  ///< "user.name"; a part in capitals stands for any text: "alias.NAME"
  SettingValues values = SettingValues::kText;
  std::string_view form;     ///< of its values, for people: "auto | always | never"
  std::string_view meaning;  ///< a few words, no full stop
};

/// By section.
std::span<const KnownSetting> KnownSettings();

/// Returns: null when pvc knows no setting of this name.
const KnownSetting* FindKnownSetting(std::string_view name);

/// Known names that `name` may have been meant to be; a part in capitals is taken from `name`.
std::vector<std::string> NearestSettings(std::string_view name);

/// What is wrong with a value of a setting; nothing when it is right or pvc does not know the
/// setting.
std::optional<std::string> SettingValueProblem(std::string_view name, const std::string& value);

}  // namespace pvc
