#pragma once

#include <set>
#include <string>
#include <vector>

#include "cli/render/diff_input.h"

namespace pvc {

/// What an SQL script that turns one snapshot into another does, beside single rows.
///
/// A table whose text differs is made anew and filled from the later side: ALTER TABLE would not
/// leave the text that the later side has. Triggers on tables whose rows change are dropped first
/// and made again last, because a script cannot switch them off. Shadow tables come with their
/// virtual table, are emptied and filled. sqlite_sequence is written last of all tables, since
/// inserts change it.
///
/// Lifetime: the input outlives it.
class SchemaPlan {
 public:
  /// `changes`: the schema objects that differ.   Throws: kCorrupt, kIo.
  SchemaPlan(const DiffInput& input, const std::vector<SchemaChange>& changes);

  /// A table that stays, with rows that differ.
  struct PatchedTable {
    const CatalogEntry* before;
    const CatalogEntry* after;
    /// A UNIQUE constraint or index may hold its rows apart beside the key.
    bool has_other_keys;
  };

  /// Statements without semicolon, in the order to run them: `drops` come first of all, then
  /// `table_creates`, `tables_to_empty`, the patched tables, those to fill, and `other_creates`
  /// (indexes, views, triggers).
  const std::vector<std::string>& drops() const { return drops_; }
  const std::vector<std::string>& table_creates() const { return table_creates_; }
  const std::vector<std::string>& tables_to_empty() const { return tables_to_empty_; }
  const std::vector<PatchedTable>& patched_tables() const { return patched_; }
  const std::vector<const CatalogEntry*>& tables_to_fill() const { return tables_to_fill_; }
  const std::vector<std::string>& other_creates() const { return other_creates_; }

  bool empty() const {
    return drops_.empty() && table_creates_.empty() && tables_to_empty_.empty() &&
           patched_.empty() && tables_to_fill_.empty() && other_creates_.empty();
  }

 private:
  using Names = std::set<std::string>;

  void FindReplaced(const std::vector<SchemaChange>& changes);
  void FindPatched(const std::vector<DiffFilter>& filters);
  void PlanDrops();
  void PlanCreates();
  void PlanSequences(const std::vector<DiffFilter>& filters);
  bool IsDropped(const SchemaObject& object) const;
  bool IsShadowOf(const Names& owners, const CatalogEntry& entry) const;

  std::vector<CatalogEntry> before_;
  std::vector<CatalogEntry> after_;
  Names dropped_;  ///< tables and views to drop, made again or not
  Names created_;  ///< tables and views to create
  Names changed_;  ///< "index name" of other objects whose text differs, or that are gone or new
  Names patched_names_;
  std::vector<std::string> drops_;
  std::vector<std::string> table_creates_;
  std::vector<std::string> tables_to_empty_;
  std::vector<PatchedTable> patched_;
  std::vector<const CatalogEntry*> tables_to_fill_;
  std::vector<std::string> other_creates_;
};

}  // namespace pvc
