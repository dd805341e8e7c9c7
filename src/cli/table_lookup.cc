#include "cli/table_lookup.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <map>

#include "base/error.h"
#include "cli/terminal_text.h"
#include "vcs/revision.h"

namespace pvc {

CatalogEntry RequireTable(Repository& repository, const Snapshot& snapshot, std::string_view name) {
  std::optional<CatalogEntry> found = FindTable(repository.nodes(), snapshot.catalog, name);
  if (found) return *std::move(found);

  std::vector<std::string> names;
  for (const CatalogEntry& entry : ReadCatalog(repository.nodes(), snapshot.catalog)) {
    if (entry.table) names.push_back(entry.object.name);
  }
  Error error(ErrorKind::kNotFound, fmt::format("no table '{}'", name));
  for (const std::string& nearest : NearestNames(name, names)) {
    error.AddHint(fmt::format("did you mean '{}'?", nearest));
  }
  throw error.AddHint("all tables:  pvc ls");
}

std::string DescribeKey(const TableInfo& table) {
  if (table.identity == RowIdentity::kNone) return "no key";
  std::map<uint32_t, std::string> parts;
  std::string alias;
  for (const Column& column : table.columns) {
    if (column.is_rowid_alias) alias = EscapeName(column.name);
    if (column.key_position != 0) parts.emplace(column.key_position, EscapeName(column.name));
  }
  if (table.identity == RowIdentity::kRowid) return alias.empty() ? "rowid" : alias;
  std::vector<std::string> names;
  for (const auto& [position, name] : parts) names.push_back(name);
  return fmt::format("({})", fmt::join(names, ", "));
}

}  // namespace pvc
