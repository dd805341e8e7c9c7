#include "vcs/merge/schema_draft.h"

#include <algorithm>

#include "sqlite/sql_tokens.h"
#include "vcs/ascii_case.h"
#include "vcs/merge/virtual_tables.h"

namespace pvc {
namespace {

std::string SqlOf(const std::optional<CatalogEntry>& entry) {
  return entry ? entry->object.sql : std::string();
}

}  // namespace

const char* SideName(MergeSide side) { return side == MergeSide::kOurs ? "ours" : "theirs"; }

MergeSide OtherSide(MergeSide side) {
  return side == MergeSide::kOurs ? MergeSide::kTheirs : MergeSide::kOurs;
}

const std::string& NameOf(const MergedObject& object) {
  return object.ours     ? object.ours->object.name
         : object.theirs ? object.theirs->object.name
                         : object.base->object.name;
}

ObjectKey ObjectKey::Of(const SchemaObject& object) {
  return {object.kind == SchemaObjectKind::kTrigger, FoldAsciiCase(object.name)};
}

ObjectKey ObjectKey::OfTable(std::string_view name) { return {false, FoldAsciiCase(name)}; }

bool IsDependent(const SchemaObject& object) {
  return object.kind == SchemaObjectKind::kIndex || object.kind == SchemaObjectKind::kTrigger;
}

bool SameObject(const std::optional<CatalogEntry>& a, const std::optional<CatalogEntry>& b) {
  if (!a || !b) return a.has_value() == b.has_value();
  return a->object.kind == b->object.kind && SameSql(a->object.sql, b->object.sql);
}

std::set<std::string> NamesIn(std::string_view sql) {
  std::set<std::string> names;
  while (const auto token = TakeSqlToken(sql)) {
    if (token->IsName()) names.insert(FoldAsciiCase(token->Name()));
  }
  return names;
}

void SchemaDraft::SetCatalog(MergeSide which, Catalog catalog) {
  Side& side = sides_[Of(which)];
  side.index.clear();
  for (const CatalogEntry& entry : catalog) {
    side.index.emplace(ObjectKey::Of(entry.object), entry);
  }
  side.catalog = std::move(catalog);
}

std::optional<CatalogEntry> SchemaDraft::Find(MergeSide side, const ObjectKey& key) const {
  const auto found = index(side).find(key);
  if (found == index(side).end()) return std::nullopt;
  return found->second;
}

MergedObject SchemaDraft::SidesOf(const ObjectKey& key) const {
  MergedObject object;
  object.base = Find(MergeSide::kBase, key);
  object.ours = Find(MergeSide::kOurs, key);
  object.theirs = Find(MergeSide::kTheirs, key);
  return object;
}

std::set<ObjectKey> SchemaDraft::Keys() const {
  std::set<ObjectKey> keys;
  for (const Side& side : sides_) {
    for (const auto& [key, entry] : side.index) keys.insert(key);
  }
  return keys;
}

void SchemaDraft::NoteRename(MergeSide side, const std::string& table, const std::string& column) {
  sides_[Of(side)].renamed.emplace(FoldAsciiCase(table), FoldAsciiCase(column));
}

bool SchemaDraft::IsRenamed(MergeSide side, const std::string& table,
                            const std::string& column) const {
  return sides_[Of(side)].renamed.contains({FoldAsciiCase(table), FoldAsciiCase(column)});
}

bool SchemaDraft::HasRenames(MergeSide side, const std::string& table) const {
  const auto& renamed = sides_[Of(side)].renamed;
  const std::string name = FoldAsciiCase(table);
  const auto first = renamed.lower_bound({name, ""});
  return first != renamed.end() && first->first == name;
}

FavoredSide SchemaDraft::Favor(const std::string& name) const {
  const auto choice = decisions_.choices.find(FoldAsciiCase(name));
  return choice == decisions_.choices.end() ? context_.favor : choice->second;
}

MergeSide SchemaDraft::FavoredOrOurs(const std::string& name) const {
  return Favor(name) == FavoredSide::kTheirs ? MergeSide::kTheirs : MergeSide::kOurs;
}

bool SchemaDraft::IsAsIn(MergeSide side, const ObjectKey& key) const {
  const auto found = merged_.find(key);
  const auto entry = Find(side, key);
  if (found == merged_.end() || !entry) return found == merged_.end() && !entry;
  return SameObject(found->second.entry, entry);
}

void SchemaDraft::Put(const ObjectKey& key, MergedObject object) {
  decided_.insert(key);
  merged_.insert_or_assign(key, std::move(object));
}

void SchemaDraft::Take(const ObjectKey& key, MergeSide side) {
  MergedObject object = SidesOf(key);
  const auto& taken = side == MergeSide::kTheirs ? object.theirs : object.ours;
  decided_.insert(key);
  merged_.erase(key);
  if (!taken) return;
  object.entry = *taken;
  merged_.emplace(key, std::move(object));
}

void SchemaDraft::TakeWhole(const ObjectKey& key, MergeSide side) {
  Take(key, side);
  const auto found = merged_.find(key);
  if (found != merged_.end()) found->second.is_whole = true;
}

void SchemaDraft::TakeTable(const ObjectKey& key, MergeSide side) {
  TakeWhole(key, side);
  if (key.is_trigger) return;
  for (const ObjectKey& part : PartsOfVirtualTable(*this, key)) TakeWhole(part, side);
  std::set<ObjectKey> dependents;
  for (const Side& other : sides_) {
    for (const auto& [dependent, entry] : other.index) {
      if (IsDependent(entry.object) && FoldAsciiCase(entry.object.table_name) == key.name) {
        dependents.insert(dependent);
      }
    }
  }
  for (const ObjectKey& dependent : dependents) TakeWhole(dependent, side);
}

void SchemaDraft::AddConflict(const MergedObject& object, const std::string& column,
                              const std::string& reason) {
  const auto& named = object.ours ? object.ours : object.theirs ? object.theirs : object.base;
  AddConflict({named->object.kind, named->object.name, column, reason, SqlOf(object.base),
               SqlOf(object.ours), SqlOf(object.theirs)});
}

bool SchemaDraft::HasConflict(const ObjectKey& key) const {
  return std::any_of(conflicts_.begin(), conflicts_.end(), [&](const SchemaConflict& conflict) {
    return conflict.kind && FoldAsciiCase(conflict.name) == key.name &&
           (*conflict.kind == SchemaObjectKind::kTrigger) == key.is_trigger;
  });
}

void SchemaDraft::Refuse(const ObjectKey& key, const std::string& column,
                         const std::string& reason) {
  const MergedObject object = SidesOf(key);
  const std::string& name = NameOf(object);
  if (Favor(name) == FavoredSide::kNone) AddConflict(object, column, reason);
  const MergeSide side = FavoredOrOurs(name);
  TakeWhole(key, side);
  const auto is_table = [](const std::optional<CatalogEntry>& entry) {
    return entry && entry->table.has_value();
  };
  if (is_table(object.base) || is_table(object.ours) || is_table(object.theirs)) {
    refused_tables_[key] = side;
  }
}

void SchemaDraft::TakeRefusedTables() {
  for (const auto& [key, side] : refused_tables_) TakeTable(key, side);
}

}  // namespace pvc
