#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/shell_word.h"
#include "cli/conflict_kind.h"
#include "cli/quantity_text.h"
#include "cli/render/schema_text.h"
#include "cli/render/status.h"
#include "vcs/bisect_state.h"

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
  // A merge is committed by its own command.
  if (!report.pending || !report.pending->merge) {
    out.Put("commit them:   pvc commit -m MESSAGE\n");
  }
  if (report.commit) out.Put("take back:     pvc restore TABLE\n");
}

PendingWork DescribeBisect(const BisectState& bisect, const Head& head) {
  std::string sentence = fmt::format(
      "You are currently bisecting, started from {}.\n\n",
      bisect.start.branch.empty() ? bisect.start.detached.Short()
                                  : fmt::format("branch '{}'", EscapeName(bisect.start.branch)));
  const bool is_judged =
      std::any_of(bisect.marks.begin(), bisect.marks.end(),
                  [&](const BisectMark& mark) { return mark.commit == head.detached; });
  if (!is_judged) {
    sentence += "this commit is good:  pvc bisect good\n";
    sentence += "this commit is bad:   pvc bisect bad\n";
  }
  PendingWork work;
  work.kind = "bisect";
  work.sentence = sentence + "end it, go back:      pvc bisect reset\n";
  return work;
}

/// "You are merging 'try' into 'main'", "You are picking 1a2b3c4d5e6f (its first line)".
std::string DescribeActivity(const UnfinishedMerge& merge) {
  const std::string commit = merge.commit.Short();
  const std::string first_line =
      EscapeName(std::string_view(merge.message).substr(0, merge.message.find('\n')));
  switch (merge.kind) {
    case PendingKind::kMerge:
      return fmt::format("You are merging '{}' into '{}'{}", EscapeName(merge.theirs_name),
                         EscapeName(merge.ours_name), merge.is_squash ? " as one change" : "");
    case PendingKind::kCherryPick:
      return fmt::format("You are picking {} ({})", commit, first_line);
    case PendingKind::kRevert:
      return fmt::format("You are reverting {}", commit);
    case PendingKind::kRebase:
      return fmt::format("You are rebasing{}, at {} ({})",
                         merge.original_head.branch.empty()
                             ? ""
                             : fmt::format(" '{}'", EscapeName(merge.original_head.branch)),
                         commit, first_line);
    case PendingKind::kBisect:
      break;
  }
  return "Something is unfinished";
}

PendingWork DescribeMerge(UnfinishedMerge merge) {
  const MergeConflicts& conflicts = merge.conflicts;
  const std::string_view command = PendingKindName(merge.kind);
  PendingWork work;
  work.kind = command;
  std::string& text = work.sentence;
  const uint64_t open_count = conflicts.schema.size() + conflicts.row_count();
  text = DescribeActivity(merge) +
         (conflicts.empty() ? ". All conflicts are settled."
                            : fmt::format(": {} {} open.", FormatCountOf(open_count, "conflict"),
                                          open_count == 1 ? "is" : "are"));
  if (!merge.todo.empty()) {
    text += fmt::format(" {} to come.", FormatCountOf(merge.todo.size(), "commit"));
  }
  text += "\n\n";
  if (!conflicts.empty()) {
    const std::string& name =
        conflicts.schema.empty() ? conflicts.tables.front().name() : conflicts.schema.front().name;
    text += "see them:       pvc conflicts\n";
    text += fmt::format("take one side:  pvc resolve {} --theirs\n", ShellWord(name));
  }
  text += fmt::format("then finish:    pvc {} --continue\n", command);
  if (merge.kind != PendingKind::kMerge) {
    text += fmt::format("leave it out:   pvc {} --skip\n", command);
  }
  text += fmt::format("give it up:     pvc {} --abort\n", command);
  work.merge = std::move(merge);
  return work;
}

}  // namespace

std::optional<PendingWork> DescribePending(const Operation& state) {
  if (state.pending.empty()) return std::nullopt;
  if (const auto bisect = FindBisect(state)) return DescribeBisect(*bisect, state.head);
  if (auto merge = FindUnfinishedMerge(state)) return DescribeMerge(std::move(*merge));
  PendingWork work;
  work.kind = "unknown";
  work.sentence = "An operation is unfinished that this version of pvc does not know.";
  return work;
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
