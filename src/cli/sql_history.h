#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/environment.h"

namespace pvc {

/// The lines that were typed in SQL shells, in a file that only its owner may read. Shells that run
/// at the same time add to one file.
///
/// Nothing about it is an error: where the file cannot be read or written, lines are forgotten.
class SqlHistory {
 public:
  /// At most as many lines are kept, the newest; longer lines are not.
  static constexpr size_t kMaxLines = 1000;
  static constexpr size_t kMaxLineBytes = 4096;

  /// `path`: nothing where no file is to be kept.   Lifetime: the file system outlives it.
  SqlHistory(FileSystem& fs, std::optional<std::string> path) : fs_(fs), path_(std::move(path)) {}

  /// The lines of earlier shells, oldest first.
  std::vector<std::string> Load();
  /// Adds a line, with the folders of the file made where they are missing. Of equal lines that
  /// follow each other one is kept, and none that is empty.
  void Add(const std::string& line);

 private:
  std::vector<std::string> ReadLines();
  void Append(const std::string& line);
  void Replace(const std::vector<std::string>& lines);

  FileSystem& fs_;
  std::optional<std::string> path_;
  std::string last_;
};

/// $XDG_STATE_HOME/pvc/sql_history, else ~/.local/state/pvc/sql_history; nothing without home.
std::optional<std::string> SqlHistoryPath(const Environment& environment);

}  // namespace pvc
