#include "cli/output_file.h"

#include <fmt/format.h>

#include <utility>

#include "base/error.h"

namespace pvc {

OutputFile::OutputFile(FileSystem& fs, std::string path, bool may_replace)
    : fs_(fs), path_(std::move(path)), may_replace_(may_replace) {
  if (const auto there = fs_.Stat(path_)) {
    if (there->type == FileType::kDirectory) {
      throw Error(ErrorKind::kInvalid, fmt::format("'{}' is a folder", path_));
    }
    if (!may_replace_) throw Error(ErrorKind::kExists, fmt::format("'{}' is there already", path_));
  }
  for (unsigned number = 0; !file_; ++number) {
    std::string name = fmt::format("{}.tmp{}", path_, number);
    try {
      file_ = fs_.Open(name, OpenMode::kCreateNew);
      temporary_path_ = std::move(name);
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::kExists) throw;
    }
  }
}

OutputFile::~OutputFile() {
  if (temporary_path_.empty()) return;
  file_.reset();
  try {
    fs_.Remove(temporary_path_);
  } catch (const std::exception&) {
    // Its name says that it is not the file.
  }
}

void OutputFile::Write(std::string_view text) {
  buffer_.append(text);
  if (buffer_.size() >= kBufferBytes) Flush();
}

void OutputFile::Flush() {
  file_->WriteAt(offset_, buffer_);
  offset_ += buffer_.size();
  buffer_.clear();
}

void OutputFile::Finish() {
  Flush();
  file_->Sync();
  file_.reset();
  if (may_replace_) {
    fs_.Rename(temporary_path_, path_);
  } else {
    fs_.RenameNew(temporary_path_, path_);
  }
  temporary_path_.clear();
  fs_.SyncDirectory(ParentPath(path_));
}

}  // namespace pvc
