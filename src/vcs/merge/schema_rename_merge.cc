#include "vcs/merge/schema_rename_merge.h"

#include <fmt/format.h>

#include <utility>

#include "base/error.h"
#include "vcs/ascii_case.h"
#include "vcs/merge/schema_check.h"
#include "vcs/merge/schema_renames.h"

namespace pvc {
namespace {

using Renames = std::vector<SchemaRename>;

Renames FindRenamesOf(const SchemaDraft& draft, MergeSide side) {
  const RowMergeContext& context = draft.context();
  // When a conflict of names is settled, all of them are among the choices.
  std::set<std::string> told;
  for (const auto& [name, choice] : draft.decisions().choices) told.insert(name);
  return FindRenames(context.repository, context.nodes, draft.catalog(MergeSide::kBase),
                     draft.catalog(side), context.encoding, told);
}

// Views, triggers and tables that name what both renamed: taking the other name changes their text.
void AddFollowers(SchemaDraft& draft, const SchemaRename& rename) {
  const bool is_table = rename.column.empty();
  for (const auto& [key, entry] : draft.index(MergeSide::kBase)) {
    const SchemaObject& object = entry.object;
    const bool goes_along = EqualIgnoringAsciiCase(object.table_name, rename.table);
    const std::set<std::string> names = NamesIn(object.sql);
    if (goes_along || !names.contains(FoldAsciiCase(rename.table)) ||
        (!is_table && !names.contains(FoldAsciiCase(rename.column)))) {
      continue;
    }
    const MergedObject sides = draft.SidesOf(key);
    if (!sides.ours || !sides.theirs) continue;
    draft.AddConflict(
        sides, "",
        fmt::format("it names '{}', which both renamed", is_table ? rename.table : rename.column));
  }
}

// What both renamed differently gets the name of one side.
void SettleRivals(SchemaDraft& draft, Renames& ours, Renames& theirs) {
  Renames lost_ours;
  Renames lost_theirs;
  for (const SchemaRename& a : ours) {
    for (const SchemaRename& b : theirs) {
      if (a.table != b.table || a.column != b.column || EqualIgnoringAsciiCase(a.to, b.to)) {
        continue;
      }
      const bool is_table = a.column.empty();
      const FavoredSide favor = draft.Favor(is_table ? a.to : a.table);
      if (favor == FavoredSide::kTheirs) {
        lost_ours.push_back(a);
      } else {
        lost_theirs.push_back(b);
      }
      if (favor != FavoredSide::kNone) continue;
      draft.AddConflict({SchemaObjectKind::kTable, is_table ? a.to : a.table, is_table ? "" : a.to,
                         fmt::format("both renamed '{}'", is_table ? a.table : a.column),
                         is_table ? a.table : a.column, a.to, b.to});
      AddFollowers(draft, a);
    }
  }
  ours = WithoutRenames(ours, lost_ours);
  theirs = WithoutRenames(theirs, lost_theirs);
}

// Notes what a side renamed, by the names that it has in the end.
void NoteRenames(SchemaDraft& draft, MergeSide side, const Renames& renames, const Renames& all) {
  for (const SchemaRename& rename : renames) {
    std::string table = rename.table;
    for (const SchemaRename& other : all) {
      if (other.column.empty() && other.table == rename.table) table = other.to;
    }
    draft.NoteRename(side, table, rename.column.empty() ? "" : rename.to);
  }
}

// Views and triggers of one side that the other side's renames cannot reach: what is new in them
// names things that are no more.
void HoldUnfollowed(SchemaDraft& draft, MergeSide side, const Renames& renames) {
  for (const auto& [key, entry] : draft.index(side)) {
    const MergedObject sides = draft.SidesOf(key);
    if (!NamesVirtualTable(draft.catalog(side), entry.object) ||
        SameObject(sides.base, draft.Find(side, key))) {
      continue;
    }
    const std::set<std::string> names = NamesIn(entry.object.sql);
    for (const SchemaRename& rename : renames) {
      const bool is_table = rename.column.empty();
      if (!names.contains(FoldAsciiCase(is_table ? rename.table : rename.column))) continue;
      draft.Refuse(key, "",
                   fmt::format("it names '{}', which {} renamed, and a virtual table",
                               is_table ? rename.table : rename.column, SideName(OtherSide(side))));
      break;
    }
  }
}

}  // namespace

void FollowRenames(SchemaDraft& draft) {
  const Renames ours = FindRenamesOf(draft, MergeSide::kOurs);
  const Renames theirs = FindRenamesOf(draft, MergeSide::kTheirs);
  if (ours.empty() && theirs.empty()) return;
  Renames wanted_ours = ours;
  Renames wanted_theirs = theirs;
  SettleRivals(draft, wanted_ours, wanted_theirs);
  Renames all = wanted_ours;
  const Renames rest = WithoutRenames(wanted_theirs, wanted_ours);
  all.insert(all.end(), rest.begin(), rest.end());
  try {
    Repository& repository = draft.context().repository;
    auto base = ApplyRenames(repository, draft.catalog(MergeSide::kBase), all, {});
    auto our_names =
        ApplyRenames(repository, draft.catalog(MergeSide::kOurs), WithoutRenames(all, ours), ours);
    auto their_names = ApplyRenames(repository, draft.catalog(MergeSide::kTheirs),
                                    WithoutRenames(all, theirs), theirs);
    draft.SetCatalog(MergeSide::kBase, std::move(base));
    draft.SetCatalog(MergeSide::kOurs, std::move(our_names));
    draft.SetCatalog(MergeSide::kTheirs, std::move(their_names));
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::kInvalid) throw;
    // Under their old and new names they are conflicts of their own, unless only one side has
    // touched them.
    const SchemaRename& first = all.front();
    draft.AddConflict({SchemaObjectKind::kTable, first.table, first.column,
                       "the rename cannot be followed: " + WithoutPath(error.message()),
                       first.column.empty() ? first.table : first.column, "", ""});
    return;
  }
  HoldUnfollowed(draft, MergeSide::kOurs, WithoutRenames(all, ours));
  HoldUnfollowed(draft, MergeSide::kTheirs, WithoutRenames(all, theirs));
  NoteRenames(draft, MergeSide::kOurs, wanted_ours, all);
  NoteRenames(draft, MergeSide::kTheirs, wanted_theirs, all);
}

}  // namespace pvc
