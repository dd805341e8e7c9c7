#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "cli/cell_json.h"
#include "cli/cell_reader.h"
#include "cli/render/diff_event_json.h"
#include "cli/render/patch.h"
#include "cli/utf8.h"
#include "vcs/patch/row_patcher.h"

namespace pvc {
namespace {

/// Writes the document's arrays one after the other, in the order of the events.
class PatchJson final : public DiffSink {
 public:
  PatchJson(TextWriter& out, const DiffInput& input, const Commit* commit)
      : json_(out, JsonWriter::Layout::kIndented), input_(input) {
    json_.BeginObject();
    json_.Member("format", "pvc.patch/v1");
    WriteCommit(commit);
    WriteId("from", input.before.commit);
    WriteId("to", input.after.commit);
    if (!input.filters.empty()) {
      json_.Key("partial");
      json_.Bool(true);
    }
    json_.Key("properties");
    json_.BeginArray();
  }

  void OnProperty(const PropertyChange& change) override {
    if (change.name == "encoding") {
      // Text is UTF-8 in a patch: the first rows of a history have no encoding to come from.
      if (input_.before.commit.empty()) return;
      throw Error(ErrorKind::kUnsupported,
                  fmt::format("the text encoding changes from {} to {}, which no patch can do",
                              change.before, change.after))
          .AddHint("pvc help format-patch");
    }
    json_.BeginObject();
    WritePropertyMembers(json_, change);
    json_.EndObject();
  }

  void OnSchemaObject(const SchemaChange& change) override {
    EnterPart(Part::kSchema);
    const std::string what =
        fmt::format("{} '{}'", SchemaObjectKindName(change.object_kind), change.name);
    for (const std::string* text :
         {&change.name, &change.table_name, &change.sql_before, &change.sql_after}) {
      RequireUtf8(*text, what);
    }
    json_.BeginObject();
    WriteSchemaMembers(json_, change);
    if (change.table_name_before != change.table_name) {
      RequireUtf8(change.table_name_before, what);
      json_.Member("tableBefore", change.table_name_before);
    }
    if (change.pairing) WritePairing(*change.pairing, what, Fills::kWrite);
    json_.EndObject();
  }

  void BeginTable(const TableDiff& table) override {
    EnterPart(Part::kTables);
    const StoredTable& side = table.after ? *table.after : *table.before;
    if (side.info.is_shadow && !input_.filters.empty()) {
      throw Error(ErrorKind::kUnsupported,
                  fmt::format("table '{}' belongs to a virtual table, which is changed whole or "
                              "not at all",
                              table.name))
          .AddHint("leave the tables out:  pvc format-patch");
    }
    const std::string what = fmt::format("table '{}'", table.name);
    RequireUtf8(table.name, what);
    json_.BeginObject();
    json_.Member("name", table.name);
    if (table.pairing) {
      WritePairing(*table.pairing, what, Fills::kLeaveOut);
    } else {
      json_.Key("columns");
      json_.BeginArray();
      for (const std::string& name : StoredColumnNames(side.info)) {
        RequireUtf8(name, what);
        json_.String(name);
      }
      json_.EndArray();
    }
    WriteKey(side.info);
    if (side.info.is_shadow) WriteRoots(table);
    json_.Key("rows");
    json_.BeginArray();
  }

  void OnRow(const TableDiff& table, const RowChange& change) override {
    json_.BeginObject();
    WriteRowMembers(json_, input_, table, change);
    // A row that its key does not tell from others is found by all that it held.
    if (change.kind == ChangeKind::kChanged &&
        (IsFoundByContent(table.before->info, *change.before) ||
         IsFoundByContent(table.after->info, *change.after))) {
      json_.Key("row");
      WriteRowCells(json_, {table.before->info, *change.before, table.encoding_before,
                            input_.before.source()});
    }
    json_.EndObject();
  }

  void EndTable(const TableDiff&, const TableDiffCounts&) override {
    json_.EndArray();
    json_.EndObject();
  }

  void Finish() {
    EnterPart(Part::kTables);
    json_.EndArray();
    json_.EndObject();
  }

 private:
  enum class Part { kProperties, kSchema, kTables };
  enum class Fills { kWrite, kLeaveOut };

  static void RequireUtf8(const std::string& text, const std::string& what) {
    if (IsValidUtf8(text)) return;
    throw Error(
        ErrorKind::kUnsupported,
        fmt::format("{} has a name or text that is not UTF-8, which JSON cannot hold", what))
        .AddHint("the changes as SQL:  pvc diff --format=sql");
  }

  static bool IsFoundByContent(const TableInfo& info, const Row& row) {
    if (info.identity == RowIdentity::kNone) return true;
    if (info.identity == RowIdentity::kRowid || info.without_rowid) return false;
    const std::vector<size_t> key = KeyCells(info);
    return std::any_of(key.begin(), key.end(), [&](size_t cell) {
      return row.cells[cell].value.storage_class == StorageClass::kNull;
    });
  }

  void WriteId(std::string_view name, const std::string& id) {
    json_.Key(name);
    if (id.empty()) {
      json_.Null();
    } else {
      json_.String(id);
    }
  }

  void WriteCommit(const Commit* commit) {
    json_.Key("commit");
    if (commit == nullptr) {
      json_.Null();
      return;
    }
    json_.BeginObject();
    json_.Key("author");
    json_.BeginObject();
    json_.Member("name", commit->author.name);
    json_.Member("email", commit->author.email);
    json_.Member("date", FormatRfc3339(commit->author.when));
    json_.Key("unixMicroseconds");
    json_.Integer(commit->author.when.unix_us);
    json_.EndObject();
    json_.Member("message", commit->message);
    json_.EndObject();
  }

  void WriteKey(const TableInfo& info) {
    json_.Key("key");
    if (info.identity == RowIdentity::kNone) {
      json_.Null();
      return;
    }
    const std::vector<std::string> names = StoredColumnNames(info);
    json_.BeginArray();
    for (const size_t cell : KeyCells(info)) json_.String(names[cell]);
    json_.EndArray();
  }

  void WriteRoots(const TableDiff& table) {
    json_.Key("root");
    json_.BeginObject();
    if (table.before) json_.Member("before", table.before->rows.root.Hex());
    if (table.after) json_.Member("after", table.after->rows.root.Hex());
    json_.EndObject();
  }

  // A name for a column that is the same on both sides, else an object.
  void WritePairing(const ColumnPairing& pairing, const std::string& what, Fills fills) {
    for (const auto* names : {&pairing.names_before, &pairing.names_after}) {
      for (const std::string& name : *names) RequireUtf8(name, what);
    }
    json_.Key("columns");
    json_.BeginArray();
    std::vector<bool> is_mapped(pairing.names_before.size(), false);
    for (size_t i = 0; i < pairing.names_after.size(); ++i) {
      const int other = pairing.column_map[i];
      if (other >= 0) is_mapped[static_cast<size_t>(other)] = true;
      if (other >= 0 &&
          pairing.names_before[static_cast<size_t>(other)] == pairing.names_after[i]) {
        json_.String(pairing.names_after[i]);
        continue;
      }
      json_.BeginObject();
      if (other >= 0) json_.Member("before", pairing.names_before[static_cast<size_t>(other)]);
      json_.Member("after", pairing.names_after[i]);
      if (other < 0 && fills == Fills::kWrite) WriteFill(pairing.fills_after, i);
      json_.EndObject();
    }
    for (size_t i = 0; i < is_mapped.size(); ++i) {
      if (is_mapped[i]) continue;
      json_.BeginObject();
      json_.Member("before", pairing.names_before[i]);
      if (fills == Fills::kWrite) WriteFill(pairing.fills_before, i);
      json_.EndObject();
    }
    json_.EndArray();
  }

  void WriteFill(const std::vector<ColumnDefault>& fills, size_t i) {
    json_.Key("fill");
    const OwnedValue fill = i < fills.size() ? fills[i].value() : OwnedValue{};
    Cell cell;
    cell.value = fill.View();
    WriteCellJson(json_, input_.after.source(), cell, TextEncoding::kUtf8);
  }

  void EnterPart(Part part) {
    while (part_ < part) {
      json_.EndArray();
      part_ = part_ == Part::kProperties ? Part::kSchema : Part::kTables;
      json_.Key(part_ == Part::kSchema ? "schema" : "tables");
      json_.BeginArray();
    }
  }

  JsonWriter json_;
  const DiffInput& input_;
  Part part_ = Part::kProperties;
};

}  // namespace

void RenderPatchJson(TextWriter& out, const DiffInput& input, const Commit* commit) {
  PatchJson sink(out, input, commit);
  input.run(sink, DiffDetail::kPatch);
  sink.Finish();
}

}  // namespace pvc
