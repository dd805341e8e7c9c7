#include "vcs/merge/schema_soundness.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "sqlite/sql_tokens.h"
#include "vcs/ascii_case.h"
#include "vcs/merge/constraint_mentions.h"
#include "vcs/merge/schema_check.h"

namespace pvc {
namespace {

using Catalog = SchemaDraft::Catalog;

struct Problem {
  ObjectKey key;
  std::string sql;  // of the object
  std::string message;
  std::optional<MergeSide> owner = {};  // the side whose object it is, where that was found
};

std::set<std::string> ReferencesOf(const SchemaObject& object) {
  return object.kind == SchemaObjectKind::kTable ? ReferencedTables(object.sql)
                                                 : NamesIn(object.sql);
}

class SoundSchema {
 public:
  explicit SoundSchema(SchemaDraft& draft) : draft_(draft) {}

  void Run() {
    SettleOrphans();
    known_ = ProblemsOf(draft_.catalog(MergeSide::kOurs));
    const auto their_problems = ProblemsOf(draft_.catalog(MergeSide::kTheirs));
    known_.insert(their_problems.begin(), their_problems.end());
    // Each round settles an object at least: what else is wrong may be so because of it.
    for (const bool as_theirs : {false, true}) {
      bool has_settled = true;
      while (has_settled) {
        has_settled = false;
        for (const Problem& problem : FindProblems(as_theirs)) {
          const bool is_known = !problem.owner && known_.contains(problem.sql);
          if (is_known || !settled_.insert(problem.key).second) continue;
          Contest(problem);
          has_settled = true;
          break;
        }
      }
    }
  }

 private:
  std::set<std::string> ProblemsOf(Catalog catalog) const {
    std::set<std::string> problems;
    const RowMergeContext& context = draft_.context();
    for (const SchemaProblem& problem :
         CheckSchema(context.repository, context.encoding, catalog)) {
      problems.insert(catalog[problem.entry].object.sql);
    }
    return problems;
  }

  // Indexes and triggers whose table went with a side that did not change them go too.
  void SettleOrphans() {
    std::vector<ObjectKey> orphans;
    for (const auto& [key, object] : draft_.merged()) {
      const SchemaObject& o = object.entry.object;
      if (!IsDependent(o) || draft_.merged().contains(ObjectKey::OfTable(o.table_name))) continue;
      const bool was_ours =
          draft_.Find(MergeSide::kOurs, ObjectKey::OfTable(o.table_name)).has_value();
      if (object.base && SameObject(object.base, was_ours ? object.ours : object.theirs)) {
        orphans.push_back(key);
      }
    }
    for (const ObjectKey& key : orphans) draft_.Leave(key);
  }

  // --- what is wrong

  // `as_theirs`: with objects in conflict as theirs has them.
  std::vector<Problem> FindProblems(bool as_theirs) {
    std::map<ObjectKey, CatalogEntry> entries;
    for (const auto& [key, object] : draft_.merged()) entries.emplace(key, object.entry);
    if (as_theirs) TakeConflictsOfTheirs(entries);
    std::vector<std::pair<ObjectKey, CatalogEntry>> ranked(entries.begin(), entries.end());
    std::stable_sort(ranked.begin(), ranked.end(),
                     [](const auto& a, const auto& b) { return a.second.rank < b.second.rank; });
    Catalog catalog;
    for (const auto& [key, entry] : ranked) catalog.push_back(entry);
    const RowMergeContext& context = draft_.context();
    std::vector<Problem> problems;
    for (const SchemaProblem& problem :
         CheckSchema(context.repository, context.encoding, catalog)) {
      problems.push_back(
          {ranked[problem.entry].first, catalog[problem.entry].object.sql, problem.message});
    }
    AddMissing(entries, problems);
    return problems;
  }

  void TakeConflictsOfTheirs(std::map<ObjectKey, CatalogEntry>& entries) const {
    std::set<ObjectKey> keys;
    for (const SchemaConflict& conflict : draft_.conflicts()) {
      if (!conflict.kind) continue;
      const ObjectKey key{*conflict.kind == SchemaObjectKind::kTrigger,
                          FoldAsciiCase(conflict.name)};
      keys.insert(key);
      for (const MergeSide side : {MergeSide::kOurs, MergeSide::kTheirs}) {
        for (const auto& [other, entry] : draft_.index(side)) {
          const bool goes_along = IsDependent(entry.object) && !key.is_trigger &&
                                  FoldAsciiCase(entry.object.table_name) == key.name;
          if (goes_along) keys.insert(other);
        }
      }
    }
    for (const ObjectKey& key : keys) {
      entries.erase(key);
      if (auto theirs = draft_.Find(MergeSide::kTheirs, key)) entries.emplace(key, *theirs);
    }
  }

  // What SQLite accepts, or cannot judge here: a foreign key to a table that went, and whatever
  // speaks of a virtual table that did.
  void AddMissing(const std::map<ObjectKey, CatalogEntry>& entries,
                  std::vector<Problem>& problems) const {
    for (const auto& [key, entry] : entries) {
      const SchemaObject& object = entry.object;
      if (object.kind == SchemaObjectKind::kIndex || object.is_virtual) continue;
      for (const std::string& name : ReferencesOf(object)) {
        const ObjectKey needed = ObjectKey::OfTable(name);
        if (needed == key || entries.contains(needed)) continue;
        for (const MergeSide side : {MergeSide::kOurs, MergeSide::kTheirs}) {
          if (!Needs(side, key, object, needed)) continue;
          problems.push_back({key, object.sql, "no such table: " + needed.name, side});
        }
      }
    }
  }

  // Whether an object is as this side has it, and needs a table that only this side has.
  bool Needs(MergeSide side, const ObjectKey& key, const SchemaObject& object,
             const ObjectKey& needed) const {
    const auto own = draft_.Find(side, key);
    const auto table = draft_.Find(side, needed);
    const bool is_table = table && (table->table || table->object.is_virtual);
    if (!is_table || !own || !SameSql(own->object.sql, object.sql)) return false;
    if (!own->table && !table->object.is_virtual) return false;  // SQLite sees that itself
    const auto other = draft_.Find(OtherSide(side), key);
    if (!other || !NamesIn(other->object.sql).contains(needed.name)) return true;
    // The other side dropped the one and not the other, as it wanted; but it does not know what
    // this side put in.
    const auto base = draft_.Find(MergeSide::kBase, key);
    return own->table && (!base || !base->table || base->table->rows != own->table->rows);
  }

  // --- what becomes of it

  // Takes an object, and what it needs and the other side changed, from one side.
  void Contest(const Problem& problem) {
    const MergedObject object = draft_.SidesOf(problem.key);
    std::optional<MergeSide> owner = problem.owner;
    for (const MergeSide side : {MergeSide::kTheirs, MergeSide::kOurs}) {
      const auto entry = draft_.Find(side, problem.key);
      if (!problem.owner && entry && SameSql(entry->object.sql, problem.sql)) owner = side;
    }
    const std::set<ObjectKey> needed =
        owner ? FindChanged(problem.key, problem.sql, *owner) : std::set<ObjectKey>();
    bool takes_theirs = !needed.empty() || draft_.Favor(NameOf(object)) == FavoredSide::kTheirs;
    for (const ObjectKey& key : needed) {
      takes_theirs =
          takes_theirs && draft_.Favor(NameOf(draft_.SidesOf(key))) == FavoredSide::kTheirs;
    }
    const MergeSide side = takes_theirs ? MergeSide::kTheirs : MergeSide::kOurs;
    const std::string what = DescribeKind(object) + " '" + NameOf(object) + "'";
    for (const ObjectKey& key : needed) {
      const MergedObject sides = draft_.SidesOf(key);
      const std::string column = ColumnOf(problem.message, *draft_.Find(*owner, key));
      const bool is_dropped = !column.empty() || !draft_.Find(OtherSide(*owner), key);
      Open(key, column,
           fmt::format("{} by {}, {} of {} needs it", is_dropped ? "dropped" : "changed",
                       SideName(OtherSide(*owner)), what, SideName(*owner)));
      draft_.TakeTable(key, side);
    }
    Open(problem.key, "",
         owner ? fmt::format("it does not fit what {} changed: {}", SideName(OtherSide(*owner)),
                             problem.message)
               : problem.message);
    const bool is_table = object.ours ? object.ours->table.has_value()
                                      : object.theirs && object.theirs->table.has_value();
    if (is_table) {
      draft_.TakeTable(problem.key, side);
    } else {
      draft_.TakeWhole(problem.key, side);
    }
  }

  void Open(const ObjectKey& key, const std::string& column, const std::string& reason) {
    const MergedObject sides = draft_.SidesOf(key);
    if (draft_.Favor(NameOf(sides)) != FavoredSide::kNone || draft_.HasConflict(key)) return;
    draft_.AddConflict(sides, column, reason);
  }

  static std::string DescribeKind(const MergedObject& object) {
    const auto& entry = object.ours ? object.ours : object.theirs;
    return std::string(SchemaObjectKindName(entry->object.kind));
  }

  // The column that is missing, if it is one of the object.
  static std::string ColumnOf(const std::string& message, const CatalogEntry& entry) {
    const std::string column = MissingColumn(message);
    if (!entry.table) return {};
    for (const Column& c : entry.table->info.columns) {
      if (EqualIgnoringAsciiCase(c.name, column)) return c.name;
    }
    return {};
  }

  // Tables and views that an object needs, through views too, and that are not as its side has
  // them.
  std::set<ObjectKey> FindChanged(const ObjectKey& key, const std::string& sql, MergeSide owner) {
    std::set<ObjectKey> seen = {key};
    std::set<ObjectKey> changed;
    std::vector<std::string> texts = {sql};
    while (!texts.empty()) {
      const std::string text = std::move(texts.back());
      texts.pop_back();
      for (const std::string& name : NamesIn(text)) {
        const ObjectKey other = ObjectKey::OfTable(name);
        const auto entry = draft_.Find(owner, other);
        if (!entry || IsDependent(entry->object) || !seen.insert(other).second) continue;
        if (!draft_.IsAsIn(owner, other) || draft_.HasConflict(other)) changed.insert(other);
        if (entry->object.kind == SchemaObjectKind::kView) texts.push_back(entry->object.sql);
      }
    }
    return changed;
  }

  SchemaDraft& draft_;
  std::set<std::string> known_;  // texts that a side has and SQLite does not accept
  std::set<ObjectKey> settled_;
};

}  // namespace

void MakeSound(SchemaDraft& draft) { SoundSchema(draft).Run(); }

}  // namespace pvc
