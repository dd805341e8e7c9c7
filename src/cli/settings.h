#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/environment.h"
#include "vcs/config.h"

namespace pvc {

/// Where a setting may stand, weakest first.
enum class SettingsScope { kSystem, kUser, kRepository, kCommandLine };

/// "system", "user", "repository", "command line".
std::string_view SettingsScopeName(SettingsScope scope);

/// The settings of one place.
struct SettingsLayer {
  SettingsScope scope = SettingsScope::kSystem;
  std::string path;  ///< of its file, which need not exist; empty for the command line
  Config config;
};

/// All settings, by place and as they are in force. Those of section `repository` count in the
/// repository's own file alone.
struct Settings {
  std::vector<SettingsLayer> layers;  ///< weakest first
  Config effective;

  /// Requires: no layer of this scope is there.
  void Add(SettingsLayer layer);
  /// Adds what the repository's own file says.
  /// Throws: as ReadSettingsFile; kUnsupported for another repository.version.
  void AddRepository(FileSystem& fs, const std::string& repository_folder);
  /// The place whose value of `name` is in force; null when it is not set.
  const SettingsLayer* OriginOf(std::string_view name) const;
};

/// The file that holds the settings of a scope: $PVC_CONFIG_SYSTEM or /etc/pvc/config (none when
/// $PVC_CONFIG_NOSYSTEM is a true value); $PVC_CONFIG_USER or pvc/config in $XDG_CONFIG_HOME or
/// ~/.config; `config` in the repository. Returns: nothing when there is no such place.
std::optional<std::string> SettingsPath(const Environment& environment, SettingsScope scope,
                                        const std::optional<std::string>& repository_folder);

/// The text of a file of settings; empty when it is not there.
/// Throws: kIo, kTooLarge naming the file.
std::string ReadSettingsText(FileSystem& fs, const std::string& path);
/// The settings of a file.   Throws: as ReadSettingsText; kInvalid naming file and line.
Config ReadSettingsFile(FileSystem& fs, const std::string& path);

/// Reads the settings of all places.
///
/// `assignments`: "name=value" of the command line, "name" for "name=true".
/// Throws: as ReadSettingsFile and AddRepository; kUsage for an assignment that is none.
Settings ReadSettings(Environment& environment, const std::optional<std::string>& repository_folder,
                      const std::vector<std::string>& assignments);

}  // namespace pvc
