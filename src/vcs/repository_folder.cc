#include "vcs/repository_folder.h"

#include <fmt/format.h>

#include <charconv>

#include "base/error.h"

namespace pvc {

namespace {

constexpr const char* kConfigName = "config";
constexpr uint64_t kMaxConfigBytes = 1U << 20;
constexpr const char* kVersionKey = "repository.version";
constexpr const char* kVersion = "1";
constexpr const char* kCompressionKey = "repository.compression";
constexpr int kMaxCompressionLevel = 19;

std::string FormatCompression(const Compression& compression) {
  if (compression.method == Compression::Method::kNone) return "none";
  return fmt::format("zstd:{}", compression.level);
}

}  // namespace

Compression ConfiguredCompression(const Config& config) {
  const std::string text = config.Get(kCompressionKey).value_or("zstd");
  Compression compression;
  if (text == "none") {
    compression.method = Compression::Method::kNone;
    return compression;
  }
  if (text == "zstd") return compression;
  constexpr std::string_view kWithLevel = "zstd:";
  const char* end = text.data() + text.size();
  if (text.starts_with(kWithLevel)) {
    const auto parsed = std::from_chars(text.data() + kWithLevel.size(), end, compression.level);
    if (parsed.ec == std::errc() && parsed.ptr == end && compression.level >= 1 &&
        compression.level <= kMaxCompressionLevel) {
      return compression;
    }
  }
  throw Error(ErrorKind::kInvalid,
              fmt::format("{} is neither 'none', 'zstd' nor 'zstd:1'..'zstd:{}'", kCompressionKey,
                          kMaxCompressionLevel));
}

Config MakeRepositoryConfig(const Compression& compression) {
  Config config;
  config.Set(kVersionKey, kVersion);
  config.Set(kCompressionKey, FormatCompression(compression));
  return config;
}

void WriteRepositoryConfig(FileSystem& fs, const std::string& pvc_path, const Config& config) {
  ReplaceFile(fs, JoinPath(pvc_path, kConfigName), config.Format());
}

Config ReadRepositoryConfig(FileSystem& fs, const std::string& pvc_path) {
  const std::string path = JoinPath(pvc_path, kConfigName);
  if (!fs.Stat(path)) return {};
  Config config = Config::Parse(ReadWholeFile(fs, path, kMaxConfigBytes), path);
  const auto version = config.Get(kVersionKey);
  if (version && *version != kVersion) {
    throw Error(ErrorKind::kUnsupported,
                fmt::format("'{}': {} is not '{}', the only one this pvc knows", path, kVersionKey,
                            kVersion))
        .AddHint("use a newer pvc");
  }
  return config;
}

void RefuseLinks(FileSystem& fs, const std::string& pvc_path) {
  const auto check = [&](const std::string& path, FileType type, const char* what) {
    const auto info = fs.Stat(path);
    if (info && info->type != type) {
      throw Error(ErrorKind::kInvalid, fmt::format("'{}' is not {}", path, what));
    }
  };
  check(pvc_path, FileType::kDirectory, "a folder");
  for (const char* name : {"packs", "incoming"}) {
    check(JoinPath(pvc_path, name), FileType::kDirectory, "a folder");
  }
  for (const char* name : {"ROOT", "lock", "working-lock", "update", kConfigName}) {
    check(JoinPath(pvc_path, name), FileType::kRegular, "a file");
  }
}

}  // namespace pvc
