#include "cli/render/commit_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <set>
#include <string>
#include <vector>

#include "cli/quantity_text.h"
#include "cli/render/status.h"

namespace pvc {
namespace {

/// "2 tables changed, 3 rows added, 1 changed, 2 removed, 1 schema object changed"; "" when nothing
/// did.
std::string FormatTotals(const DiffOverview& changes) {
  TableDiffCounts sum;
  std::set<std::string> names;
  for (const TableOverview& table : changes.tables) {
    names.insert(table.name);
    sum.added += table.counts.added;
    sum.changed += table.counts.changed;
    sum.removed += table.counts.removed;
  }
  std::vector<std::string> parts;
  if (!names.empty()) parts.push_back(FormatCountOf(names.size(), "table") + " changed");
  const std::pair<uint64_t, const char*> counts[] = {
      {sum.added, "added"}, {sum.changed, "changed"}, {sum.removed, "removed"}};
  bool is_first = true;
  for (const auto& [count, what] : counts) {
    if (count == 0) continue;
    parts.push_back(
        fmt::format("{} {}", is_first ? FormatCountOf(count, "row") : FormatCount(count), what));
    is_first = false;
  }
  if (!changes.objects.empty()) {
    parts.push_back(FormatCountOf(changes.objects.size(), "schema object") + " changed");
  }
  for (const PropertyChange& property : changes.properties) {
    if (!property.is_of_file) parts.push_back(EscapeName(property.name) + " changed");
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

}  // namespace

void PrintCommit(Painter& out, const RecordCommitResult& result, const DiffOverview& changes,
                 bool is_verbose) {
  const std::string& message = result.recorded.message;
  out.Put("[");
  out.Put(Label::kRef,
          result.head.branch.empty() ? "detached HEAD" : EscapeName(result.head.branch));
  if (result.recorded.parents.empty()) out.Put(" (root-commit)");
  out.Put(" ");
  out.Put(Label::kCommitId, result.commit.Short());
  out.Put("] " + EscapeName(message.substr(0, message.find('\n'))) + "\n");
  const std::string totals = FormatTotals(changes);
  if (!totals.empty()) out.Put(" " + totals + "\n");
  if (is_verbose) PrintChangeLines(out, changes);
}

}  // namespace pvc
