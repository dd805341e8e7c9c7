#include "cli/known_settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/error.h"
#include "cli/aliases.h"
#include "vcs/config.h"
#include "vcs/config_syntax.h"
#include "vcs/repository_folder.h"
#include "vcs/revision.h"

namespace pvc {
namespace {

constexpr std::string_view kTruthForm = "true | false";

constexpr auto kSettings = std::to_array<KnownSetting>({
    {"user.name", SettingValues::kText, "NAME", "who commits"},
    {"user.email", SettingValues::kText, "ADDRESS", "and where to write to"},
    {"color.ui", SettingValues::kColour, "auto | always | never", "whether to print in colours"},
    {"core.pager", SettingValues::kTruth, kTruthForm, "whether long output goes through a pager"},
    {"alias.NAME", SettingValues::kCommand, "COMMAND [ARGUMENTS]",
     "'pvc NAME' is 'pvc COMMAND ARGUMENTS'"},
    {"table.GLOB.ignore", SettingValues::kTruth, kTruthForm,
     "whether tables of such names stay out of history"},
    {"table.GLOB.json", SettingValues::kText, "COLUMN, ...",
     "text columns that are merged as JSON, by key"},
    {"repository.compression", SettingValues::kCompression, "none | zstd | zstd:1 .. zstd:19",
     "how this repository stores what is new"},
    {"repository.version", SettingValues::kFixed, "1",
     "the layout of the repository; not to be set"},
});

bool IsPlaceholder(std::string_view part) {
  return std::all_of(part.begin(), part.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

bool IsNamed(const KnownSetting& setting, const SettingName& name) {
  const size_t first = setting.name.find('.');
  const size_t last = setting.name.rfind('.');
  const std::string_view key = setting.name.substr(last + 1);
  const bool has_subsection = first != last;  // then it is a placeholder
  return name.section == setting.name.substr(0, first) &&
         has_subsection == !name.subsection.empty() && (IsPlaceholder(key) || key == name.key);
}

}  // namespace

std::span<const KnownSetting> KnownSettings() { return kSettings; }

const KnownSetting* FindKnownSetting(std::string_view name) {
  const std::optional<SettingName> parsed = ParseSettingName(name);
  if (!parsed) return nullptr;
  const auto found = std::find_if(kSettings.begin(), kSettings.end(),
                                  [&](const KnownSetting& s) { return IsNamed(s, *parsed); });
  return found == kSettings.end() ? nullptr : &*found;
}

std::vector<std::string> NearestSettings(std::string_view name) {
  const std::optional<SettingName> parsed = ParseSettingName(name);
  std::vector<std::string> names;
  for (const KnownSetting& setting : kSettings) {
    const size_t first = setting.name.find('.');
    const size_t last = setting.name.rfind('.');
    std::string full(setting.name);
    if (parsed && first != last && !parsed->subsection.empty()) {
      full =
          fmt::format("{}.{}.{}", full.substr(0, first), parsed->subsection, full.substr(last + 1));
    } else if (parsed && IsPlaceholder(setting.name.substr(last + 1))) {
      full = fmt::format("{}.{}", full.substr(0, first), parsed->key);
    }
    names.push_back(std::move(full));
  }
  return NearestNames(name, names);
}

std::optional<std::string> SettingValueProblem(std::string_view name, const std::string& value) {
  const KnownSetting* setting = FindKnownSetting(name);
  if (setting == nullptr) return std::nullopt;
  Config config;
  config.Set(name, value);
  const std::string expected = fmt::format("'{}' is '{}': expected {}", name, value, setting->form);
  try {
    switch (setting->values) {
      case SettingValues::kText:
        break;
      case SettingValues::kTruth:
        config.GetBool(name);
        break;
      case SettingValues::kColour:
        if (value != "auto" && value != "always" && value != "never") return expected;
        break;
      case SettingValues::kCommand:
        SplitAlias(name, value);
        break;
      case SettingValues::kCompression:
        ConfiguredCompression(config);
        break;
      case SettingValues::kFixed:
        return fmt::format("'{}' is not to be set: it describes the repository", name);
    }
  } catch (const Error& error) {
    return setting->values == SettingValues::kCommand ? error.message() : expected;
  }
  return std::nullopt;
}

}  // namespace pvc
