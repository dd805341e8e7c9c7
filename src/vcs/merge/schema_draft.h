#pragma once

#include <array>
#include <compare>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "vcs/merge/schema_merge.h"

namespace pvc {

/// Where SQLite looks for an object: tables, views and indexes share their names; triggers have a
/// space of their own.
struct ObjectKey {
  bool is_trigger = false;
  std::string name;  ///< folded

  auto operator<=>(const ObjectKey&) const = default;

  static ObjectKey Of(const SchemaObject& object);
  static ObjectKey OfTable(std::string_view name);
};

/// Whether an object stands on a table and goes with it.
bool IsDependent(const SchemaObject& object);

/// Whether two sides have the same object, or both none; comments and quoting do not count.
bool SameObject(const std::optional<CatalogEntry>& a, const std::optional<CatalogEntry>& b);

/// A merge of schemas on its way: what the three sides have, what was decided, what is open.
///
/// Lifetime: context and decisions outlive it.
class SchemaDraft {
 public:
  using Catalog = std::vector<CatalogEntry>;
  using Index = std::map<ObjectKey, CatalogEntry>;

  SchemaDraft(const RowMergeContext& context, const SchemaDecisions& decisions)
      : context_(context), decisions_(decisions) {}

  const RowMergeContext& context() const { return context_; }
  const SchemaDecisions& decisions() const { return decisions_; }

  const Catalog& catalog(MergeSide side) const { return sides_[Of(side)].catalog; }
  /// The same by key.
  const Index& index(MergeSide side) const { return sides_[Of(side)].index; }
  void SetCatalog(MergeSide side, Catalog catalog);
  std::optional<CatalogEntry> Find(MergeSide side, const ObjectKey& key) const;
  /// The three sides' entries, undecided.
  MergedObject SidesOf(const ObjectKey& key) const;
  std::set<ObjectKey> Keys() const;

  /// Tables and columns that a side renamed, by the names that they have in the catalogs; a table
  /// itself has no column.
  void NoteRename(MergeSide side, const std::string& table, const std::string& column);
  bool IsRenamed(MergeSide side, const std::string& table, const std::string& column) const;
  bool HasRenames(MergeSide side, const std::string& table) const;

  /// Which side settles conflicts of an object or property.
  FavoredSide Favor(const std::string& name) const;
  MergeSide FavoredOrOurs(const std::string& name) const;

  bool IsDecided(const ObjectKey& key) const { return decided_.contains(key); }
  const std::map<ObjectKey, MergedObject>& merged() const { return merged_; }
  /// Whether the merged schema has an object just as a side has it.
  bool IsAsIn(MergeSide side, const ObjectKey& key) const;

  /// Puts a merged object.
  void Put(const ObjectKey& key, MergedObject object);
  void Leave(const ObjectKey& key) { merged_.erase(key); }
  /// Takes an object as one side has it, or has not.
  void Take(const ObjectKey& key, MergeSide side);
  /// The same; its rows are not merged.
  void TakeWhole(const ObjectKey& key, MergeSide side);
  /// Takes a table, or view, whole with its indexes and triggers, a virtual table with its shadow
  /// tables.
  void TakeTable(const ObjectKey& key, MergeSide side);

  void AddConflict(SchemaConflict conflict) { conflicts_.push_back(std::move(conflict)); }
  void AddConflict(const MergedObject& object, const std::string& column,
                   const std::string& reason);
  bool HasConflict(const ObjectKey& key) const;
  const std::vector<SchemaConflict>& conflicts() const { return conflicts_; }
  /// A conflict, unless a side is favoured; the object is as in ours then, a table as TakeTable.
  void Refuse(const ObjectKey& key, const std::string& column, const std::string& reason);
  /// Tables that were refused get their indexes and triggers from the side they were taken from.
  /// Requires: all objects were merged.
  void TakeRefusedTables();

 private:
  struct Side {
    Catalog catalog;
    Index index;
    std::set<std::pair<std::string, std::string>> renamed;  // folded
  };
  static size_t Of(MergeSide side) { return static_cast<size_t>(side); }

  const RowMergeContext& context_;
  const SchemaDecisions& decisions_;
  std::array<Side, 3> sides_;
  std::map<ObjectKey, MergedObject> merged_;
  std::set<ObjectKey> decided_;
  std::map<ObjectKey, MergeSide> refused_tables_;
  std::vector<SchemaConflict> conflicts_;
};

/// Folded names that a piece of SQL speaks of: of columns and functions too, and keywords.
std::set<std::string> NamesIn(std::string_view sql);

/// "ours", "theirs".
const char* SideName(MergeSide side);
/// Theirs of ours, ours of theirs.
MergeSide OtherSide(MergeSide side);
/// What an object is called, by ours first.
const std::string& NameOf(const MergedObject& object);

}  // namespace pvc
