#include "sqlite/changeset.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "cli/cell_reader.h"
#include "cli/render/patch.h"
#include "cli/utf8.h"
#include "vcs/patch/row_patcher.h"
#include "vcs/sequence_table.h"

namespace pvc {
namespace {

constexpr const char* kUseJson = "write JSON:  pvc format-patch --format=json";

/// Values of one row, whole and in UTF-8.
class RowValues {
 public:
  /// Throws: kUnsupported for text that has no UTF-8 form.
  void Read(const TableInfo& info, const Row& row, TextEncoding encoding, ObjectSource& source) {
    values.assign(row.cells.size(), std::nullopt);
    storage_.resize(row.cells.size());
    for (size_t i = 0; i < row.cells.size(); ++i) {
      Value value = ReadWholeCell(source, row.cells[i], storage_[i]);
      if (value.storage_class == StorageClass::kText && encoding != TextEncoding::kUtf8) {
        const auto utf8 = CellTextToUtf8(value.bytes, encoding);
        if (!utf8) {
          throw Error(ErrorKind::kUnsupported,
                      fmt::format("table '{}' has text that is not well-formed {}, which a "
                                  "changeset cannot hold",
                                  info.name, TextEncodingName(encoding)))
              .AddHint(kUseJson);
        }
        storage_[i] = *utf8;
        value = Value::Text(storage_[i]);
      }
      values[i] = value;
    }
  }

  std::vector<std::optional<Value>> values;

 private:
  std::vector<Bytes> storage_;
};

class ChangesetSink final : public DiffSink {
 public:
  ChangesetSink(TextWriter& out, const DiffInput& input)
      : input_(input), writer_([&out](ByteView bytes) { out.Write(bytes); }) {}

  void OnProperty(const PropertyChange& change) override {
    if (change.name == "encoding" && input_.before.commit.empty()) return;
    Refuse(fmt::format("{} changes from {} to {}", change.name, change.before, change.after));
  }

  void OnSchemaObject(const SchemaChange& change) override {
    Refuse(fmt::format("the schema of {} '{}' changes", SchemaObjectKindName(change.object_kind),
                       change.name));
  }

  void BeginTable(const TableDiff& table) override {
    const TableInfo& info = table.after->info;
    is_passed_over_ = info.name == kSequenceTable;  // SQLite counts as rows are inserted
    if (is_passed_over_) return;
    if (info.identity == RowIdentity::kNone) {
      Refuse(fmt::format("table '{}' has no PRIMARY KEY", info.name));
    }
    if (info.is_shadow) Refuse(fmt::format("table '{}' belongs to a virtual table", info.name));
    key_cells_ = KeyCells(info);
    if (key_cells_.size() > UINT8_MAX) {
      Refuse(fmt::format("the PRIMARY KEY of table '{}' has too many columns", info.name));
    }
    ChangesetTable header;
    header.name = info.name;
    header.key_positions.resize(StoredColumnNames(info).size());
    for (size_t i = 0; i < key_cells_.size(); ++i) {
      header.key_positions[key_cells_[i]] = static_cast<uint8_t>(i + 1);
    }
    writer_.BeginTable(header);
  }

  void OnRow(const TableDiff& table, const RowChange& change) override {
    if (is_passed_over_) return;
    if (change.before != nullptr) {
      before_.Read(table.before->info, *change.before, table.encoding_before,
                   input_.before.source());
      RefuseNullKey(table, before_);
    }
    if (change.after != nullptr) {
      after_.Read(table.after->info, *change.after, table.encoding_after, input_.after.source());
      RefuseNullKey(table, after_);
    }
    // To the session extension a row of another key is another row, also where SQLite's collation
    // has them equal.
    const bool keeps_key =
        change.kind == ChangeKind::kChanged &&
        std::all_of(key_cells_.begin(), key_cells_.end(), [&](size_t cell) {
          return CellsEqual(change.before->cells[cell], change.after->cells[cell]);
        });
    if (!keeps_key) {
      if (change.before != nullptr) writer_.Delete(before_.values);
      if (change.after != nullptr) writer_.Insert(after_.values);
      return;
    }
    for (size_t i = 0; i < before_.values.size(); ++i) {
      if (!CellsEqual(change.before->cells[i], change.after->cells[i])) continue;
      after_.values[i].reset();
      const bool is_key = std::find(key_cells_.begin(), key_cells_.end(), i) != key_cells_.end();
      if (!is_key) before_.values[i].reset();
    }
    writer_.Update(before_.values, after_.values);
  }

  void EndTable(const TableDiff&, const TableDiffCounts&) override {}

 private:
  [[noreturn]] static void Refuse(const std::string& what) {
    throw Error(ErrorKind::kUnsupported, what + ", which a changeset cannot hold")
        .AddHint(kUseJson);
  }

  void RefuseNullKey(const TableDiff& table, const RowValues& row) const {
    for (const size_t cell : key_cells_) {
      if (row.values[cell]->storage_class != StorageClass::kNull) continue;
      Refuse(fmt::format("a row of table '{}' has NULL in its PRIMARY KEY", table.name));
    }
  }

  const DiffInput& input_;
  ChangesetWriter writer_;
  bool is_passed_over_ = false;
  std::vector<size_t> key_cells_;
  RowValues before_;
  RowValues after_;
};

}  // namespace

void RenderChangeset(TextWriter& out, const DiffInput& input) {
  ChangesetSink sink(out, input);
  input.run(sink, DiffDetail::kPatch);
}

}  // namespace pvc
