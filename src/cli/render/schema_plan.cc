#include "cli/render/schema_plan.h"

#include <fmt/format.h>

#include <algorithm>

#include "sqlite/database.h"
#include "vcs/ascii_case.h"

namespace pvc {
namespace {

constexpr std::string_view kSequenceTable = "sqlite_sequence";

bool IsInternal(const std::string& name) { return name.compare(0, 7, "sqlite_") == 0; }

bool IsShadow(const CatalogEntry& entry) { return entry.table && entry.table->info.is_shadow; }

std::string NameOf(const SchemaObject& object) {
  return fmt::format("{} {}", SchemaObjectKindName(object.kind), object.name);
}

const CatalogEntry* Find(const std::vector<CatalogEntry>& entries, const CatalogEntry& wanted) {
  const auto found = std::find_if(entries.begin(), entries.end(), [&](const CatalogEntry& entry) {
    return entry.object.kind == wanted.object.kind && entry.object.name == wanted.object.name;
  });
  return found == entries.end() ? nullptr : &*found;
}

bool Selects(const std::vector<DiffFilter>& filters, const std::string& table) {
  return filters.empty() ||
         std::any_of(filters.begin(), filters.end(), [&](const DiffFilter& filter) {
           return EqualIgnoringAsciiCase(filter.table, table);
         });
}

bool MentionsUnique(const std::string& sql) {
  return FoldAsciiCase(sql).find("unique") != std::string::npos;
}

/// Objects of one kind, in the order of the schema.
template <typename Visit>
void ForEach(const std::vector<CatalogEntry>& entries, SchemaObjectKind kind, const Visit& visit) {
  for (const CatalogEntry& entry : entries) {
    if (entry.object.kind == kind) visit(entry);
  }
}

}  // namespace

SchemaPlan::SchemaPlan(const DiffInput& input, const std::vector<SchemaChange>& changes)
    : before_(ReadCatalog(*input.before.nodes, input.before.snapshot.catalog)),
      after_(ReadCatalog(*input.after.nodes, input.after.snapshot.catalog)) {
  FindReplaced(changes);
  FindPatched(input.filters);
  PlanDrops();
  PlanCreates();
  PlanSequences(input.filters);
}

void SchemaPlan::FindReplaced(const std::vector<SchemaChange>& changes) {
  for (const SchemaChange& change : changes) {
    const bool holds_text_only = change.object_kind == SchemaObjectKind::kIndex ||
                                 change.object_kind == SchemaObjectKind::kTrigger;
    if (holds_text_only) {
      changed_.insert(fmt::format("{} {}", SchemaObjectKindName(change.object_kind), change.name));
      continue;
    }
    if (IsInternal(change.name)) continue;
    if (change.kind != ChangeKind::kAdded) dropped_.insert(change.name);
    if (change.kind != ChangeKind::kRemoved) created_.insert(change.name);
  }
}

bool SchemaPlan::IsShadowOf(const Names& owners, const CatalogEntry& entry) const {
  if (!IsShadow(entry)) return false;
  return std::any_of(owners.begin(), owners.end(), [&](const std::string& owner) {
    return entry.object.name.compare(0, owner.size() + 1, owner + "_") == 0;
  });
}

void SchemaPlan::FindPatched(const std::vector<DiffFilter>& filters) {
  for (const CatalogEntry& entry : after_) {
    if (!entry.table || entry.object.name == kSequenceTable ||
        created_.contains(entry.object.name) || IsShadowOf(created_, entry) ||
        !Selects(filters, entry.object.name)) {
      continue;
    }
    const CatalogEntry* before = Find(before_, entry);
    if (before == nullptr || !before->table || before->table->rows == entry.table->rows) continue;
    const bool has_unique_index =
        std::any_of(before_.begin(), before_.end(), [&](const CatalogEntry& other) {
          return other.object.kind == SchemaObjectKind::kIndex &&
                 other.object.table_name == entry.object.name && MentionsUnique(other.object.sql);
        });
    patched_.push_back({before, &entry, has_unique_index || MentionsUnique(entry.object.sql)});
    patched_names_.insert(entry.object.name);
  }
}

bool SchemaPlan::IsDropped(const SchemaObject& object) const {
  switch (object.kind) {
    case SchemaObjectKind::kTable:
    case SchemaObjectKind::kView:
      return dropped_.contains(object.name);
    case SchemaObjectKind::kIndex:
      return changed_.contains(NameOf(object)) || dropped_.contains(object.table_name);
    case SchemaObjectKind::kTrigger:
      return changed_.contains(NameOf(object)) || dropped_.contains(object.table_name) ||
             patched_names_.contains(object.table_name);
  }
  return false;
}

void SchemaPlan::PlanDrops() {
  const auto drop = [&](const CatalogEntry& entry) {
    if (!IsDropped(entry.object) || IsShadowOf(dropped_, entry)) return;
    std::string kind(SchemaObjectKindName(entry.object.kind));
    for (char& c : kind) c = static_cast<char>(c & ~0x20);
    drops_.push_back(fmt::format("DROP {} {}", kind, QuoteIdentifier(entry.object.name)));
  };
  ForEach(before_, SchemaObjectKind::kTrigger, drop);
  ForEach(before_, SchemaObjectKind::kView, drop);
  ForEach(before_, SchemaObjectKind::kIndex, drop);
  ForEach(before_, SchemaObjectKind::kTable, drop);
}

void SchemaPlan::PlanCreates() {
  ForEach(after_, SchemaObjectKind::kTable, [&](const CatalogEntry& entry) {
    const bool is_shadow = IsShadowOf(created_, entry);
    if (!is_shadow && !created_.contains(entry.object.name)) return;
    if (is_shadow) {
      tables_to_empty_.push_back(QuoteIdentifier(entry.object.name));
    } else {
      table_creates_.push_back(entry.object.sql);
    }
    if (entry.table) tables_to_fill_.push_back(&entry);
  });
  const auto create = [&](const CatalogEntry& entry) {
    const CatalogEntry* before = Find(before_, entry);
    const bool was_dropped = before != nullptr && IsDropped(before->object);
    if (before == nullptr
            ? changed_.contains(NameOf(entry.object)) || created_.contains(entry.object.name) ||
                  created_.contains(entry.object.table_name)
            : was_dropped) {
      other_creates_.push_back(entry.object.sql);
    }
  };
  ForEach(after_, SchemaObjectKind::kIndex, create);
  ForEach(after_, SchemaObjectKind::kView, create);
  ForEach(after_, SchemaObjectKind::kTrigger, create);
}

void SchemaPlan::PlanSequences(const std::vector<DiffFilter>& filters) {
  for (const CatalogEntry& entry : after_) {
    if (entry.object.name != kSequenceTable || !entry.table) continue;
    const CatalogEntry* before = Find(before_, entry);
    const bool differs = before == nullptr || !(before->table == entry.table);
    const bool is_disturbed = !patched_.empty() || !tables_to_fill_.empty() || !drops_.empty();
    if (!Selects(filters, entry.object.name) || (!differs && !is_disturbed)) return;
    if (before == nullptr) {
      // SQLite makes it with the first AUTOINCREMENT table, which may be gone again.
      table_creates_.push_back("CREATE TABLE pvc_sequence(id INTEGER PRIMARY KEY AUTOINCREMENT)");
      table_creates_.push_back("DROP TABLE pvc_sequence");
    }
    tables_to_fill_.push_back(&entry);
  }
}

}  // namespace pvc
