#include "vcs/patch/patch_target.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/error.h"
#include "base/shell_word.h"
#include "engine/edit_batch.h"
#include "engine/tree_editor.h"
#include "vcs/patch/patch_layout.h"
#include "vcs/patch/schema_patch.h"
#include "vcs/patch/sequence_patch.h"
#include "vcs/patch/table_conversion.h"
#include "vcs/sequence_table.h"
#include "vcs/text_conversion.h"

namespace pvc {
namespace {

constexpr uint64_t kRowsPerProgressReport = 8192;

Bytes KeyOf(const CatalogEntry& entry) { return CatalogKey(entry.object.kind, entry.object.name); }

int32_t ReadProperty(const PropertyChange& change) {
  try {
    size_t end = 0;
    const int value = std::stoi(change.after, &end);
    if (end == change.after.size()) return value;
  } catch (const std::exception&) {  // said below
  }
  throw Error(ErrorKind::kInvalid, fmt::format("the patch sets {} to '{}', which is no number",
                                               change.name, change.after));
}

class Patcher {
 public:
  Patcher(Repository& repository, NodeReader& nodes, WriteBatch& batch, const Snapshot& base,
          PatchReader& patch, const PatchTargetOptions& options)
      : shop_{repository, nodes, batch, base.properties.encoding},
        base_(base),
        patch_(patch),
        options_(options),
        base_entries_(ReadCatalog(nodes, base.catalog)) {}

  PatchTarget Run() {
    const PatchHeader header = patch_.ReadHeader();
    is_partial_ = header.is_partial;
    result_.snapshot.properties = base_.properties;
    for (const PropertyChange& change : header.properties) ApplyProperty(change);
    for (const PatchSchemaChange& entry : header.schema) RefuseIgnored(entry.change.table_name);
    SchemaPatch schema(shop_.repository, base_entries_, header);
    schema_ = &schema;
    result_.object_count = schema.change_count();
    result_.objects_there = schema.already_there();

    PatchTable table;
    while (patch_.NextTable(table)) {
      RefuseIgnored(table.name);
      ApplyTable(table);
      ++result_.table_count;
    }
    for (const auto& [name, change] : schema.tables()) {
      if (!seen_.contains(name)) FinishSchemaChange(name, change);
    }
    ApplySequences();
    result_.snapshot.catalog = WriteCatalog();
    return std::move(result_);
  }

 private:
  void RefuseIgnored(const std::string& table) const {
    if (options_.ignored == nullptr || !options_.ignored->Matches(table)) return;
    throw Error(ErrorKind::kInvalid,
                fmt::format("the patch changes table '{}', which settings ignore", table))
        .AddHint("see them:  pvc config --list");
  }

  void ApplyProperty(const PropertyChange& change) {
    DatabaseProperties& properties = result_.snapshot.properties;
    int32_t* value = change.name == "user_version"     ? &properties.user_version
                     : change.name == "application_id" ? &properties.application_id
                                                       : nullptr;
    if (value == nullptr) {
      throw Error(ErrorKind::kUnsupported,
                  fmt::format("the patch changes {}, which no patch can", change.name));
    }
    const int32_t after = ReadProperty(change);
    if (*value == after) return;
    if (std::to_string(*value) != change.before) {
      throw Error(ErrorKind::kInvalid, fmt::format("{} is {}, and the patch changes it from {} to "
                                                   "{}",
                                                   change.name, *value, change.before, after));
    }
    *value = after;
    ++result_.property_count;
  }

  CatalogEntry& RequireEntry(const std::string& name) {
    CatalogEntry* entry = schema_->FindEntry(SchemaObjectKind::kTable, name);
    if (entry != nullptr && entry->table) return *entry;
    throw Error(ErrorKind::kNotFound, fmt::format("no table '{}' in the working database", name))
        .AddHint("see what there is:  pvc ls");
  }

  // Hands each row of the table to `take`.
  template <typename Take>
  void ReadRows(const PatchTable& table, const Take& take) {
    PatchRow row;
    while (patch_.NextRow(row)) {
      take(row);
      if (++rows_read_ % kRowsPerProgressReport == 0 && options_.progress) {
        options_.progress(table.name, rows_read_);
      }
    }
  }

  void ApplyTable(const PatchTable& table) {
    if (table.name == kSequenceTable) return ReadSequences(table);
    const SchemaPatch::Table* change = schema_->FindTable(table.name);
    if (change != nullptr && !seen_.insert(table.name).second) {
      throw Error(ErrorKind::kInvalid,
                  fmt::format("the patch has the rows of table '{}' twice", table.name));
    }
    if (change == nullptr) {
      ApplyRows(table);
    } else if (!change->after) {
      ApplyRemoval(table, *change);
    } else if (change->before) {
      ApplyLayoutChange(table, *change);
    } else {
      ApplyRows(table);
    }
  }

  void ApplyRows(const PatchTable& table) {
    CatalogEntry& entry = RequireEntry(table.name);
    StoredTable& stored = *entry.table;
    PatchLayout layout(stored.info, table, PatchLayout::Side::kAfter, shop_.encoding);
    if (!layout.FitsExactly()) {
      throw Error(
          ErrorKind::kInvalid,
          fmt::format("table '{}' has other columns or another key than in the patch", table.name))
          .AddHint("see its text:  pvc schema HEAD " + ShellWord(table.name));
    }
    if (schema_->FindTable(table.name) == nullptr) CheckShadow(table, stored);
    RowPatcher rows(shop_, stored.info, options_.on_conflict);
    ReadRows(table, [&](const PatchRow& row) { rows.Add(layout.Lay(row)); });
    stored.rows = rows.Finish(stored.rows);
    Note(entry, rows);
  }

  // Half of what a virtual table keeps in its shadow tables is worth nothing: they are changed
  // only from the very state that the patch was made from.
  static void CheckShadow(const PatchTable& table, const StoredTable& stored) {
    if (!stored.info.is_shadow && !table.has_roots) return;
    if (table.has_roots && table.root_before == stored.rows.root.Hex()) return;
    throw Error(ErrorKind::kInvalid,
                fmt::format("table '{}' belongs to a virtual table, and holds something else than "
                            "the patch was made from",
                            table.name));
  }

  void ApplyRemoval(const PatchTable& table, const SchemaPatch::Table& change) {
    RowPatcher rows(shop_, change.before->info, options_.on_conflict);
    PatchLayout layout(change.before->info, table, PatchLayout::Side::kBefore, shop_.encoding);
    ReadRows(table, [&](const PatchRow& row) {
      if (row.kind != ChangeKind::kRemoved) FailRowsOf(table.name, "removes");
      rows.Add(layout.Lay(row));
    });
    const Tree left = rows.Finish(change.before->rows);
    AddCounts(rows.counts());
    if (rows.counts().conflicts == 0) RequireEmpty(table.name, left);
  }

  [[noreturn]] static void FailRowsOf(const std::string& table, std::string_view what) {
    throw Error(
        ErrorKind::kInvalid,
        fmt::format("the patch {} table '{}', and has rows that do not go with it", what, table));
  }

  static void RequireEmpty(const std::string& table, const Tree& left) {
    if (left.empty()) return;
    throw Error(ErrorKind::kInvalid,
                fmt::format("the patch removes table '{}', which has {} rows that the patch does "
                            "not know",
                            table, left.entry_count));
  }

  // Where each column after comes from.
  std::vector<ColumnSource> SourcesOf(const SchemaPatch::Table& change) const {
    const std::vector<std::string> before = NamesOf(change.before->info);
    const auto find = [&](const std::string& name) {
      const auto found = std::find(before.begin(), before.end(), name);
      return found == before.end() ? -1 : static_cast<int>(found - before.begin());
    };
    std::vector<ColumnSource> sources;
    for (const std::string& name : NamesOf(*change.after)) {
      ColumnSource source;
      const auto& pairs = change.change.columns;
      const auto pair = std::find_if(pairs.begin(), pairs.end(),
                                     [&](const PatchColumnPair& p) { return p.after == name; });
      if (pairs.empty()) {
        source.before = find(name);
      } else if (pair == pairs.end()) {
        FailRowsOf(change.change.change.name, "changes");
      } else if (pair->before) {
        source.before = find(*pair->before);
      } else {
        source.fill = ConvertPatchValue(pair->fill, shop_.encoding, change.after->name);
      }
      sources.push_back(std::move(source));
    }
    return sources;
  }

  static std::vector<std::string> NamesOf(const TableInfo& info) {
    std::vector<std::string> names;
    for (const Column& column : info.columns) {
      if (!column.is_generated) names.push_back(column.name);
    }
    return names;
  }

  // Rows go in the old layout, where all that they hold can be compared; what is left is laid out
  // anew; then rows change and come in the new one.
  void ApplyLayoutChange(const PatchTable& table, const SchemaPatch::Table& change) {
    const std::vector<ColumnSource> sources = SourcesOf(change);
    StoredTable stored = *change.before;
    PatchLayout old_layout(stored.info, table, PatchLayout::Side::kBefore, shop_.encoding);
    PatchLayout new_layout(*change.after, table, PatchLayout::Side::kAfter, shop_.encoding);
    RowPatcher removed(shop_, stored.info, options_.on_conflict);
    RowPatcher others(shop_, *change.after, options_.on_conflict);
    LaidRow laid;
    ReadRows(table, [&](const PatchRow& row) {
      if (row.kind == ChangeKind::kRemoved) {
        removed.Add(old_layout.Lay(row));
        return;
      }
      laid = new_layout.Lay(row);
      for (size_t i = 0; i < sources.size() && row.kind == ChangeKind::kChanged; ++i) {
        if (sources[i].before < 0) laid.before[i] = &sources[i].fill;
      }
      others.Add(laid);
    });
    stored.rows = removed.Finish(stored.rows);
    CatalogEntry& entry = RequireEntry(table.name);
    entry.table->rows = others.Finish(ConvertTable(shop_, stored, *change.after, sources));
    AddCounts(removed.counts());
    Note(entry, others);
  }

  // A table whose schema changes, and of whose rows the patch says nothing.
  void FinishSchemaChange(const std::string& name, const SchemaPatch::Table& change) {
    if (name == kSequenceTable || !change.before) return;
    if (!change.after) {
      RequireEmpty(name, change.before->rows);
      return;
    }
    RequireEntry(name).table->rows =
        ConvertTable(shop_, *change.before, *change.after, SourcesOf(change));
  }

  void AddCounts(const RowPatchCounts& counts) {
    result_.counts.added += counts.added;
    result_.counts.removed += counts.removed;
    result_.counts.changed += counts.changed;
    result_.counts.already_there += counts.already_there;
    result_.counts.conflicts += counts.conflicts;
  }

  void Note(const CatalogEntry& entry, const RowPatcher& rows) {
    AddCounts(rows.counts());
    if (!is_partial_ || !rows.highest_added() || !IsAutoincrement(shop_.repository, entry.object))
      return;
    Bytes name;
    if (!AppendEncoded(name, entry.object.name, shop_.encoding)) return;
    sequences_.NoteInserted(name, *rows.highest_added());
  }

  void ReadSequences(const PatchTable& table) {
    TableInfo info;
    info.name = kSequenceTable;
    for (const char* name : {"name", "seq"}) {
      info.columns.emplace_back();
      info.columns.back().name = name;
    }
    PatchLayout layout(info, table, PatchLayout::Side::kAfter, shop_.encoding);
    ReadRows(table, [&](const PatchRow& row) { sequences_.Add(layout.Lay(row)); });
  }

  void ApplySequences() {
    if (sequences_.empty()) return;
    CatalogEntry* entry = schema_->FindEntry(SchemaObjectKind::kTable, std::string(kSequenceTable));
    if (entry != nullptr && entry->table) {
      entry->table->rows = sequences_.Finish(shop_, *entry->table);
    }
  }

  Tree WriteCatalog() {
    std::map<Bytes, Bytes> before;
    for (const CatalogEntry& entry : base_entries_) {
      before.emplace(KeyOf(entry), EncodeCatalogEntry(entry));
    }
    EditBatch edits;
    for (const CatalogEntry& entry : schema_->entries()) {
      const Bytes key = KeyOf(entry);
      const Bytes value = EncodeCatalogEntry(entry);
      const auto found = before.find(key);
      if (found == before.end() || found->second != value) edits.Put(key, value);
      if (found != before.end()) before.erase(found);
    }
    for (const auto& [key, value] : before) edits.Delete(key);
    return ApplyEdits(shop_.nodes, shop_.batch, base_.catalog, edits);
  }

  PatchWorkshop shop_;
  const Snapshot& base_;
  PatchReader& patch_;
  const PatchTargetOptions& options_;
  std::vector<CatalogEntry> base_entries_;
  SchemaPatch* schema_ = nullptr;
  bool is_partial_ = false;
  std::set<std::string> seen_;  // tables of schema changes whose rows were read
  SequencePatch sequences_;
  uint64_t rows_read_ = 0;
  PatchTarget result_;
};

}  // namespace

PatchTarget MakePatchTarget(Repository& repository, NodeReader& nodes, WriteBatch& batch,
                            const Snapshot& base, PatchReader& patch,
                            const PatchTargetOptions& options) {
  return Patcher(repository, nodes, batch, base, patch, options).Run();
}

}  // namespace pvc
