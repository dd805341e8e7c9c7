#include "vcs/merge/conflict.h"

#include "base/decoder.h"
#include "vcs/snapshot.h"
#include "vcs/text_field.h"

namespace pvc {
namespace {

constexpr uint8_t kHasBase = 1;
constexpr uint8_t kHasOurs = 2;
constexpr uint8_t kHasTheirs = 4;
constexpr uint8_t kAllSides = 7;

constexpr size_t kMaxRowBytes = 96U << 20;  // no object is larger
constexpr uint64_t kMaxCells = 32767;
constexpr uint64_t kMaxViolations = 4096;
constexpr size_t kMaxTextBytes = 64U << 20;  // as SQL text in a catalog
constexpr uint64_t kMaxListed = 1U << 20;

std::string ReadShort(Decoder& in) { return std::string(in.ReadString(kMaxTextBytes)); }

void AppendSchemaConflict(Bytes& out, const SchemaConflict& conflict) {
  AppendU8(out, conflict.kind ? static_cast<uint8_t>(*conflict.kind) : 0);
  for (const std::string* text : {&conflict.name, &conflict.column, &conflict.reason,
                                  &conflict.base, &conflict.ours, &conflict.theirs}) {
    AppendString(out, *text);
  }
}

SchemaConflict ReadSchemaConflict(Decoder& in) {
  SchemaConflict conflict;
  const uint8_t kind = in.ReadU8();
  if (kind > static_cast<uint8_t>(SchemaObjectKind::kTrigger)) {
    in.Fail("unknown kind of schema object");
  }
  if (kind != 0) conflict.kind = static_cast<SchemaObjectKind>(kind);
  for (std::string* text : {&conflict.name, &conflict.column, &conflict.reason, &conflict.base,
                            &conflict.ours, &conflict.theirs}) {
    *text = ReadShort(in);
  }
  return conflict;
}

}  // namespace

Bytes EncodeRowConflict(const RowConflict& conflict) {
  Bytes out;
  AppendU8(out,
           static_cast<uint8_t>((conflict.base ? kHasBase : 0) | (conflict.ours ? kHasOurs : 0) |
                                (conflict.theirs ? kHasTheirs : 0)));
  AppendVarint(out, conflict.open_cells.size());
  for (const uint32_t cell : conflict.open_cells) AppendVarint(out, cell);
  AppendVarint(out, conflict.violations.size());
  for (const Violation& violation : conflict.violations) {
    AppendU8(out, static_cast<uint8_t>(violation.kind));
    AppendString(out, violation.constraint);
    AppendString(out, violation.other_key);
  }
  for (const auto* row : {&conflict.base, &conflict.ours, &conflict.theirs}) {
    if (*row) AppendString(out, **row);
  }
  return out;
}

RowConflict DecodeRowConflict(ByteView bytes) {
  Decoder in(bytes, "conflict");
  RowConflict conflict;
  const uint8_t sides = in.ReadU8();
  if ((sides & ~kAllSides) != 0) in.Fail("unknown sides");
  const uint64_t open_count = in.ReadVarintAtMost(kMaxCells);
  for (uint64_t i = 0; i < open_count; ++i) {
    const auto cell = static_cast<uint32_t>(in.ReadVarintAtMost(kMaxCells));
    if (i > 0 && cell <= conflict.open_cells.back()) in.Fail("open cells out of order");
    conflict.open_cells.push_back(cell);
  }
  const uint64_t violation_count = in.ReadVarintAtMost(kMaxViolations);
  for (uint64_t i = 0; i < violation_count; ++i) {
    Violation violation;
    const uint8_t kind = in.ReadU8();
    if (kind < 1 || kind > static_cast<uint8_t>(Violation::Kind::kForeignKey)) {
      in.Fail("unknown kind of violation");
    }
    violation.kind = static_cast<Violation::Kind>(kind);
    violation.constraint = ReadShort(in);
    violation.other_key = in.ReadString(kMaxTextBytes);
    conflict.violations.push_back(std::move(violation));
  }
  if ((sides & kHasBase) != 0) conflict.base = Bytes(in.ReadString(kMaxRowBytes));
  if ((sides & kHasOurs) != 0) conflict.ours = Bytes(in.ReadString(kMaxRowBytes));
  if ((sides & kHasTheirs) != 0) conflict.theirs = Bytes(in.ReadString(kMaxRowBytes));
  in.ExpectEnd();
  return conflict;
}

uint64_t MergeConflicts::row_count() const {
  uint64_t count = 0;
  for (const TableConflicts& table : tables) count += table.rows.entry_count;
  return count;
}

void AppendConflicts(Bytes& out, const MergeConflicts& conflicts) {
  AppendVarint(out, conflicts.schema.size());
  for (const SchemaConflict& conflict : conflicts.schema) AppendSchemaConflict(out, conflict);
  AppendVarint(out, conflicts.tables.size());
  for (const TableConflicts& table : conflicts.tables) {
    AppendString(out, CatalogKey(table.layout.object.kind, table.layout.object.name));
    AppendString(out, EncodeCatalogEntry(table.layout));
    AppendTree(out, table.rows);
  }
}

MergeConflicts ReadConflicts(Decoder& in) {
  MergeConflicts conflicts;
  const uint64_t schema_count = in.ReadVarintAtMost(kMaxListed);
  for (uint64_t i = 0; i < schema_count; ++i) conflicts.schema.push_back(ReadSchemaConflict(in));
  const uint64_t table_count = in.ReadVarintAtMost(kMaxListed);
  for (uint64_t i = 0; i < table_count; ++i) {
    TableConflicts table;
    const ByteView key = in.ReadString(kMaxTextBytes);
    table.layout = DecodeCatalogEntry(key, in.ReadString(kMaxTextBytes));
    if (!table.layout.table || !table.layout.table->rows.empty()) {
      in.Fail("conflicts in what is no table");
    }
    table.rows = ReadTree(in);
    if (table.rows.empty()) in.Fail("a table listed without conflicts");
    conflicts.tables.push_back(std::move(table));
  }
  return conflicts;
}

}  // namespace pvc
