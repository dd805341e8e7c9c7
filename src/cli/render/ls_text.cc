#include <fmt/format.h>

#include <algorithm>

#include "cli/quantity_text.h"
#include "cli/render/ls.h"
#include "cli/table_lookup.h"

namespace pvc {

void PrintLsText(Painter& out, const LsListing& listing) {
  constexpr size_t kMaxNameColumns = 40;
  size_t name_columns = 0;
  size_t count_columns = 0;
  size_t key_columns = 0;
  for (const CatalogEntry& entry : listing.entries) {
    name_columns = std::max(name_columns, DisplayWidth(EscapeName(entry.object.name)));
    if (!entry.table) continue;
    const std::string rows = FormatCountOf(entry.table->rows.entry_count, "row");
    count_columns = std::max(count_columns, rows.size());
    key_columns = std::max(key_columns, DisplayWidth(DescribeKey(entry.table->info)));
  }
  name_columns = std::min(name_columns, kMaxNameColumns);
  key_columns = std::min(key_columns, kMaxNameColumns);
  for (const CatalogEntry& entry : listing.entries) {
    out.Put(Label::kHeading, PadRight(EscapeName(entry.object.name), name_columns));
    if (!entry.table) {
      out.Put(fmt::format("  {} on {}\n", SchemaObjectKindName(entry.object.kind),
                          EscapeName(entry.object.table_name)));
      continue;
    }
    const Tree& rows = entry.table->rows;
    out.Put("  " + PadLeft(FormatCountOf(rows.entry_count, "row"), count_columns));
    out.Put("  " + PadRight(DescribeKey(entry.table->info), key_columns));
    out.Put(Label::kMuted, "  " + rows.root.Short());
    out.Put("\n");
  }
}

}  // namespace pvc
