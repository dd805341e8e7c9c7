#include "vcs/merge/virtual_tables.h"

#include <map>
#include <set>
#include <string>
#include <string_view>

#include "vcs/ascii_case.h"

namespace pvc {
namespace {

using Catalog = std::vector<CatalogEntry>;

std::set<std::string> VirtualTableNames(const SchemaDraft& draft) {
  std::set<std::string> names;
  for (const MergeSide side : {MergeSide::kBase, MergeSide::kOurs, MergeSide::kTheirs}) {
    for (const CatalogEntry& entry : draft.catalog(side)) {
      if (entry.object.is_virtual) names.insert(FoldAsciiCase(entry.object.name));
    }
  }
  return names;
}

// Whether an object is a virtual table or a shadow table.
bool IsPart(const CatalogEntry& entry) {
  return entry.object.is_virtual || (entry.table && entry.table->info.is_shadow);
}

// Whether `name` is that of a virtual table, or of a shadow table of it, by SQLite's rule: what
// stands before the last underscore.
bool BelongsToVirtualTable(std::string_view name, std::string_view owner) {
  if (EqualIgnoringAsciiCase(name, owner)) return true;
  const size_t underscore = name.rfind('_');
  return underscore != std::string_view::npos &&
         EqualIgnoringAsciiCase(name.substr(0, underscore), owner);
}

// Bytes that are equal for two catalogs exactly when a virtual table and its shadow tables are:
// text and rows.
Bytes ContentOf(const Catalog& catalog, const std::string& owner) {
  std::map<std::string, Bytes> parts;
  for (const CatalogEntry& entry : catalog) {
    if (!IsPart(entry) || !BelongsToVirtualTable(entry.object.name, owner)) continue;
    CatalogEntry unranked = entry;
    unranked.rank = 0;
    parts.emplace(FoldAsciiCase(entry.object.name), EncodeCatalogEntry(unranked));
  }
  Bytes content;
  for (const auto& [name, bytes] : parts) {
    AppendString(content, name);
    AppendString(content, bytes);
  }
  return content;
}

void MergeVirtualTable(SchemaDraft& draft, const std::string& owner) {
  const Bytes base = ContentOf(draft.catalog(MergeSide::kBase), owner);
  const Bytes ours = ContentOf(draft.catalog(MergeSide::kOurs), owner);
  const Bytes theirs = ContentOf(draft.catalog(MergeSide::kTheirs), owner);
  MergeSide side = MergeSide::kOurs;
  if (ours == base && theirs != base) {
    side = MergeSide::kTheirs;
  } else if (ours != theirs && theirs != base) {
    side = draft.FavoredOrOurs(owner);
    if (draft.Favor(owner) == FavoredSide::kNone) {
      draft.AddConflict(draft.SidesOf({false, owner}), "",
                        "both changed its content, which only its module can merge");
    }
  }
  for (const ObjectKey& key : PartsOfVirtualTable(draft, {false, owner})) {
    draft.TakeWhole(key, side);
  }
}

}  // namespace

std::set<ObjectKey> PartsOfVirtualTable(const SchemaDraft& draft, const ObjectKey& owner) {
  std::set<ObjectKey> parts;
  bool is_virtual = false;
  for (const MergeSide side : {MergeSide::kBase, MergeSide::kOurs, MergeSide::kTheirs}) {
    const auto entry = draft.Find(side, owner);
    is_virtual = is_virtual || (entry && entry->object.is_virtual);
  }
  if (!is_virtual) return parts;
  for (const MergeSide side : {MergeSide::kBase, MergeSide::kOurs, MergeSide::kTheirs}) {
    for (const auto& [key, entry] : draft.index(side)) {
      if (!key.is_trigger && IsPart(entry) && BelongsToVirtualTable(key.name, owner.name)) {
        parts.insert(key);
      }
    }
  }
  return parts;
}

void MergeVirtualTables(SchemaDraft& draft) {
  for (const std::string& owner : VirtualTableNames(draft)) MergeVirtualTable(draft, owner);
}

}  // namespace pvc
