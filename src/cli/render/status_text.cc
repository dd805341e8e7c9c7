#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "cli/quantity_text.h"
#include "cli/render/schema_text.h"
#include "cli/render/status.h"

namespace pvc {
namespace {

constexpr size_t kMaxNameColumns = 40;
constexpr size_t kKindColumns = 11;

/// "1 added, 2 changed, 3 removed".
std::string FormatCounts(const TableDiffCounts& counts) {
  std::vector<std::string> parts;
  const auto add = [&](uint64_t count, const char* what) {
    if (count != 0) parts.push_back(fmt::format("{} {}", FormatCount(count), what));
  };
  add(counts.added, "added");
  add(counts.changed, "changed");
  add(counts.removed, "removed");
  return fmt::format("{}", fmt::join(parts, ", "));
}

void PrintHints(Painter& out, const StatusReport& report) {
  out.Put("\nsee the rows:  pvc diff\n");
  out.Put("commit them:   pvc commit -m MESSAGE\n");
  if (report.commit) out.Put("take back:     pvc restore TABLE\n");
}

}  // namespace

std::optional<PendingWork> DescribePending(const Operation& state) {
  if (state.pending.empty()) return std::nullopt;
  return PendingWork{"unknown",
                     "An operation is unfinished that this version of pvc does not know."};
}

std::string DescribeHead(const Head& head) {
  if (head.branch.empty()) return "HEAD detached at " + head.detached.Short();
  return "On branch " + EscapeName(head.branch);
}

void PrintChangeLines(Painter& out, const DiffOverview& changes) {
  size_t name_columns = 0;
  for (const TableOverview& table : changes.tables) {
    name_columns = std::max(name_columns, DisplayWidth(EscapeName(table.name)));
  }
  name_columns = std::min(name_columns, kMaxNameColumns);
  for (const TableOverview& table : changes.tables) {
    const auto [label, kind] = table.is_new       ? std::pair{Label::kAdded, "new table"}
                               : table.is_removed ? std::pair{Label::kRemoved, "removed"}
                                                  : std::pair{Label::kChanged, "modified"};
    out.Put("  ");
    out.Put(label, PadRight(kind, kKindColumns));
    out.Put(PadRight(EscapeName(table.name), name_columns) + "   " + FormatCounts(table.counts) +
            "\n");
  }
  for (const SchemaChange& object : changes.objects) {
    constexpr size_t kColumns = 64;
    out.Put("  ");
    out.Put(Label::kHeading, PadRight("schema", kKindColumns));
    FormatSchemaChange(object, kColumns).PutTo(out);
    out.Put("\n");
  }
  for (const PropertyChange& property : changes.properties) {
    out.Put("  ");
    out.Put(Label::kHeading, PadRight("database", kKindColumns));
    out.Put(fmt::format("{}: {} -> {}\n", EscapeName(property.name), EscapeName(property.before),
                        EscapeName(property.after)));
  }
}

void PrintStatusText(Painter& out, const StatusReport& report) {
  out.Put(DescribeHead(report.head) + "\n");
  if (report.pending) out.Put(report.pending->sentence + "\n");
  if (!report.commit) out.Put("No commits yet\n");
  if (report.database.empty()) {
    out.Put("No working database\n\nchoose one:  pvc import FILE\n");
    return;
  }
  const std::string name = EscapeName(report.database);
  if (report.is_gone) {
    out.Put(fmt::format("Working database: {} (gone)\n\n", name));
    out.Put(report.commit ? "bring it back:   pvc restore\n"
                          : "choose another:  pvc import FILE\n");
    return;
  }
  out.Put(fmt::format("Working database: {}\n\n", name));
  if (report.changes.empty()) {
    out.Put(report.commit
                ? fmt::format("nothing to commit, {} is as in {}\n", name, report.commit->Short())
                : fmt::format("nothing to commit, {} is empty\n", name));
    return;
  }
  out.Put(report.commit ? fmt::format("Changes since {}:\n", report.commit->Short())
                        : std::string("To be committed for the first time:\n"));
  PrintChangeLines(out, report.changes);
  PrintHints(out, report);
}

}  // namespace pvc
