#include "vcs/merge/schema_table_merge.h"

#include <fmt/format.h>

#include <utility>

#include "sqlite/sql_tokens.h"
#include "vcs/ascii_case.h"
#include "vcs/merge/dropped_columns.h"
#include "vcs/merge/row_layout.h"
#include "vcs/merge/schema_check.h"
#include "vcs/merge/table_text_merge.h"

namespace pvc {
namespace {

constexpr MergeSide kBothSides[] = {MergeSide::kOurs, MergeSide::kTheirs};

class TableMerger {
 public:
  TableMerger(SchemaDraft& draft, const ObjectKey& key)
      : draft_(draft), context_(draft.context()), key_(key), object_(draft.SidesOf(key)) {}

  void Run() {
    const auto& base = object_.base;
    const auto& ours = object_.ours;
    const auto& theirs = object_.theirs;
    for (const auto* side : {&base, &ours, &theirs}) {
      if (*side && !(*side)->table) return MergeOtherKinds();
    }
    if (!ours && !theirs) return draft_.Take(key_, MergeSide::kOurs);
    if (!ours || !theirs) return MergeOneSided();
    if (!base && !SameSql(Sql(ours), Sql(theirs))) {
      return draft_.Refuse(key_, "", "both created it, differently");
    }
    if (RefuseRenamedAndDropped() || !MergeText() || RefuseRows()) return;
    draft_.Put(key_, std::move(object_));
  }

 private:
  static const std::string& Sql(const std::optional<CatalogEntry>& entry) {
    return entry->object.sql;
  }
  const std::optional<CatalogEntry>& On(MergeSide side) const {
    return side == MergeSide::kOurs ? object_.ours : object_.theirs;
  }
  const std::string& Name() const { return NameOf(object_); }
  bool IsFavored(MergeSide side) const {
    return draft_.Favor(Name()) ==
           (side == MergeSide::kOurs ? FavoredSide::kOurs : FavoredSide::kTheirs);
  }

  // A view took the name of a table, or the other way round.
  void MergeOtherKinds() {
    if (SameObject(object_.base, object_.theirs)) {
      draft_.TakeWhole(key_, MergeSide::kOurs);
    } else if (SameObject(object_.base, object_.ours)) {
      draft_.TakeWhole(key_, MergeSide::kTheirs);
    } else {
      draft_.Refuse(key_, "", "both made something else of it");
    }
  }

  void MergeOneSided() {
    const MergeSide there = object_.ours ? MergeSide::kOurs : MergeSide::kTheirs;
    const CatalogEntry& entry = *On(there);
    if (!object_.base) return draft_.Take(key_, there);
    const char* change = !SameSql(entry.object.sql, Sql(object_.base))    ? "changed"
                         : entry.table->rows != object_.base->table->rows ? "its rows changed"
                         : draft_.IsRenamed(there, entry.object.name, "") ? "renamed"
                         : draft_.HasRenames(there, entry.object.name)    ? "changed"
                                                                          : nullptr;
    if (change == nullptr) return draft_.Take(key_, OtherSide(there));  // dropped
    draft_.Refuse(key_, "",
                  there == MergeSide::kOurs ? fmt::format("{} by ours, dropped by theirs", change)
                                            : fmt::format("dropped by ours, {} by theirs", change));
  }

  // A column that one side gave another name, and the other side dropped.
  bool RefuseRenamedAndDropped() {
    if (!object_.base) return false;
    for (const MergeSide side : kBothSides) {
      const MergeSide other = OtherSide(side);
      for (const std::string& column :
           DroppedColumns(object_.base->table->info, On(other)->table->info)) {
        if (!draft_.IsRenamed(side, Name(), column) || IsFavored(other)) continue;
        draft_.Refuse(key_, column,
                      side == MergeSide::kOurs ? "renamed by ours, dropped by theirs"
                                               : "dropped by ours, renamed by theirs");
        return true;
      }
    }
    return false;
  }

  // Returns: false when the table was taken from one side.
  bool MergeText() {
    const auto& base = object_.base;
    const std::string& ours = Sql(object_.ours);
    const std::string& theirs = Sql(object_.theirs);
    if (!base || theirs == Sql(base) || theirs == ours || SameSql(theirs, Sql(base))) {
      object_.entry = *object_.ours;
      return true;
    }
    if (SameSql(ours, Sql(base))) {
      object_.entry = *object_.theirs;
      return true;
    }
    MergedTableText text = MergeTableText(Sql(base), ours, theirs, draft_.Favor(Name()));
    if (!text.conflicts.empty()) {
      for (const TableTextConflict& conflict : text.conflicts) {
        draft_.Refuse(key_, conflict.column, conflict.reason);
      }
      return false;
    }
    if (text.keeps_dropped_column) {  // the other side's rows have no values for it
      draft_.Refuse(key_, "", "");
      return false;
    }
    object_.entry = *object_.ours;
    object_.entry.object.sql = std::move(text.sql);
    std::vector<CatalogEntry> alone = {object_.entry};
    const auto problems = CheckSchema(context_.repository, context_.encoding, alone);
    if (!problems.empty()) {
      const std::string column = MissingColumn(problems.front().message);
      draft_.Refuse(key_, column, "what both made of it does not fit: " + problems.front().message);
      return false;
    }
    object_.entry = std::move(alone.front());
    return true;
  }

  // Whether a side changed rows other than by what it made of their columns.
  bool HasOwnRows(const CatalogEntry& side) const {
    const CatalogEntry& base = *object_.base;
    const auto laid = RowLayout(context_, base, side).Lay(base.table->rows);
    return !laid || *laid != side.table->rows;
  }

  // Where rows of a side cannot be laid into the merged table.
  bool RefuseRows() {
    if (!object_.base) return false;
    const CatalogEntry& base = *object_.base;
    for (const MergeSide which : kBothSides) {
      const MergeSide other = OtherSide(which);
      const CatalogEntry& side = *On(which);
      if (side.table->info == object_.entry.table->info) continue;
      if (!RowLayout(context_, side, object_.entry).KeepsKeys()) {
        if (!HasOwnRows(side)) continue;
        draft_.Refuse(
            key_, "",
            fmt::format("{} changed its key, {} its rows", SideName(other), SideName(which)));
        return true;
      }
      const auto dropped = DroppedColumns(base.table->info, object_.entry.table->info);
      if (dropped.empty() || IsFavored(other) || !RowLayout(context_, side, base).KeepsKeys()) {
        continue;
      }
      const auto changed = ChangedColumns(context_, base, side, dropped);
      if (changed.empty()) continue;
      draft_.Refuse(
          key_, changed.front(),
          fmt::format("{} changed its values, {} dropped it", SideName(which), SideName(other)));
      return true;
    }
    return false;
  }

  SchemaDraft& draft_;
  const RowMergeContext& context_;
  const ObjectKey key_;
  MergedObject object_;
};

}  // namespace

void MergeTableSchema(SchemaDraft& draft, const ObjectKey& key) { TableMerger(draft, key).Run(); }

}  // namespace pvc
