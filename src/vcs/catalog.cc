#include "vcs/catalog.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/assert.h"
#include "base/decoder.h"
#include "base/error.h"
#include "engine/tree_cursor.h"
#include "vcs/ascii_case.h"
#include "vcs/revision.h"
#include "vcs/snapshot.h"

namespace pvc {

namespace {

constexpr uint8_t kFlagVirtual = 1;
constexpr uint8_t kFlagRows = 2;
constexpr uint8_t kFlagShadow = 4;
constexpr uint8_t kFlagWithoutRowid = 8;
constexpr uint8_t kAllFlags = 15;

constexpr uint8_t kColumnGenerated = 1;
constexpr uint8_t kColumnRowidAlias = 2;
constexpr uint8_t kColumnKeyDescending = 4;
constexpr uint8_t kAllColumnFlags = 7;

// Triggers have a name space of their own in SQLite; tables, indexes and views share one.
constexpr char kTriggerSpace = 'g';
constexpr char kOtherSpace = 's';

constexpr uint64_t kMaxSqlBytes = 64U << 20;
constexpr uint64_t kMaxColumns = 32767;  // SQLite's own upper limit

void AppendColumn(Bytes& out, const Column& column) {
  AppendString(out, column.name);
  AppendU8(out, static_cast<uint8_t>(column.affinity));
  AppendU8(out, static_cast<uint8_t>(column.collation));
  AppendVarint(out, column.key_position);
  AppendU8(out, static_cast<uint8_t>((column.is_generated ? kColumnGenerated : 0) |
                                     (column.is_rowid_alias ? kColumnRowidAlias : 0) |
                                     (column.key_descending ? kColumnKeyDescending : 0)));
}

Column ReadColumn(Decoder& in) {
  Column column;
  column.name = in.ReadString(kMaxSqlBytes);
  const uint8_t affinity = in.ReadU8();
  const uint8_t collation = in.ReadU8();
  if (affinity > static_cast<uint8_t>(Affinity::kReal)) in.Fail("unknown affinity");
  if (collation > static_cast<uint8_t>(Collation::kOther)) in.Fail("unknown collation");
  column.affinity = static_cast<Affinity>(affinity);
  column.collation = static_cast<Collation>(collation);
  column.key_position = static_cast<uint32_t>(in.ReadVarintAtMost(kMaxColumns));
  const uint8_t flags = in.ReadU8();
  if ((flags & ~kAllColumnFlags) != 0) in.Fail("unknown column flags");
  column.is_generated = (flags & kColumnGenerated) != 0;
  column.is_rowid_alias = (flags & kColumnRowidAlias) != 0;
  column.key_descending = (flags & kColumnKeyDescending) != 0;
  return column;
}

// The parts of a layout must agree with each other, or rows could not be read by it.
void CheckLayout(const TableInfo& info, const Decoder& in) {
  size_t key_columns = 0;
  size_t aliases = 0;
  std::vector<bool> position_taken(info.columns.size() + 1, false);
  for (const Column& column : info.columns) {
    if (column.is_rowid_alias) ++aliases;
    if (column.key_position == 0) continue;
    if (column.key_position > info.columns.size() || position_taken[column.key_position] ||
        column.is_generated) {
      in.Fail("impossible primary key");
    }
    position_taken[column.key_position] = true;
    ++key_columns;
  }
  for (size_t i = 1; i <= key_columns; ++i) {
    if (!position_taken[i]) in.Fail("impossible primary key");
  }
  const bool is_right = info.identity == RowIdentity::kRowid ? aliases == 1 && !info.without_rowid
                        : info.identity == RowIdentity::kPrimaryKey
                            ? aliases == 0 && key_columns > 0
                            : aliases == 0 && key_columns == 0 && !info.without_rowid;
  if (!is_right) in.Fail("impossible row identity");
}

}  // namespace

bool operator==(const StoredTable& a, const StoredTable& b) {
  return a.info == b.info && a.rows == b.rows;
}

Bytes CatalogKey(SchemaObjectKind kind, std::string_view name) {
  Bytes key(1, kind == SchemaObjectKind::kTrigger ? kTriggerSpace : kOtherSpace);
  key.append(name);
  if (key.size() > kMaxKeyBytes) {
    throw Error(ErrorKind::kUnsupported,
                fmt::format("the name of {} '{}...' is longer than {} bytes",
                            SchemaObjectKindName(kind), name.substr(0, 40), kMaxKeyBytes - 1));
  }
  return key;
}

Bytes EncodeCatalogEntry(const CatalogEntry& entry) {
  const SchemaObject& object = entry.object;
  if (object.sql.size() > kMaxSqlBytes || object.table_name.size() > kMaxSqlBytes) {
    throw Error(ErrorKind::kUnsupported,
                fmt::format("the SQL text of {} '{}' is longer than {} MiB",
                            SchemaObjectKindName(object.kind), object.name, kMaxSqlBytes >> 20));
  }
  const TableInfo* info = entry.table ? &entry.table->info : nullptr;
  Bytes out;
  AppendU8(out, static_cast<uint8_t>(object.kind));
  AppendU8(out, static_cast<uint8_t>(
                    (object.is_virtual ? kFlagVirtual : 0) | (info != nullptr ? kFlagRows : 0) |
                    (info != nullptr && info->is_shadow ? kFlagShadow : 0) |
                    (info != nullptr && info->without_rowid ? kFlagWithoutRowid : 0)));
  AppendVarint(out, entry.rank);
  AppendString(out, object.table_name);
  AppendString(out, object.sql);
  if (info == nullptr) return out;
  AppendU8(out, static_cast<uint8_t>(info->identity));
  AppendVarint(out, info->columns.size());
  for (const Column& column : info->columns) AppendColumn(out, column);
  AppendTree(out, entry.table->rows);
  return out;
}

CatalogEntry DecodeCatalogEntry(ByteView key, ByteView value) {
  Decoder in(value, "catalog entry");
  CatalogEntry entry;
  SchemaObject& object = entry.object;
  const uint8_t kind = in.ReadU8();
  if (kind < 1 || kind > 4) in.Fail("unknown kind of schema object");
  object.kind = static_cast<SchemaObjectKind>(kind);
  if (key.empty() ||
      key[0] != (object.kind == SchemaObjectKind::kTrigger ? kTriggerSpace : kOtherSpace)) {
    in.Fail("schema object under a key of another kind");
  }
  object.name = key.substr(1);
  const uint8_t flags = in.ReadU8();
  const bool has_rows = (flags & kFlagRows) != 0;
  if ((flags & ~kAllFlags) != 0 ||
      (!has_rows && (flags & (kFlagShadow | kFlagWithoutRowid)) != 0) ||
      (has_rows && object.kind != SchemaObjectKind::kTable) ||
      ((flags & kFlagVirtual) != 0 && (has_rows || object.kind != SchemaObjectKind::kTable))) {
    in.Fail("impossible flags of a schema object");
  }
  object.is_virtual = (flags & kFlagVirtual) != 0;
  entry.rank = in.ReadVarint();
  object.table_name = in.ReadString(kMaxSqlBytes);
  object.sql = in.ReadString(kMaxSqlBytes);
  if (has_rows) {
    StoredTable table;
    table.info.name = object.name;
    table.info.is_shadow = (flags & kFlagShadow) != 0;
    table.info.without_rowid = (flags & kFlagWithoutRowid) != 0;
    const uint8_t identity = in.ReadU8();
    if (identity < 1 || identity > 3) in.Fail("unknown row identity");
    table.info.identity = static_cast<RowIdentity>(identity);
    const uint64_t column_count = in.ReadVarintAtMost(kMaxColumns);
    for (uint64_t i = 0; i < column_count; ++i) table.info.columns.push_back(ReadColumn(in));
    CheckLayout(table.info, in);
    table.rows = ReadTree(in);
    entry.table = std::move(table);
  }
  in.ExpectEnd();
  return entry;
}

CatalogEntry WithLayout(const CatalogEntry& entry, const TableInfo& info) {
  CatalogEntry changed = entry;
  const bool is_shadow = entry.table->info.is_shadow;
  changed.table->info = info;
  changed.table->info.name = entry.object.name;
  changed.table->info.is_shadow = is_shadow;
  for (Column& column : changed.table->info.columns) column.declared_type.clear();
  return changed;
}

std::vector<CatalogEntry> ReadCatalog(NodeReader& reader, const Tree& catalog) {
  std::vector<CatalogEntry> entries;
  TreeCursor cursor(reader, catalog);
  for (cursor.SeekToFirst(); cursor.Valid(); cursor.Next()) {
    entries.push_back(DecodeCatalogEntry(cursor.key(), cursor.value()));
  }
  std::stable_sort(entries.begin(), entries.end(),
                   [](const CatalogEntry& a, const CatalogEntry& b) { return a.rank < b.rank; });
  return entries;
}

std::optional<CatalogEntry> FindTable(NodeReader& reader, const Tree& catalog,
                                      std::string_view name) {
  if (name.size() + 1 > kMaxKeyBytes) return std::nullopt;
  const Bytes key = CatalogKey(SchemaObjectKind::kTable, name);
  TreeCursor cursor(reader, catalog);
  cursor.Seek(key);
  if (cursor.Valid() && cursor.key() == key) {
    CatalogEntry entry = DecodeCatalogEntry(cursor.key(), cursor.value());
    if (entry.table) return entry;
  }
  for (cursor.SeekToFirst(); cursor.Valid(); cursor.Next()) {
    if (!EqualIgnoringAsciiCase(cursor.key(), key)) continue;
    CatalogEntry entry = DecodeCatalogEntry(cursor.key(), cursor.value());
    if (entry.table) return entry;
  }
  return std::nullopt;
}

CatalogEntry RequireTable(NodeReader& reader, const Tree& catalog, std::string_view name) {
  if (auto found = FindTable(reader, catalog, name)) return *std::move(found);
  std::vector<std::string> names;
  for (const CatalogEntry& entry : ReadCatalog(reader, catalog)) {
    if (entry.table) names.push_back(entry.object.name);
  }
  throw NoTableError(name, names);
}

Error NoTableError(std::string_view name, const std::vector<std::string>& names) {
  Error error(ErrorKind::kNotFound, fmt::format("no table '{}'", name));
  for (const std::string& nearest : NearestNames(name, names)) {
    error.AddHint(fmt::format("did you mean '{}'?", nearest));
  }
  return error.AddHint("all tables:  pvc ls");
}

}  // namespace pvc
