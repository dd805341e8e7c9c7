#include "vcs/merge/schema_merge.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "base/error.h"
#include "vcs/merge/schema_draft.h"
#include "vcs/merge/schema_rename_merge.h"
#include "vcs/merge/schema_soundness.h"
#include "vcs/merge/schema_table_merge.h"
#include "vcs/merge/virtual_tables.h"
#include "vcs/sequence_table.h"

namespace pvc {
namespace {

class SchemaMerger {
 public:
  SchemaMerger(const RowMergeContext& context, const SchemaDecisions& decisions,
               const Snapshot& base, const Snapshot& ours, const Snapshot& theirs)
      : draft_(context, decisions) {
    draft_.SetCatalog(MergeSide::kBase, ReadCatalog(context.nodes, base.catalog));
    draft_.SetCatalog(MergeSide::kOurs, ReadCatalog(context.nodes, ours.catalog));
    draft_.SetCatalog(MergeSide::kTheirs, ReadCatalog(context.nodes, theirs.catalog));
    MergeProperties(base.properties, ours.properties, theirs.properties);
  }

  MergedSchema Run() {
    const bool both_changed =
        HasOtherObjects(MergeSide::kOurs) && HasOtherObjects(MergeSide::kTheirs);
    FollowRenames(draft_);
    MergeVirtualTables(draft_);
    for (const ObjectKey& key : draft_.Keys()) {
      if (!draft_.IsDecided(key)) MergeObject(key);
    }
    draft_.TakeRefusedTables();
    RefuseTables();
    MergeSequenceTable();
    if (both_changed) MakeSound(draft_);
    Arrange();
    result_.conflicts = draft_.conflicts();
    return std::move(result_);
  }

 private:
  bool HasOtherObjects(MergeSide side) const {
    const auto& base = draft_.index(MergeSide::kBase);
    const auto& index = draft_.index(side);
    return base.size() != index.size() ||
           std::any_of(index.begin(), index.end(), [&](const auto& object) {
             const auto found = base.find(object.first);
             return found == base.end() || found->second.object != object.second.object;
           });
  }

  void MergeProperties(const DatabaseProperties& base, const DatabaseProperties& ours,
                       const DatabaseProperties& theirs) {
    if (ours.encoding != theirs.encoding) {
      throw Error(ErrorKind::kUnsupported,
                  fmt::format("cannot merge databases of two text encodings, {} and {}",
                              TextEncodingName(ours.encoding), TextEncodingName(theirs.encoding)))
          .AddHint("pvc export REV FILE    (writes one as a file, to be converted)");
    }
    result_.properties = ours;
    result_.properties.user_version =
        MergeProperty("user_version", base.user_version, ours.user_version, theirs.user_version);
    result_.properties.application_id = MergeProperty("application_id", base.application_id,
                                                      ours.application_id, theirs.application_id);
    result_.properties.has_statistics = ours.has_statistics;
  }

  int32_t MergeProperty(const char* name, int32_t base, int32_t ours, int32_t theirs) {
    if (ours == theirs || theirs == base) return ours;
    if (ours == base) return theirs;
    switch (draft_.Favor(name)) {
      case FavoredSide::kOurs:
        return ours;
      case FavoredSide::kTheirs:
        return theirs;
      case FavoredSide::kNone:
        break;
    }
    draft_.AddConflict({std::nullopt, name, "", "both changed it", std::to_string(base),
                        std::to_string(ours), std::to_string(theirs)});
    return ours;
  }

  void MergeObject(const ObjectKey& key) {
    const MergedObject object = draft_.SidesOf(key);
    const auto& base = object.base;
    const auto& ours = object.ours;
    const auto& theirs = object.theirs;
    if (NameOf(object) == kSequenceTable) return;  // later, when it is known who counts
    const auto is_table = [](const std::optional<CatalogEntry>& entry) {
      return entry && entry->table.has_value();
    };
    if (is_table(base) || is_table(ours) || is_table(theirs)) {
      MergeTableSchema(draft_, key);
      return;
    }
    const auto has_text = [](const std::optional<CatalogEntry>& a,
                             const std::optional<CatalogEntry>& b) {
      return a.has_value() == b.has_value() && (!a || a->object == b->object);
    };
    if (has_text(ours, theirs) || has_text(base, theirs)) {
      draft_.Take(key, MergeSide::kOurs);
    } else if (has_text(base, ours)) {
      draft_.Take(key, MergeSide::kTheirs);
    } else if (SameObject(ours, theirs) || SameObject(base, theirs)) {
      draft_.Take(key, MergeSide::kOurs);
    } else if (SameObject(base, ours)) {
      draft_.Take(key, MergeSide::kTheirs);
    } else {
      draft_.Refuse(key, "",
                    !base     ? "both created it, differently"
                    : !ours   ? "dropped by ours, changed by theirs"
                    : !theirs ? "changed by ours, dropped by theirs"
                              : "both changed it");
    }
  }

  // Tables of which it was found later that they cannot be merged. No side is favoured silently:
  // that would lose all of the other's rows.
  void RefuseTables() {
    const SchemaDecisions& decisions = draft_.decisions();
    for (const auto& [name, reason] : decisions.refused) {
      const ObjectKey key{false, name};
      const auto choice = decisions.choices.find(name);
      const bool is_chosen = choice != decisions.choices.end();
      if (!is_chosen) draft_.AddConflict(draft_.SidesOf(key), "", reason);
      draft_.TakeTable(key, is_chosen && choice->second == FavoredSide::kTheirs ? MergeSide::kTheirs
                                                                                : MergeSide::kOurs);
    }
  }

  void MergeSequenceTable() {
    const ObjectKey key = ObjectKey::OfTable(kSequenceTable);
    MergedObject object = draft_.SidesOf(key);
    if (!object.ours && !object.theirs) return;
    const auto& merged = draft_.merged();
    const bool is_needed = std::any_of(merged.begin(), merged.end(), [](const auto& other) {
      return other.second.entry.table && MentionsAutoincrement(other.second.entry.object.sql);
    });
    const bool is_dropped = object.base && (!object.ours || !object.theirs);
    if (is_dropped && !is_needed) return;
    object.entry = object.ours ? *object.ours : *object.theirs;
    draft_.Put(key, std::move(object));
  }

  // Objects of ours in their order, then those of theirs in theirs.
  void Arrange() {
    const auto& ours = draft_.index(MergeSide::kOurs);
    const auto& theirs = draft_.index(MergeSide::kTheirs);
    for (const auto& [key, merged] : draft_.merged()) {
      MergedObject object = merged;
      const auto our_entry = ours.find(key);
      const auto their_entry = theirs.find(key);
      if (our_entry != ours.end()) {
        object.entry.rank = our_entry->second.rank;
      } else if (their_entry != theirs.end()) {
        object.entry.rank = ours.size() + their_entry->second.rank;
      }
      result_.objects.push_back(std::move(object));
    }
    std::stable_sort(
        result_.objects.begin(), result_.objects.end(),
        [](const MergedObject& a, const MergedObject& b) { return a.entry.rank < b.entry.rank; });
    PutBehindOwners();
    uint64_t rank = 0;
    for (MergedObject& object : result_.objects) object.entry.rank = rank++;
  }

  // SQLite refuses a schema in which an index or trigger stands before its table: one side may have
  // made the table anew, or under another name, behind what the other side has on it.
  void PutBehindOwners() {
    std::vector<MergedObject> ordered;
    std::map<ObjectKey, std::vector<MergedObject>> waiting;  // by owner
    std::set<ObjectKey> placed;
    const auto place = [&](MergedObject object, const ObjectKey& key) {
      ordered.push_back(std::move(object));
      placed.insert(key);
      const auto found = waiting.find(key);
      if (found == waiting.end()) return;
      for (MergedObject& dependent : found->second) ordered.push_back(std::move(dependent));
      waiting.erase(found);
    };
    for (MergedObject& object : result_.objects) {
      const SchemaObject& o = object.entry.object;
      const ObjectKey owner = ObjectKey::OfTable(o.table_name);
      if (IsDependent(o) && !placed.contains(owner)) {
        waiting[owner].push_back(std::move(object));
      } else {
        const ObjectKey key = ObjectKey::Of(o);
        place(std::move(object), key);
      }
    }
    // What has no owner at all keeps its place behind all others.
    for (auto& [owner, dependents] : waiting) {
      for (MergedObject& dependent : dependents) ordered.push_back(std::move(dependent));
    }
    result_.objects = std::move(ordered);
  }

  SchemaDraft draft_;
  MergedSchema result_;
};

}  // namespace

MergedSchema MergeSchemas(const RowMergeContext& context, const SchemaDecisions& decisions,
                          const Snapshot& base, const Snapshot& ours, const Snapshot& theirs) {
  return SchemaMerger(context, decisions, base, ours, theirs).Run();
}

}  // namespace pvc
