#include "vcs/merge/constraint_check.h"

#include <algorithm>
#include <memory>

#include "base/error.h"
#include "vcs/ascii_case.h"
#include "vcs/merge/constraint_mentions.h"
#include "vcs/merge/foreign_key_check.h"
#include "vcs/merge/own_constraint_check.h"
#include "vcs/merge/scratch_table.h"
#include "vcs/scratch_database.h"

namespace pvc {
namespace {

class ConstraintChecker {
 public:
  ConstraintChecker(const RowMergeContext& context, const std::vector<CatalogEntry>& catalog,
                    std::vector<MergedTable>& tables)
      : context_(context), catalog_(catalog), tables_(tables) {}

  RefusedTables Run() {
    RefusedTables refused;
    for (MergedTable& table : tables_) {
      const auto scope = OwnScope(table);
      if (!scope || !Begin(table)) continue;
      if (const auto reason = CheckOwnConstraints(context_, scratch_->db(), table, *scope)) {
        refused.emplace(table.object.entry.object.name, *reason);
      }
    }
    if (!refused.empty()) return refused;
    for (MergedTable& table : tables_) {
      const bool has_new = HasNewForeignKeys(table);
      if (!has_new && !RefersToMerged(table)) continue;
      if (!Begin(table)) continue;
      scratch_->db().Execute("PRAGMA ignore_check_constraints=ON");
      CheckForeignKeys(context_, catalog_, tables_,
                       has_new ? ForeignKeysAre::kNewToASide : ForeignKeysAre::kKnown,
                       scratch_->db(), table);
    }
    return refused;
  }

 private:
  // Makes a new scratch database with a table and its UNIQUE indexes.
  // Returns: false when that cannot be done here, for want of a function or collation: writing the
  //          table fails by name then.
  bool Begin(const MergedTable& table) {
    const CatalogEntry& entry = table.object.entry;
    if (!ScratchTable::CanUse(entry.table->info)) return false;
    scratch_ = std::make_unique<ScratchDatabase>(context_.repository, context_.encoding);
    Database& db = scratch_->db();
    db.BeginWrite();
    try {
      db.CreateSchemaObject(entry.object);
      for (const CatalogEntry& index : catalog_) {
        if (IsUniqueIndexOf(index, entry)) db.CreateSchemaObject(index.object);
      }
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::kInvalid && error.kind() != ErrorKind::kUnsupported) throw;
      return false;
    }
    return true;
  }

  // Whether a side did not know a foreign key of the table.
  static bool HasNewForeignKeys(const MergedTable& table) {
    const std::string& sql = table.object.entry.object.sql;
    if (!ReadConstraintMentions(sql).references) return false;
    const auto knows = [&](const std::optional<CatalogEntry>& side) {
      return !side || KnowsForeignKeys(sql, side->object.sql);
    };
    return !knows(table.object.ours) || !knows(table.object.theirs);
  }

  // Whether a foreign key points at a table whose rows were merged: only these can be gone.
  bool RefersToMerged(const MergedTable& table) const {
    const std::set<std::string> parents = ReferencedTables(table.object.entry.object.sql);
    return std::any_of(tables_.begin(), tables_.end(), [&](const MergedTable& other) {
      return parents.contains(FoldAsciiCase(other.object.entry.object.name));
    });
  }

  // What is to be checked of a table's own constraints; nothing where nothing can be broken.
  std::optional<OwnConstraintScope> OwnScope(const MergedTable& table) const {
    const MergedObject& object = table.object;
    const RowsOfSides& sides = table.sides;
    if (!object.ours || !object.theirs) return std::nullopt;
    const std::string& sql = object.entry.object.sql;
    const bool is_touched = sides.ours != sides.base || sides.theirs != sides.base;
    const bool is_of_ours = object.ours->object.sql == sql;
    const bool is_of_theirs = object.theirs->object.sql == sql;
    const bool is_of_both = !is_of_ours && !is_of_theirs;
    const bool meets_index = !(is_of_ours && is_of_theirs) && !table.new_unique_indexes.empty();
    if (!is_touched && !is_of_both && !meets_index) return std::nullopt;
    const ConstraintMentions mentions = ReadConstraintMentions(sql);
    const bool has_unique =
        mentions.unique ||
        std::any_of(catalog_.begin(), catalog_.end(), [&](const CatalogEntry& index) {
          return IsUniqueIndexOf(index, object.entry);
        });
    OwnConstraintScope scope;
    scope.is_of_both = is_of_both;
    for (const auto* side : {&object.ours, &object.theirs}) {
      const std::string& side_sql = (*side)->object.sql;
      if (side_sql == sql) continue;
      scope.is_new = true;
      // Where columns were redefined, rows that nobody touched may meet others, and satisfy what
      // one side made of the table, not what both did.
      scope.all_rows = scope.all_rows || !KnowsUniques(sql, side_sql);
    }
    if (!table.new_unique_indexes.empty()) scope.is_new = scope.all_rows = true;
    if (scope.is_new) {
      const bool has_any = has_unique || mentions.check || mentions.not_null;
      return has_any ? std::optional(scope) : std::nullopt;
    }
    const bool both_touched = sides.ours != sides.base && sides.theirs != sides.base;
    // A single cell is as one side has it, so NOT NULL needs no look.
    return both_touched && (has_unique || mentions.check) ? std::optional(scope) : std::nullopt;
  }

  const RowMergeContext& context_;
  const std::vector<CatalogEntry>& catalog_;
  std::vector<MergedTable>& tables_;
  std::unique_ptr<ScratchDatabase> scratch_;
};

}  // namespace

RefusedTables CheckConstraints(const RowMergeContext& context,
                               const std::vector<CatalogEntry>& catalog,
                               std::vector<MergedTable>& tables) {
  return ConstraintChecker(context, catalog, tables).Run();
}

}  // namespace pvc
