#include "cli/settings.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "vcs/config_syntax.h"
#include "vcs/repository.h"
#include "vcs/repository_folder.h"

namespace pvc {
namespace {

constexpr uint64_t kMaxSettingsBytes = 1U << 20;
constexpr std::string_view kOwnSection = "repository.";

Config ParseAssignments(const std::vector<std::string>& assignments) {
  Config config;
  for (const std::string& assignment : assignments) {
    const size_t equals = assignment.find('=');
    const std::string value = equals == std::string::npos ? "true" : assignment.substr(equals + 1);
    try {
      config.Set(assignment.substr(0, equals), value);
    } catch (const Error& error) {
      throw Error(ErrorKind::kUsage, fmt::format("option -c: {}", error.message()))
          .AddHint("pvc -c color.ui=never log    (NAME=VALUE)");
    }
  }
  return config;
}

}  // namespace

std::string_view SettingsScopeName(SettingsScope scope) {
  switch (scope) {
    case SettingsScope::kSystem:
      return "system";
    case SettingsScope::kUser:
      return "user";
    case SettingsScope::kRepository:
      return "repository";
    case SettingsScope::kCommandLine:
      return "command line";
  }
  return "";
}

void Settings::Add(SettingsLayer layer) {
  const auto above = std::find_if(layers.begin(), layers.end(), [&](const SettingsLayer& other) {
    return other.scope > layer.scope;
  });
  layers.insert(above, std::move(layer));
  effective = {};
  for (const SettingsLayer& each : layers) {
    for (const auto& [name, value] : each.config.entries()) {
      const bool counts =
          each.scope == SettingsScope::kRepository || !name.starts_with(kOwnSection);
      if (counts) effective.Set(name, value);
    }
  }
}

void Settings::AddRepository(FileSystem& fs, const std::string& repository_folder) {
  const std::string pvc_path = JoinPath(repository_folder, Repository::kFolderName);
  RefuseLinks(fs, pvc_path);
  Add({SettingsScope::kRepository, JoinPath(pvc_path, "config"),
       ReadRepositoryConfig(fs, pvc_path)});
}

const SettingsLayer* Settings::OriginOf(std::string_view name) const {
  const std::optional<SettingName> parsed = ParseSettingName(name);
  if (!parsed) return nullptr;
  const bool is_own = parsed->Full().starts_with(kOwnSection);
  const auto found = std::find_if(layers.rbegin(), layers.rend(), [&](const SettingsLayer& layer) {
    return (!is_own || layer.scope == SettingsScope::kRepository) && layer.config.Get(name);
  });
  return found == layers.rend() ? nullptr : &*found;
}

std::optional<std::string> SettingsPath(const Environment& environment, SettingsScope scope,
                                        const std::optional<std::string>& repository_folder) {
  const auto join = [](const std::optional<std::string>& folder, const char* name) {
    return folder ? std::optional(JoinPath(*folder, name)) : std::nullopt;
  };
  switch (scope) {
    case SettingsScope::kSystem:
      if (const auto off = environment.Variable("PVC_CONFIG_NOSYSTEM")) {
        if (ParseTruth(*off).value_or(true)) break;
      }
      return environment.Variable("PVC_CONFIG_SYSTEM").value_or("/etc/pvc/config");
    case SettingsScope::kUser:
      if (auto path = environment.Variable("PVC_CONFIG_USER")) return path;
      if (auto path = join(environment.Variable("XDG_CONFIG_HOME"), "pvc/config")) return path;
      return join(environment.Variable("HOME"), ".config/pvc/config");
    case SettingsScope::kRepository:
      if (!repository_folder) break;
      return JoinPath(JoinPath(*repository_folder, Repository::kFolderName), "config");
    case SettingsScope::kCommandLine:
      break;
  }
  return std::nullopt;
}

std::string ReadSettingsText(FileSystem& fs, const std::string& path) {
  try {
    return ReadWholeFile(fs, path, kMaxSettingsBytes);
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::kNotFound) return "";
    throw;
  }
}

Config ReadSettingsFile(FileSystem& fs, const std::string& path) {
  return Config::Parse(ReadSettingsText(fs, path), path);
}

Settings ReadSettings(Environment& environment, const std::optional<std::string>& repository_folder,
                      const std::vector<std::string>& assignments) {
  Settings settings;
  for (const SettingsScope scope : {SettingsScope::kSystem, SettingsScope::kUser}) {
    if (const auto path = SettingsPath(environment, scope, repository_folder)) {
      settings.Add({scope, *path, ReadSettingsFile(environment.fs, *path)});
    }
  }
  if (repository_folder) settings.AddRepository(environment.fs, *repository_folder);
  if (!assignments.empty()) {
    settings.Add({SettingsScope::kCommandLine, "", ParseAssignments(assignments)});
  }
  return settings;
}

}  // namespace pvc
