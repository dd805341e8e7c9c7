#include <fmt/format.h>

#include "cli/c_quote.h"
#include "cli/render/status.h"

namespace pvc {
namespace {

void PutHeaders(TextWriter& out, const StatusReport& report) {
  out.Write(fmt::format("# branch {}\n", report.head.branch.empty() ? std::string("(detached)")
                                                                    : CQuote(report.head.branch)));
  out.Write(fmt::format("# head {}\n", report.commit ? report.commit->Hex() : "(none)"));
  out.Write(fmt::format("# database {}\n",
                        report.database.empty() ? std::string("(none)") : CQuote(report.database)));
  if (report.is_gone) out.Write("# gone\n");
  if (!report.pending) return;
  out.Write(fmt::format("# pending {}\n", report.pending->kind));
  if (!report.pending->merge) return;
  const UnfinishedMerge& merge = *report.pending->merge;
  out.Write(
      fmt::format("# conflicts {}\n", merge.conflicts.schema.size() + merge.conflicts.row_count()));
  out.Write(fmt::format("# commit {}\n", merge.commit.Hex()));
  if (!merge.todo.empty()) out.Write(fmt::format("# to-come {}\n", merge.todo.size()));
}

char MarkOf(ChangeKind kind) {
  return kind == ChangeKind::kAdded ? '+' : kind == ChangeKind::kRemoved ? '-' : '~';
}

}  // namespace

void PrintStatusPorcelain(TextWriter& out, const StatusReport& report) {
  PutHeaders(out, report);
  for (const TableOverview& table : report.changes.tables) {
    const TableDiffCounts& counts = table.counts;
    const char mark = table.is_new ? 'A' : table.is_removed ? 'D' : 'M';
    out.Write(fmt::format("{} {} +{} ~{} -{}\n", mark, CQuote(table.name), counts.added,
                          counts.changed, counts.removed));
  }
  for (const SchemaChange& object : report.changes.objects) {
    out.Write(fmt::format("S{} {} {}\n", MarkOf(object.kind),
                          SchemaObjectKindName(object.object_kind), CQuote(object.name)));
  }
  for (const PropertyChange& property : report.changes.properties) {
    out.Write(fmt::format("P {} {} {}\n", CQuote(property.name), CQuote(property.before),
                          CQuote(property.after)));
  }
}

}  // namespace pvc
