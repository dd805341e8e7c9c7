#include "vcs/schema_diff.h"

#include <string_view>

#include "engine/tree_diff.h"

namespace pvc {

namespace {

std::string_view AutoVacuumName(uint8_t auto_vacuum) {
  return auto_vacuum == 0 ? "none" : auto_vacuum == 1 ? "full" : "incremental";
}

SchemaChange OneSided(ChangeKind kind, const SchemaObject& object) {
  SchemaChange change;
  change.kind = kind;
  change.object_kind = object.kind;
  change.name = object.name;
  change.table_name = change.table_name_before = object.table_name;
  (kind == ChangeKind::kAdded ? change.sql_after : change.sql_before) = object.sql;
  return change;
}

}  // namespace

std::vector<CatalogChange> DiffCatalogs(NodeReader& reader, const Tree& before, const Tree& after) {
  std::vector<CatalogChange> changes;
  TreeDiff diff(reader, before, reader, after);
  TreeChange found;
  while (diff.Next(found)) {
    CatalogChange change;
    if (found.before) change.before = DecodeCatalogEntry(found.key, *found.before);
    if (found.after) change.after = DecodeCatalogEntry(found.key, *found.after);
    changes.push_back(std::move(change));
  }
  return changes;
}

void AppendSchemaChanges(const CatalogChange& change, std::vector<SchemaChange>& changes) {
  if (change.before && change.after && change.before->object.kind == change.after->object.kind) {
    const SchemaObject& before = change.before->object;
    const SchemaObject& after = change.after->object;
    if (before.sql == after.sql && before.table_name == after.table_name) return;
    SchemaChange changed = OneSided(ChangeKind::kAdded, after);
    changed.kind = ChangeKind::kChanged;
    changed.sql_before = before.sql;
    changed.table_name_before = before.table_name;
    changes.push_back(std::move(changed));
    return;
  }
  if (change.before) changes.push_back(OneSided(ChangeKind::kRemoved, change.before->object));
  if (change.after) changes.push_back(OneSided(ChangeKind::kAdded, change.after->object));
}

std::vector<PropertyChange> DiffProperties(const DatabaseProperties& before,
                                           const DatabaseProperties& after) {
  std::vector<PropertyChange> changes;
  const auto compare = [&](const char* name, bool is_of_file, const auto& text_of) {
    PropertyChange change{name, std::string(text_of(before)), std::string(text_of(after)),
                          is_of_file};
    if (change.before != change.after) changes.push_back(std::move(change));
  };
  using Properties = const DatabaseProperties&;
  compare("encoding", false, [](Properties p) { return TextEncodingName(p.encoding); });
  compare("page_size", true, [](Properties p) { return std::to_string(p.page_size); });
  compare("auto_vacuum", true, [](Properties p) { return AutoVacuumName(p.auto_vacuum); });
  compare("journal_mode", true, [](Properties p) { return p.is_wal ? "wal" : "delete"; });
  compare("user_version", false, [](Properties p) { return std::to_string(p.user_version); });
  compare("application_id", false, [](Properties p) { return std::to_string(p.application_id); });
  compare("statistics", true, [](Properties p) { return p.has_statistics ? "present" : "absent"; });
  return changes;
}

}  // namespace pvc
