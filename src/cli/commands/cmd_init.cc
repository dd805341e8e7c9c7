#include <fmt/format.h>

#include <array>
#include <charconv>

#include "base/error.h"
#include "base/shell_word.h"
#include "cli/command.h"
#include "cli/import_file.h"

namespace pvc {
namespace {

constexpr auto kOptions = std::to_array<OptionSpec>({
    {"hash", 0, "NAME", "hash that names objects, for good: blake2b (default) or sha256", false},
    {"compression", 0, "METHOD", "zstd (default), zstd:LEVEL with a level of 1 to 19, or none",
     false},
    {"import", 0, "FILE", "then commit what FILE holds and make it the working database", false},
    {"message", 'm', "MSG", "that commit's message (default: \"Import FILE\")", false},
});

constexpr auto kExamples = std::to_array<Example>({
    {"pvc init", "start a history in this folder"},
    {"pvc init --import app.db", "start one with what app.db holds"},
    {"pvc init shop", "start one in shop/, made when missing"},
    {"pvc init --hash=sha256", "name objects by SHA-256"},
});

Compression ParseCompression(const std::string& text) {
  Compression compression;
  if (text == "zstd") return compression;
  if (text == "none") {
    compression.method = Compression::Method::kNone;
    return compression;
  }
  int level = 0;
  const char* end = text.data() + text.size();
  if (text.rfind("zstd:", 0) == 0) {
    const auto [stop, status] = std::from_chars(text.data() + 5, end, level);
    if (status != std::errc() || stop != end) level = 0;
  }
  if (level < 1 || level > 19) {
    FailUsage(
        "init",
        fmt::format("--compression is '{}': expected zstd, zstd:1 to zstd:19, or none", text));
  }
  compression.level = level;
  return compression;
}

/// The folder of a repository to be: made when missing.
struct Place {
  std::string folder;
  bool is_new = false;

  std::string pvc_path() const { return JoinPath(folder, Repository::kFolderName); }
};

Place MakePlace(Environment& environment, const std::string& folder) {
  Place place;
  const auto found = environment.fs.Stat(folder);
  if (found && found->type != FileType::kDirectory) {
    throw Error(ErrorKind::kInvalid, fmt::format("'{}' is not a folder", folder));
  }
  place.is_new = !found;
  if (place.is_new) {
    environment.fs.MakeDirectory(folder);
    environment.fs.SyncDirectory(ParentPath(folder));
  }
  place.folder = environment.real_path(folder);
  return place;
}

/// Takes a repository away that Init has made, unless somebody works with it already.
void RemoveRepository(CommandContext& context, const Place& place, const OperationId& first) {
  FileSystem& fs = context.environment.fs;
  try {
    context.repository().Refresh();
    if (context.repository().operation_id() != first) return;
    context.repository_owner.reset();  // before its folder goes
    RemoveFolderTree(fs, place.pvc_path());
    if (place.is_new) fs.RemoveDirectory(place.folder);
  } catch (const std::exception&) {
    // The error on its way out matters more than a left-over.
  }
}

void Init(CommandContext& context, const Place& place, const InitOptions& options) {
  Environment& environment = context.environment;
  ObjectId repository_id;
  environment.random(repository_id.bytes.data(), repository_id.bytes.size());
  try {
    Repository::Init(environment.fs, place.folder, options, repository_id, context.Identity());
  } catch (Error& error) {
    if (error.kind() != ErrorKind::kExists) throw;
    const auto folder = context.arguments.Argument(0);
    const std::string pvc = folder ? "pvc -C " + ShellWord(*folder) : std::string("pvc");
    throw Error(ErrorKind::kExists,
                fmt::format("there is a repository already in '{}'", place.pvc_path()))
        .AddHint(pvc + " import app.db")
        .AddHint(pvc + " log");
  }
}

void PrintInitialized(CommandContext& context, const Place& place) {
  context.out.Put(
      fmt::format("Initialized empty pvc repository in {}/\n", EscapeName(place.pvc_path())));
}

/// Init and import as one: leaves nothing behind when the import fails.
void InitWithImport(CommandContext& context, const Place& place, const InitOptions& options,
                    const std::string& path) {
  Init(context, place, options);
  context.repository_owner = Repository::Open(context.environment.fs, place.folder);
  context.repository_owner->UseSettings(context.settings);
  const OperationId first = context.repository().operation_id();
  FileImport imported;
  try {
    imported = ImportFile(context, path, context.arguments.Value("message").value_or(""),
                          /*track=*/true);
  } catch (...) {
    RemoveRepository(context, place, first);
    throw;
  }
  PrintInitialized(context, place);
  PrintImport(context.out, imported.result, imported.measured);
}

int Run(CommandContext& context) {
  const Arguments& arguments = context.arguments;
  constexpr auto kHashes = std::to_array<std::string_view>({"blake2b", "sha256"});
  InitOptions options;
  if (arguments.Choice("hash", kHashes) == "sha256") options.hash_kind = HashKind::kSha256;
  options.compression = ParseCompression(arguments.Value("compression").value_or("zstd"));
  const std::optional<std::string> import_path = arguments.Value("import");
  if (arguments.Has("message") && !import_path) FailUsage("init", "-m goes with --import");

  const Place place = MakePlace(context.environment, arguments.Argument(0).value_or("."));
  if (import_path) {
    InitWithImport(context, place, options, *import_path);
    return kExitYes;
  }
  Init(context, place, options);
  PrintInitialized(context, place);
  return kExitYes;
}

}  // namespace

extern const Command kInitCommand;
const Command kInitCommand{
    .name = "init",
    .group = CommandGroup::kStart,
    .summary = "start a history in a folder",
    .usage = "[DIR] [--import FILE [-m MSG]] [--hash=NAME] [--compression=METHOD]",
    .needs = Needs::kNothing,
    .min_arguments = 0,
    .max_arguments = 1,
    .arguments = {ArgumentKind::kFolder},
    .options = kOptions,
    .examples = kExamples,
    .help =
        "The history lives in DIR/.pvc, on branch main. Databases are not touched;\n"
        "'pvc import FILE' makes the first commit. With --import, FILE is relative to the\n"
        "current folder, not to DIR, and when it cannot be imported no repository is made.",
    .run = Run,
};

}  // namespace pvc
