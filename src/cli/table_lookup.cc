#include "cli/table_lookup.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <map>

#include "cli/terminal_text.h"

namespace pvc {

CatalogEntry RequireTable(Repository& repository, const Snapshot& snapshot, std::string_view name) {
  return RequireTable(repository.nodes(), snapshot.catalog, name);
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
