#include "base/fs.h"

#include <fmt/format.h>

#include "base/error.h"

namespace pvc {

namespace {

/// Left-overs of crashes that a name is sought beside, before something else must be wrong.
constexpr int kMaxTemporaryNames = 10'000;

struct TemporaryFile {
  std::string path;
  std::unique_ptr<File> file;
};

// O_EXCL on numbered names: neither another writer of the same path nor what a crash left is
// overwritten.
TemporaryFile CreateBeside(FileSystem& fs, const std::string& path) {
  for (int number = 1;; ++number) {
    TemporaryFile temporary;
    temporary.path = fmt::format("{}.tmp{}", path, number);
    try {
      temporary.file = fs.Open(temporary.path, OpenMode::kCreateNew);
      return temporary;
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::kExists || number == kMaxTemporaryNames) throw;
    }
  }
}

void RemoveQuietly(FileSystem& fs, const std::string& path) noexcept {
  try {
    fs.Remove(path);
  } catch (const std::exception&) {
    // The error on its way out matters more than a left-over.
  }
}

}  // namespace

Bytes ReadWholeFile(FileSystem& fs, const std::string& path, uint64_t max_bytes) {
  const std::unique_ptr<File> file = fs.Open(path, OpenMode::kRead);
  const uint64_t size = file->Size();
  if (size > max_bytes) {
    throw Error(ErrorKind::kTooLarge,
                fmt::format("'{}' is too large: {} bytes, limit {}", path, size, max_bytes));
  }
  Bytes content(static_cast<size_t>(size), '\0');
  content.resize(file->ReadAt(0, content.data(), content.size()));
  return content;
}

void ReplaceFile(FileSystem& fs, const std::string& path, ByteView content) {
  TemporaryFile temporary = CreateBeside(fs, path);
  try {
    temporary.file->WriteAt(0, content);
    temporary.file->Sync();
    temporary.file.reset();
    fs.Rename(temporary.path, path);
  } catch (...) {
    RemoveQuietly(fs, temporary.path);
    throw;
  }
  fs.SyncDirectory(ParentPath(path));
}

void RemoveFolderTree(FileSystem& fs, const std::string& path) {
  std::vector<std::string> folders{path};  // each before what is in it
  for (size_t i = 0; i < folders.size(); ++i) {
    const std::string folder = folders[i];
    for (const std::string& name : fs.ListDirectory(folder)) {
      std::string entry = JoinPath(folder, name);
      const auto info = fs.Stat(entry);
      if (info && info->type == FileType::kDirectory) {
        folders.push_back(std::move(entry));
      } else if (info) {
        fs.Remove(entry);
      }
    }
  }
  for (auto folder = folders.rbegin(); folder != folders.rend(); ++folder) {
    fs.RemoveDirectory(*folder);
  }
}

std::string JoinPath(std::string_view folder, std::string_view name) {
  std::string path(folder);
  if (!path.empty() && path.back() != '/') path.push_back('/');
  path.append(name);
  return path;
}

std::string ParentPath(std::string_view path) {
  const auto strip_slashes = [](std::string_view text) {
    while (text.size() > 1 && text.back() == '/') text.remove_suffix(1);
    return text;
  };
  path = strip_slashes(path);
  const size_t slash = path.rfind('/');
  if (slash == std::string_view::npos) return ".";
  return std::string(strip_slashes(path.substr(0, slash + 1)));
}

}  // namespace pvc
