#include "cli/patch_file.h"

#include <fmt/format.h>

#include "base/error.h"
#include "cli/patch_json_reader.h"
#include "vcs/patch/changeset_patch.h"

namespace pvc {
namespace {

std::unique_ptr<PatchReader> MakeReader(BlockReader& blocks) {
  const ByteView begin = blocks.Peek();
  if (begin.empty()) throw Error(ErrorKind::kInvalid, "it is empty");
  switch (begin.front()) {
    case 'T':
    case 'P':
      return std::make_unique<ChangesetPatch>(blocks);
    case '{':
    case ' ':
    case '\t':
    case '\r':
    case '\n':
      return std::make_unique<PatchJsonReader>(blocks);
    default:
      throw Error(ErrorKind::kInvalid, "it is neither a patch in JSON nor an SQLite changeset");
  }
}

template <typename Action>
auto InFile(const std::string& name, const Action& action) {
  try {
    return action();
  } catch (Error& error) {
    throw error.AddContext(name);
  }
}

}  // namespace

PatchFile::PatchFile(CommandContext& context, const std::string& name, Direction direction)
    : shown_name_(name == "-" ? "standard input" : fmt::format("'{}'", name)) {
  if (name == "-") {
    ReadInput(context);
  } else {
    file_ = context.environment.fs.Open(name, OpenMode::kRead);
  }
  blocks_ = std::make_unique<BlockReader>(*file_);
  InFile(shown_name_, [&] { patch_ = MakeReader(*blocks_); });
  if (direction == Direction::kReverse) reversed_ = std::make_unique<ReversedPatch>(*patch_);
  reader_ = reversed_ ? reversed_.get() : patch_.get();
}

void PatchFile::ReadInput(CommandContext& context) {
  scratch_ = std::make_unique<ScratchFile>(context.repository());
  file_ = context.environment.fs.Open(scratch_->path(), OpenMode::kReadWrite);
  std::string block(BlockReader::kBlockBytes, '\0');
  uint64_t offset = 0;
  while (const size_t got = context.environment.read_input_block(block.data(), block.size())) {
    file_->WriteAt(offset, ByteView(block).substr(0, got));
    offset += got;
  }
}

PatchHeader PatchFile::ReadHeader() {
  return InFile(shown_name_, [&] { return reader_->ReadHeader(); });
}

bool PatchFile::NextTable(PatchTable& table) {
  return InFile(shown_name_, [&] { return reader_->NextTable(table); });
}

bool PatchFile::NextRow(PatchRow& row) {
  return InFile(shown_name_, [&] { return reader_->NextRow(row); });
}

}  // namespace pvc
