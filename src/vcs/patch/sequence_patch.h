#pragma once

#include <map>
#include <optional>
#include <string>

#include "vcs/patch/row_patcher.h"

namespace pvc {

/// Changes of sqlite_sequence. Its rows are counters: one that is not where the patch found it goes
/// to the higher of what it is and what the patch makes it, and never conflicts.
class SequencePatch {
 public:
  /// A row of the patch in the table's layout: name, seq.
  void Add(const LaidRow& row);
  /// A row with this key was inserted: SQLite would have counted it.
  void NoteInserted(const Bytes& table, int64_t rowid);
  bool empty() const { return changes_.empty() && inserted_.empty(); }
  /// The rows with all changes.
  Tree Finish(PatchWorkshop& shop, const StoredTable& sequences) const;

 private:
  struct Change {
    std::optional<OwnedValue> before;
    std::optional<OwnedValue> after;
  };
  std::map<Bytes, Change> changes_;  // by name, in the database's encoding
  std::map<Bytes, int64_t> inserted_;
};

}  // namespace pvc
