#pragma once

#include "sqlite/changeset.h"
#include "vcs/patch/patch.h"

namespace pvc {

/// Reads an SQLite changeset as a patch: rows alone, of tables with a key.
///
/// Lifetime: the source outlives it.   Throws: as ChangesetReader.
class ChangesetPatch final : public PatchReader {
 public:
  explicit ChangesetPatch(BlockReader& source) : changeset_(source) {}

  PatchHeader ReadHeader() override {
    PatchHeader header;
    header.is_partial = true;
    return header;
  }
  bool NextTable(PatchTable& table) override;
  bool NextRow(PatchRow& row) override;

 private:
  ChangesetReader changeset_;
  ChangesetTable table_;
  ChangesetRow row_;
};

}  // namespace pvc
