#include "cli/render/import_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/quantity_text.h"

namespace pvc {
namespace {

std::string FirstLine(const std::string& message) { return message.substr(0, message.find('\n')); }

/// "812 + 9 + 1": nodes of a tree by level, leaves first.
std::string FormatLevels(const std::vector<uint64_t>& nodes_by_level) {
  if (nodes_by_level.empty()) return "-";
  std::string text;
  for (const uint64_t count : nodes_by_level) {
    if (!text.empty()) text += " + ";
    text += FormatCount(count);
  }
  return text;
}

void PrintTables(Painter& out, const RecordImportResult& result) {
  size_t widest = 5;
  for (const TableImport& table : result.import.tables) {
    widest = std::max(widest, DisplayWidth(EscapeName(table.name)));
  }
  widest = std::min<size_t>(widest, 32);
  out.Put("\n");
  out.Put(Label::kHeading,
          fmt::format("  {}{:>14}{:>12}{:>9}{:>13}   {}\n", PadRight("table", widest), "rows",
                      "bytes", "time", "rate", "nodes by level"));
  for (const TableImport& table : result.import.tables) {
    out.Put(fmt::format(
        "  {}{:>14}{:>12}{:>9}{:>13}   {}\n",
        PadRight(Ellipsize(EscapeName(table.name), widest), widest), FormatCount(table.row_count),
        FormatBytes(table.encoded_bytes), FormatSeconds(table.seconds),
        FormatRate(table.encoded_bytes, table.seconds), FormatLevels(table.nodes_by_level)));
  }
}

void PrintStore(Painter& out, const RecordImportResult& result, const ImportTextOptions& options) {
  const WriteStatistics& written = result.statistics;
  const uint64_t reused = written.submitted_count - written.written_count;
  out.Put(fmt::format("\n  objects    {} built, {} new, {} reused ({})\n",
                      FormatCount(written.submitted_count), FormatCount(written.written_count),
                      FormatCount(reused), FormatShare(reused, written.submitted_count)));
  out.Put(fmt::format("  bytes      {} built, {} new, {} stored\n",
                      FormatBytes(written.submitted_bytes), FormatBytes(written.written_raw_bytes),
                      FormatBytes(written.stored_bytes)));
  const uint64_t lookups = options.cache.hit_count + options.cache.miss_count;
  out.Put(fmt::format("  cache      {} of {} hit\n", FormatShare(options.cache.hit_count, lookups),
                      FormatCountOf(lookups, "node lookup")));
}

}  // namespace

void PrintImport(Painter& out, const RecordImportResult& result, const ImportTextOptions& options) {
  out.Put("[");
  out.Put(Label::kRef,
          result.head.branch.empty() ? "detached HEAD" : EscapeName(result.head.branch));
  out.Put(" ");
  out.Put(Label::kCommitId, result.commit.Short());
  out.Put("] " + EscapeName(FirstLine(result.message)) + "\n");
  out.Put(fmt::format("  {}, {}\n", FormatCountOf(result.import.tables.size(), "table"),
                      FormatCountOf(result.import.row_count, "row")));
  std::string rate = FormatRate(result.source_bytes, options.seconds);
  if (!rate.empty()) rate = ", " + rate;
  out.Put(fmt::format("  {} read, {} stored, {}{}\n", FormatBytes(result.source_bytes),
                      FormatBytes(result.statistics.stored_bytes), FormatSeconds(options.seconds),
                      rate));
  if (!options.is_verbose) return;
  PrintTables(out, result);
  PrintStore(out, result, options);
}

}  // namespace pvc
