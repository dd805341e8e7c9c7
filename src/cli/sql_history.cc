#include "cli/sql_history.h"

#include "base/error.h"

namespace pvc {
namespace {

constexpr uint64_t kMaxFileBytes = 2 * SqlHistory::kMaxLines * (SqlHistory::kMaxLineBytes + 1);
/// The file is written anew when it holds more than kMaxLines; so many are left then, that this is
/// seldom.
constexpr size_t kLinesLeft = SqlHistory::kMaxLines - 100;

void MakeFolders(FileSystem& fs, const std::string& folder) {
  std::vector<std::string> missing;
  for (std::string path = folder; !fs.Stat(path); path = ParentPath(path)) missing.push_back(path);
  for (; !missing.empty(); missing.pop_back()) fs.MakeDirectory(missing.back());
}

}  // namespace

std::vector<std::string> SqlHistory::Load() {
  std::vector<std::string> lines;
  try {
    lines = ReadLines();
  } catch (const Error&) {
    path_.reset();
  }
  if (lines.size() > kMaxLines) {
    lines.erase(lines.begin(), lines.end() - static_cast<std::ptrdiff_t>(kMaxLines));
  }
  if (!lines.empty()) last_ = lines.back();
  return lines;
}

void SqlHistory::Add(const std::string& line) {
  const bool is_kept = !line.empty() && line != last_ && line.size() <= kMaxLineBytes &&
                       line.find('\n') == line.npos;
  if (!path_ || !is_kept) return;
  last_ = line;
  try {
    Append(line);
    std::vector<std::string> lines = ReadLines();
    if (lines.size() <= kMaxLines) return;
    lines.erase(lines.begin(), lines.end() - static_cast<std::ptrdiff_t>(kLinesLeft));
    Replace(lines);
  } catch (const Error&) {
    path_.reset();
  }
}

std::vector<std::string> SqlHistory::ReadLines() {
  std::vector<std::string> lines;
  if (!path_ || !fs_.Stat(*path_)) return lines;
  const Bytes content = ReadWholeFile(fs_, *path_, kMaxFileBytes);
  for (size_t at = 0; at < content.size();) {
    const size_t end = std::min(content.find('\n', at), content.size());
    if (end > at) lines.push_back(content.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

void SqlHistory::Append(const std::string& line) {
  std::unique_ptr<File> file;
  if (fs_.Stat(*path_)) {
    file = fs_.Open(*path_, OpenMode::kReadWrite);
  } else {
    MakeFolders(fs_, ParentPath(*path_));
    file = fs_.Open(*path_, OpenMode::kCreatePrivate);
  }
  file->WriteAt(file->Size(), line + "\n");
}

void SqlHistory::Replace(const std::vector<std::string>& lines) {
  const std::string temporary_path = *path_ + ".tmp";
  if (fs_.Stat(temporary_path)) fs_.Remove(temporary_path);
  std::string content;
  for (const std::string& line : lines) content += line + "\n";
  fs_.Open(temporary_path, OpenMode::kCreatePrivate)->WriteAt(0, content);
  fs_.Rename(temporary_path, *path_);
}

std::optional<std::string> SqlHistoryPath(const Environment& environment) {
  if (const auto folder = environment.Variable("XDG_STATE_HOME")) {
    return JoinPath(*folder, "pvc/sql_history");
  }
  if (const auto home = environment.Variable("HOME")) {
    return JoinPath(*home, ".local/state/pvc/sql_history");
  }
  return std::nullopt;
}

}  // namespace pvc
