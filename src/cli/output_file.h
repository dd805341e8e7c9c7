#pragma once

#include <memory>
#include <string>

#include "cli/environment.h"

namespace pvc {

/// A file that a command writes: built beside its place under a temporary name, and under its own
/// when it is complete and on disk. Destroyed without Finish, it leaves nothing behind.
///
/// Lifetime: the file system outlives it.   Throws: kIo.
class OutputFile final : public TextWriter {
 public:
  /// Throws: kExists unless `may_replace`, kInvalid for a folder, with nothing made.
  OutputFile(FileSystem& fs, std::string path, bool may_replace);
  ~OutputFile() override;
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  void Write(std::string_view text) override;
  void Flush() override;
  /// Durable when it returns.   Throws: kExists for a file that came meanwhile.
  void Finish();

 private:
  static constexpr size_t kBufferBytes = 256U << 10;

  FileSystem& fs_;
  std::string path_;
  bool may_replace_;
  std::string temporary_path_;  // "": renamed, or never made
  std::unique_ptr<File> file_;
  std::string buffer_;
  uint64_t offset_ = 0;
};

}  // namespace pvc
