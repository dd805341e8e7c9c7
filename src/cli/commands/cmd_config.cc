#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/error.h"
#include "cli/command_table.h"
#include "cli/json_writer.h"
#include "cli/known_settings.h"
#include "vcs/config_syntax.h"

namespace pvc {
namespace {

constexpr auto kOptions = std::to_array<OptionSpec>({
    {"user", 0, "", "the user's settings: ~/.config/pvc/config", false},
    {"system", 0, "", "the settings of everybody on this machine: /etc/pvc/config", false},
    {"repository", 0, "", "the repository's settings: .pvc/config", false},
    {"global", 0, "", "as --user", true},
    {"local", 0, "", "as --repository", true},
    {"get", 0, "", "print a value (the default with one argument)", false},
    {"unset", 0, "", "remove a setting", false},
    {"list", 'l', "", "print all settings in force", false},
    {"show-origin", 0, "", "with --list: and where each is set", false},
    {"format", 0, "FORMAT", "with --list: text (default) or json (\"pvc.config/v1\")", false},
});

constexpr auto kExamples = std::to_array<Example>({
    {"pvc config --user user.name \"Ann Lee\"", "who commits, everywhere"},
    {"pvc config --user user.email ann@x.org", "and the address"},
    {"pvc config \"table.cache_*.ignore\" true", "keep tables out of history"},
    {"pvc config alias.st \"status --porcelain\"", "'pvc st' from then on"},
    {"pvc config user.name", "print a value"},
    {"pvc config --unset user.name", "remove it"},
    {"pvc config --list --show-origin", "all, and where each is set"},
});

constexpr auto kFormats = std::to_array<std::string_view>({"text", "json"});

/// The place that the options name; nothing when they name none.
std::optional<SettingsScope> ChooseScope(const Arguments& arguments) {
  std::optional<SettingsScope> scope;
  const auto choose = [&](const char* option, SettingsScope chosen) {
    if (!arguments.Has(option)) return;
    if (scope && *scope != chosen) {
      FailUsage("config", "only one of --user, --system and --repository");
    }
    scope = chosen;
  };
  choose("user", SettingsScope::kUser);
  choose("global", SettingsScope::kUser);
  choose("system", SettingsScope::kSystem);
  choose("repository", SettingsScope::kRepository);
  choose("local", SettingsScope::kRepository);
  return scope;
}

/// The file of a place.   Throws: kNotFound when there is no such place.
std::string RequirePath(CommandContext& context, SettingsScope scope) {
  if (auto path = SettingsPath(context.environment, scope, context.repository_folder)) {
    return *std::move(path);
  }
  if (scope == SettingsScope::kRepository) {
    throw Error(ErrorKind::kNotFound, "no repository here whose settings these could be")
        .AddHint("for all your repositories:  pvc config --user user.name \"Ann Lee\"");
  }
  throw Error(ErrorKind::kNotFound,
              fmt::format("no file of {} settings: neither HOME nor PVC_CONFIG_USER says where",
                          SettingsScopeName(scope)))
      .AddHint("export PVC_CONFIG_USER=~/.config/pvc/config");
}

/// Text for a person is escaped, text for a program is as it is.
std::string Shown(CommandContext& context, const std::string& text) {
  return context.environment.out.is_terminal ? EscapeName(text) : text;
}

void Warn(CommandContext& context, const std::string& message) {
  context.err.Put(Label::kHint, "warning:");
  context.err.Put(fmt::format(" {}\n", EscapeName(message)));
}

int Print(CommandContext& context, const std::string& name,
          const std::optional<SettingsScope>& scope) {
  RequireSettingName(name);
  std::optional<std::string> value;
  if (!scope) {
    value = context.settings.Get(name);
  } else {
    value = ReadSettingsFile(context.environment.fs, RequirePath(context, *scope)).Get(name);
  }
  if (!value) return kExitNo;
  context.out.Put(Shown(context, *value) + "\n");
  return kExitYes;
}

struct ListedSetting {
  std::string name;
  std::string value;
  const SettingsLayer* layer;
  bool is_in_force;
};

/// Those of one place, or of all; by name, and weakest first.
std::vector<ListedSetting> Collect(CommandContext& context,
                                   const std::optional<SettingsScope>& scope) {
  std::vector<ListedSetting> listed;
  for (const SettingsLayer& layer : context.all_settings.layers) {
    if (scope && layer.scope != *scope) continue;
    for (const auto& [name, value] : layer.config.entries()) {
      const bool is_in_force = context.all_settings.OriginOf(name) == &layer;
      listed.push_back({name, value, &layer, is_in_force});
    }
  }
  std::stable_sort(listed.begin(), listed.end(),
                   [](const ListedSetting& a, const ListedSetting& b) { return a.name < b.name; });
  return listed;
}

void ListJson(CommandContext& context, const std::vector<ListedSetting>& listed) {
  JsonWriter json(context.environment.out.writer, JsonWriter::Layout::kIndented);
  json.BeginObject();
  json.Member("format", "pvc.config/v1");
  json.Key("settings");
  json.BeginArray();
  for (const ListedSetting& setting : listed) {
    json.BeginObject();
    json.Member("name", setting.name);
    json.Member("value", setting.value);
    json.Member("scope", SettingsScopeName(setting.layer->scope));
    json.Key("file");
    if (setting.layer->path.empty()) {
      json.Null();
    } else {
      json.String(setting.layer->path);
    }
    json.Key("inForce");
    json.Bool(setting.is_in_force);
    json.EndObject();
  }
  json.EndArray();
  json.EndObject();
}

int List(CommandContext& context, const std::optional<SettingsScope>& scope) {
  if (scope) RequirePath(context, *scope);
  const std::vector<ListedSetting> listed = Collect(context, scope);
  if (context.arguments.Choice("format", kFormats) == "json") {
    ListJson(context, listed);
    return kExitYes;
  }
  for (const ListedSetting& setting : listed) {
    if (!setting.is_in_force && !scope) continue;
    if (context.arguments.Has("show-origin")) {
      const std::string& path = setting.layer->path;
      const std::string origin = fmt::format("{}{}{}", SettingsScopeName(setting.layer->scope),
                                             path.empty() ? "" : ":", Shown(context, path));
      context.out.Put(Label::kMuted, origin);
      context.out.Put("\t");
    }
    context.out.Put(Label::kKey, Shown(context, setting.name));
    context.out.Put("=" + Shown(context, setting.value) + "\n");
  }
  return kExitYes;
}

/// Says what is odd about a setting that can be made all the same.
void WarnAbout(CommandContext& context, const std::string& name, SettingsScope scope) {
  if (FindKnownSetting(name) == nullptr) {
    Warn(context, fmt::format("pvc knows no setting '{}'; it is kept all the same", name));
    for (const std::string& nearest : NearestSettings(name)) {
      context.err.Put(Label::kHint, "hint:");
      context.err.Put(fmt::format(" did you mean '{}'?\n", EscapeName(nearest)));
    }
    return;
  }
  const SettingName parsed = RequireSettingName(name);
  if (parsed.section == "repository" && scope != SettingsScope::kRepository) {
    Warn(context, fmt::format("'{}' counts in a repository's own settings only", name));
  }
  if (parsed.section == "alias" && FindCommand(parsed.key) != nullptr) {
    Warn(context, fmt::format("'{}' is a command of pvc; the alias is never used", parsed.key));
  }
}

void MakeFolders(FileSystem& fs, const std::string& folder) {
  std::vector<std::string> missing;
  for (std::string at = folder; !fs.Stat(at); at = ParentPath(at)) missing.push_back(at);
  for (auto at = missing.rbegin(); at != missing.rend(); ++at) {
    fs.MakeDirectory(*at);
    fs.SyncDirectory(ParentPath(*at));
  }
}

int Change(CommandContext& context, const std::string& name,
           const std::optional<std::string>& value, SettingsScope scope) {
  RequireSettingName(name);
  const std::optional<std::string> problem = SettingValueProblem(name, value.value_or(""));
  const KnownSetting* known = FindKnownSetting(name);
  const bool is_fixed = known != nullptr && known->values == SettingValues::kFixed;
  if (problem && (value || is_fixed)) {
    throw Error(ErrorKind::kInvalid, *problem).AddHint("pvc help config");
  }

  FileSystem& fs = context.environment.fs;
  std::string path = RequirePath(context, scope);
  std::unique_ptr<FileLock> lock;
  if (scope == SettingsScope::kRepository) {
    lock = fs.Lock(JoinPath(ParentPath(path), "lock"));
  } else {
    // People keep their settings elsewhere and leave a link: the file changes, the link stays.
    path = context.environment.real_path(path);
    MakeFolders(fs, ParentPath(path));
  }
  const std::string text = ReadSettingsText(fs, path);
  if (!value && !Config::Parse(text, path).Get(name)) return kExitNo;
  ReplaceFile(fs, path, SetInConfigText(text, name, value));
  if (value) WarnAbout(context, name, scope);
  return kExitYes;
}

int Run(CommandContext& context) {
  const Arguments& arguments = context.arguments;
  const size_t count = arguments.argument_count();
  const bool lists = arguments.Has("list");
  const bool unsets = arguments.Has("unset");
  if (lists + unsets + arguments.Has("get") > 1) {
    FailUsage("config", "only one of --get, --unset and --list");
  }
  if (!lists && (arguments.Has("show-origin") || arguments.Has("format"))) {
    FailUsage("config", "--show-origin and --format go with --list");
  }
  const std::optional<SettingsScope> scope = ChooseScope(arguments);
  if (lists) {
    if (count > 0) FailUsage("config", "--list takes no name");
    return List(context, scope);
  }
  if (count == 0) FailUsage("config", "the name of a setting is missing");
  const std::string name = *arguments.Argument(0);
  const std::optional<std::string> value = arguments.Argument(1);
  if (value && (unsets || arguments.Has("get"))) {
    FailUsage("config", "--get and --unset take a name and no value");
  }
  if (!value && !unsets) return Print(context, name, scope);
  return Change(context, name, value, scope.value_or(SettingsScope::kRepository));
}

void PrintKnownSettings(Painter& out) {
  out.Put("\n");
  out.Put(Label::kHeading, "settings");
  out.Put("\n");
  for (const KnownSetting& setting : KnownSettings()) {
    out.Put("  ");
    out.Put(Label::kKey, fmt::format("{:<24}", setting.name));
    out.Put(fmt::format("{}\n{:26}{}\n", setting.form, "", setting.meaning));
  }
}

}  // namespace

extern const Command kConfigCommand;
const Command kConfigCommand{
    .name = "config",
    .group = CommandGroup::kPlumbing,
    .summary = "read and change settings",
    .usage =
        "[--user | --system | --repository] NAME [VALUE]\n"
        "[--user | --system | --repository] --unset NAME\n"
        "[--user | --system | --repository] --list [--show-origin]\n"
        "[--user | --system | --repository] --list --format=json",
    .needs = Needs::kRepositoryIfAny,
    .min_arguments = 0,
    .max_arguments = 2,
    .options = kOptions,
    .examples = kExamples,
    .help =
        "The repository's settings win over the user's, those over the system's, and 'pvc -c\n"
        "NAME=VALUE COMMAND' over all. Without an option a value is read as it is in force, and\n"
        "changed in the repository. A change leaves every other line of the file as it is,\n"
        "comments included. Exit code 1: the setting is not set. GLOB: * any characters, ? one,\n"
        "[a-z] one of a set, \\x the character x.",
    .run = Run,
    .print_more_help = PrintKnownSettings,
};

}  // namespace pvc
