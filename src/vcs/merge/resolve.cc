#include "vcs/merge/resolve.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <memory>
#include <set>

#include "base/error.h"
#include "base/shell_word.h"
#include "engine/tree_cursor.h"
#include "engine/tree_edits.h"
#include "vcs/ascii_case.h"
#include "vcs/merge/renumber.h"
#include "vcs/merge/row_resolver.h"
#include "vcs/merge/snapshot_merge.h"
#include "vcs/merge/unfinished_merge.h"
#include "vcs/snapshot_parts.h"
#include "vcs/working_transaction.h"

namespace pvc {
namespace {

class Resolver {
 public:
  Resolver(Repository& repository, const ResolveRequest& request, const CheckoutOptions& options)
      : repository_(repository), request_(request), options_(options) {}

  ResolveResult Run() {
    auto unfinished = FindUnfinishedMerge(repository_.state());
    if (!unfinished) {
      throw Error(ErrorKind::kNotFound, "nothing is unfinished: there are no conflicts")
          .AddHint("see where things are:  pvc status");
    }
    unfinished_ = std::move(*unfinished);
    MergeConflicts& conflicts = unfinished_.conflicts;
    result_.kind = PendingKindName(unfinished_.kind);
    if (conflicts.empty()) {
      throw Error(ErrorKind::kNotFound, "all conflicts are settled")
          .AddHint(fmt::format("finish it:  pvc {} --continue", result_.kind));
    }
    RequireMatches(conflicts, request_.selectors);
    WorkingTransaction transaction(repository_, options_.reading);
    WorkingSnapshot& found = transaction.found();
    merged_ = found.snapshot;
    const RowMergeContext context{repository_,        *found.nodes,
                                  *found.batch,       found.snapshot.properties.encoding,
                                  FavoredSide::kNone, JsonColumns(repository_.config())};
    SettleSchema(context, found);
    SettleRows(context);
    std::erase_if(conflicts.tables, [](const TableConflicts& t) { return t.rows.empty(); });
    result_.open_objects = conflicts.schema.size();
    result_.open_rows = conflicts.row_count();
    StateChange change;
    change.pending = EncodeUnfinishedMerge(unfinished_);
    // A row that breaks a constraint is what some of the conflicts are about.
    DatabaseUpdateOptions update = options_.update;
    update.enforce_checks = true;
    try {
      const auto done = transaction.Commit(merged_, change, request_.actor, update);
      result_.checkout.changed_database = done.changed_database;
      result_.checkout.update = done.update;
    } catch (Error& error) {
      if (error.kind() == ErrorKind::kInvalid) {
        error.AddHint("settle it otherwise:  pvc resolve TABLE:KEY --set COLUMN=VALUE");
        error.AddHint("see what is open:     pvc conflicts");
      }
      throw;
    }
    return std::move(result_);
  }

 private:
  std::vector<ConflictSelector> SelectorsOf(const std::string& name) const {
    std::vector<ConflictSelector> selectors;
    for (const ConflictSelector& selector : request_.selectors) {
      if (selector.MatchesName(name)) selectors.push_back(selector);
    }
    if (request_.selectors.empty()) selectors.push_back({name, std::nullopt, std::nullopt});
    return selectors;
  }

  bool SelectsWhole(const std::string& name) const {
    const auto selectors = SelectorsOf(name);
    return std::any_of(selectors.begin(), selectors.end(),
                       [](const ConflictSelector& s) { return !s.key; });
  }

  // --- schema

  void SettleSchema(const RowMergeContext& context, WorkingSnapshot& found) {
    SchemaDecisions decisions;
    std::vector<SchemaConflict> open;
    std::set<std::string> names;
    for (SchemaConflict& conflict : unfinished_.conflicts.schema) {
      if (!SelectsWhole(conflict.name)) {
        open.push_back(std::move(conflict));
        continue;
      }
      CheckSchemaResolution(conflict);
      ++result_.settled_objects;
      if (request_.resolution == Resolution::kWorking) continue;
      if (!conflict.kind) {
        SettleProperty(conflict);
        continue;
      }
      const FavoredSide side =
          request_.resolution == Resolution::kTheirs ? FavoredSide::kTheirs : FavoredSide::kOurs;
      for (const std::string* name :
           {&conflict.name, &conflict.base, &conflict.ours, &conflict.theirs}) {
        // Of a rename the sides are names.
        decisions.choices[FoldAsciiCase(*name)] = side;
        names.insert(*name);
      }
    }
    unfinished_.conflicts.schema = std::move(open);
    if (!names.empty()) MergeAgain(context, found, decisions, names);
  }

  void CheckSchemaResolution(const SchemaConflict& conflict) const {
    switch (request_.resolution) {
      case Resolution::kOurs:
      case Resolution::kTheirs:
      case Resolution::kWorking:
        return;
      default:
        break;
    }
    throw Error(ErrorKind::kInvalid,
                fmt::format("'{}' conflicts in the schema: take one side of it", conflict.name))
        .AddHint(fmt::format("ours:    pvc resolve {} --ours", ShellWord(conflict.name)))
        .AddHint(fmt::format("theirs:  pvc resolve {} --theirs", ShellWord(conflict.name)));
  }

  void SettleProperty(const SchemaConflict& conflict) {
    const std::string& text =
        request_.resolution == Resolution::kTheirs ? conflict.theirs : conflict.ours;
    int32_t value = 0;
    const char* end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data(), end, value);
    if (parsed.ec != std::errc() || parsed.ptr != end) {
      throw Error(ErrorKind::kCorrupt,
                  fmt::format("unfinished merge: '{}' is no number for {}", text, conflict.name));
    }
    if (conflict.name == "user_version") merged_.properties.user_version = value;
    if (conflict.name == "application_id") merged_.properties.application_id = value;
  }

  // Merges anew with the sides chosen, and takes what was in conflict from that.
  void MergeAgain(const RowMergeContext& context, WorkingSnapshot& found,
                  const SchemaDecisions& decisions, const std::set<std::string>& names) {
    SnapshotMergeOptions options;
    options.decisions = decisions;
    const MergedSnapshot again = MergeSnapshots(
        repository_, context.nodes, *found.batch, repository_.GetSnapshot(unfinished_.base),
        merged_, repository_.GetSnapshot(unfinished_.theirs), options);
    std::vector<std::string> taken;
    for (const std::string& name : names) {
      if (HasObject(context.nodes, merged_, name) ||
          HasObject(context.nodes, again.snapshot, name)) {
        taken.push_back(name);
      }
    }
    if (!taken.empty()) {
      merged_ =
          TakeTables(repository_, context.nodes, *found.batch, merged_, again.snapshot, taken);
    }
    const auto is_taken = [&](const std::string& name) {
      return std::any_of(names.begin(), names.end(), [&](const std::string& other) {
        return EqualIgnoringAsciiCase(name, other);
      });
    };
    for (const SchemaConflict& conflict : again.conflicts.schema) {
      if (is_taken(conflict.name)) unfinished_.conflicts.schema.push_back(conflict);
    }
    auto& tables = unfinished_.conflicts.tables;
    for (const TableConflicts& table : again.conflicts.tables) {
      if (!is_taken(table.name())) continue;
      std::erase_if(tables, [&](const TableConflicts& t) { return t.name() == table.name(); });
      tables.push_back(table);
      new_tables_.insert(table.name());
    }
    std::sort(tables.begin(), tables.end(),
              [](const auto& a, const auto& b) { return a.name() < b.name(); });
  }

  static bool HasObject(NodeReader& nodes, const Snapshot& snapshot, const std::string& name) {
    if (name.empty() || name.size() >= kMaxKeyBytes) return false;
    TreeCursor cursor(nodes, snapshot.catalog);
    for (cursor.SeekToFirst(); cursor.Valid(); cursor.Next()) {
      if (EqualIgnoringAsciiCase(cursor.key().substr(1), name)) return true;
    }
    return false;
  }

  // --- rows

  void SettleRows(const RowMergeContext& context) {
    if (request_.resolution == Resolution::kRenumberTheirs) {
      const Snapshot base = repository_.GetSnapshot(unfinished_.base);
      const Snapshot ours = repository_.GetSnapshot(unfinished_.ours);
      const Snapshot theirs = repository_.GetSnapshot(unfinished_.theirs);
      const RenumberResult done = RenumberTheirs(
          context, {base, ours, theirs, merged_, unfinished_.conflicts}, request_.selectors);
      result_.settled_rows = done.row_count;
      result_.renumbered_references = done.reference_count;
      return;
    }
    for (size_t i = 0; i < unfinished_.conflicts.tables.size(); ++i) {
      TableConflicts& table = unfinished_.conflicts.tables[i];
      if (new_tables_.contains(table.name())) continue;  // shown first
      if (request_.selectors.empty() || !SelectorsOf(table.name()).empty()) {
        SettleTable(context, table);
      }
    }
  }

  void SettleTable(const RowMergeContext& context, TableConflicts& table) {
    auto entry = FindTable(context.nodes, merged_.catalog, table.name());
    const bool is_as_merged = entry && entry->table->info == table.layout.table->info;
    if (!is_as_merged && request_.resolution != Resolution::kWorking) {
      throw Error(ErrorKind::kInvalid,
                  fmt::format("table '{}' has other columns than when it was merged", table.name()))
          .AddHint(fmt::format("settle it as it is:  pvc resolve {} --working",
                               ShellWord(table.name())));
    }
    CatalogEntry unchanged = is_as_merged ? *entry : table.layout;
    for (const ConflictSelector& selector : SelectorsOf(table.name())) {
      result_.settled_rows += RowResolver(context, request_, table, unchanged).Run(selector);
    }
    if (is_as_merged) StoreEntry(context, unchanged);
  }

  void StoreEntry(const RowMergeContext& context, const CatalogEntry& entry) {
    TreeEdits catalog(context.nodes, context.sink, merged_.catalog);
    catalog.Put(CatalogKey(entry.object.kind, entry.object.name), EncodeCatalogEntry(entry));
    merged_.catalog = catalog.Finish();
  }

  Repository& repository_;
  const ResolveRequest& request_;
  const CheckoutOptions& options_;
  UnfinishedMerge unfinished_;
  Snapshot merged_;  // what the working database is to hold
  std::set<std::string> new_tables_;
  ResolveResult result_;
};

}  // namespace

ResolveResult ResolveConflicts(Repository& repository, const ResolveRequest& request,
                               const CheckoutOptions& options) {
  return Resolver(repository, request, options).Run();
}

}  // namespace pvc
