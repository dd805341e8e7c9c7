#pragma once

#include <memory>
#include <string>

#include "base/block_reader.h"
#include "cli/command.h"
#include "vcs/patch/patch.h"
#include "vcs/scratch_file.h"

namespace pvc {

/// A patch in a file or on standard input ("-"), in JSON or as a changeset: its first byte says
/// which.
///
/// Standard input is kept in the repository's folder `incoming` meanwhile, so that memory is
/// bounded.
/// Lifetime: the context outlives it.
class PatchFile final : public PatchReader {
 public:
  enum class Direction { kForward, kReverse };

  /// Throws: kNotFound; kInvalid for a file that is no patch.
  PatchFile(CommandContext& context, const std::string& name, Direction direction);

  /// All throw what the reader of the format throws, with the file's name in front.
  PatchHeader ReadHeader() override;
  bool NextTable(PatchTable& table) override;
  bool NextRow(PatchRow& row) override;

 private:
  void ReadInput(CommandContext& context);

  std::string shown_name_;
  std::unique_ptr<ScratchFile> scratch_;
  std::unique_ptr<File> file_;
  std::unique_ptr<BlockReader> blocks_;
  std::unique_ptr<PatchReader> patch_;
  std::unique_ptr<PatchReader> reversed_;
  PatchReader* reader_ = nullptr;  // one of the two
};

}  // namespace pvc
