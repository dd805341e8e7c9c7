#include <fmt/format.h>

#include <array>
#include <charconv>

#include "base/error.h"
#include "cli/command.h"

namespace pvc {
namespace {

constexpr auto kOptions = std::to_array<OptionSpec>({
    {"hash", 0, "NAME", "hash that names objects, for good: blake2b (default) or sha256", false},
    {"compression", 0, "METHOD", "zstd (default), zstd:LEVEL with a level of 1 to 19, or none",
     false},
});

constexpr auto kExamples = std::to_array<Example>({
    {"pvc init", "start a history in this folder"},
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

std::string MakeFolder(Environment& environment, const std::string& folder) {
  const auto info = environment.fs.Stat(folder);
  if (!info) {
    environment.fs.MakeDirectory(folder);
    environment.fs.SyncDirectory(ParentPath(folder));
  }
  return environment.real_path(folder);
}

int Run(CommandContext& context) {
  Environment& environment = context.environment;
  constexpr auto kHashes = std::to_array<std::string_view>({"blake2b", "sha256"});
  InitOptions options;
  if (context.arguments.Choice("hash", kHashes) == "sha256") options.hash_kind = HashKind::kSha256;
  options.compression = ParseCompression(context.arguments.Value("compression").value_or("zstd"));

  const std::string folder = MakeFolder(environment, context.arguments.Argument(0).value_or("."));
  ObjectId repository_id;
  environment.random(repository_id.bytes.data(), repository_id.bytes.size());
  try {
    Repository::Init(environment.fs, folder, options, repository_id, context.Identity());
  } catch (Error& error) {
    if (error.kind() != ErrorKind::kExists) throw;
    throw Error(ErrorKind::kExists,
                fmt::format("there is a repository already in '{}'", JoinPath(folder, ".pvc")))
        .AddHint("pvc import app.db")
        .AddHint("pvc log");
  }
  context.out.Put(fmt::format("Initialized empty pvc repository in {}/\n",
                              EscapeName(JoinPath(folder, ".pvc"))));
  return kExitYes;
}

}  // namespace

extern const Command kInitCommand;
const Command kInitCommand{
    .name = "init",
    .group = CommandGroup::kStart,
    .summary = "start a history in a folder",
    .usage = "[DIR] [--hash=NAME] [--compression=METHOD]",
    .needs = Needs::kNothing,
    .min_arguments = 0,
    .max_arguments = 1,
    .options = kOptions,
    .examples = kExamples,
    .help =
        "The history lives in DIR/.pvc, on branch main. Databases are not touched;\n"
        "'pvc import FILE' makes the first commit.",
    .run = Run,
};

}  // namespace pvc
