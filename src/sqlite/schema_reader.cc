#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string_view>

#include "base/error.h"
#include "sqlite/affinity.h"
#include "sqlite/database.h"

namespace pvc {
namespace {

enum class TableType { kOrdinary, kVirtual, kShadow, kView };

struct ListedTable {
  TableType type = TableType::kOrdinary;
  bool without_rowid = false;
  bool strict = false;
};

std::string LowerAscii(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  }
  return lower;
}

/// Refuses SELECT while it lives.
class SelectGuard {
 public:
  explicit SelectGuard(sqlite3* handle) : handle_(handle) {
    sqlite3_set_authorizer(handle_, &Authorize, nullptr);
  }
  ~SelectGuard() { sqlite3_set_authorizer(handle_, nullptr, nullptr); }
  SelectGuard(const SelectGuard&) = delete;
  SelectGuard& operator=(const SelectGuard&) = delete;

 private:
  static int Authorize(void*, int action, const char*, const char*, const char*, const char*) {
    return action == SQLITE_SELECT ? SQLITE_DENY : SQLITE_OK;
  }

  sqlite3* handle_;
};

/// What SQLite takes each table for.
std::map<std::string, ListedTable> ListTables(Database& db) {
  std::map<std::string, ListedTable> tables;
  // To count columns, this pragma prepares "SELECT * FROM x" for every view and virtual table and
  // ignores failures. Refusing SELECT keeps views from being expanded (nested ones grow
  // exponentially) and modules from being started on content that nobody has checked.
  const SelectGuard guard(db.handle());
  Statement statement(db, "PRAGMA main.table_list");
  while (statement.Step()) {
    if (statement.ColumnText(0) != "main") continue;
    const std::string type = statement.ColumnText(2);
    ListedTable table;
    if (type == "virtual") {
      table.type = TableType::kVirtual;
    } else if (type == "shadow") {
      table.type = TableType::kShadow;
    } else if (type == "view") {
      table.type = TableType::kView;
    }
    table.without_rowid = statement.ColumnInteger(4) != 0;
    table.strict = statement.ColumnInteger(5) != 0;
    tables[statement.ColumnText(1)] = table;
  }
  return tables;
}

Affinity AffinityOf(std::string_view declared_type, bool strict) {
  if (strict && LowerAscii(declared_type) == "any") return Affinity::kBlob;
  return AffinityOfType(declared_type);
}

Collation CollationOf(std::string_view name) {
  const std::string lower = LowerAscii(name);
  if (lower == "binary") return Collation::kBinary;
  if (lower == "nocase") return Collation::kNoCase;
  if (lower == "rtrim") return Collation::kRtrim;
  return Collation::kOther;
}

void ReadPrimaryKey(Database& db, const std::string& index, TableInfo& table) {
  Statement parts(db, "PRAGMA main.index_xinfo(" + QuoteIdentifier(index) + ")");
  uint32_t position = 0;
  while (parts.Step()) {
    if (parts.ColumnInteger(5) == 0) continue;  // not part of the key
    const int64_t column_index = parts.ColumnInteger(1);
    if (column_index < 0 || static_cast<size_t>(column_index) >= table.columns.size()) {
      throw Error(ErrorKind::kCorrupt, fmt::format("table '{}': its PRIMARY KEY has no column {}",
                                                   table.name, column_index));
    }
    Column& column = table.columns[static_cast<size_t>(column_index)];
    const Collation collation = CollationOf(parts.ColumnText(4));
    if (column.key_position == 0) {
      column.key_position = ++position;
      column.collation = collation;
      column.key_descending = parts.ColumnInteger(3) != 0;
    } else if (column.collation != collation) {
      // PRIMARY KEY(a COLLATE NOCASE, a COLLATE RTRIM): equal under both means equal bytes.
      column.collation = Collation::kBinary;
    }
  }
}

TableInfo ReadTable(Database& db, const std::string& name, const ListedTable& listed) {
  TableInfo table;
  table.name = name;
  table.without_rowid = listed.without_rowid;
  table.is_shadow = listed.type == TableType::kShadow;

  std::vector<size_t> key_columns;
  Statement columns(db, "PRAGMA main.table_xinfo(" + QuoteIdentifier(name) + ")");
  while (columns.Step()) {
    Column column;
    column.name = columns.ColumnText(1);
    column.declared_type = columns.ColumnText(2);
    column.affinity = AffinityOf(column.declared_type, listed.strict);
    const int64_t hidden = columns.ColumnInteger(6);
    column.is_generated = hidden == 2 || hidden == 3;
    if (columns.ColumnInteger(5) != 0) key_columns.push_back(table.columns.size());
    table.columns.push_back(std::move(column));
  }
  if (table.columns.empty()) {
    throw Error(ErrorKind::kCorrupt, fmt::format("table '{}' has no columns", name));
  }
  if (key_columns.empty()) return table;

  if (const std::optional<std::string> index = PrimaryKeyIndex(db, name)) {
    ReadPrimaryKey(db, *index, table);
    table.identity = RowIdentity::kPrimaryKey;
  } else if (key_columns.size() == 1 && !table.without_rowid) {
    Column& column = table.columns[key_columns.front()];
    column.is_rowid_alias = true;
    column.key_position = 1;
    table.identity = RowIdentity::kRowid;
  } else {
    throw Error(ErrorKind::kCorrupt,
                fmt::format("table '{}' has a PRIMARY KEY without index", name));
  }
  return table;
}

SchemaObjectKind KindOf(const std::string& type, const std::string& name) {
  for (const SchemaObjectKind kind : {SchemaObjectKind::kTable, SchemaObjectKind::kIndex,
                                      SchemaObjectKind::kView, SchemaObjectKind::kTrigger}) {
    if (type == SchemaObjectKindName(kind)) return kind;
  }
  throw Error(ErrorKind::kCorrupt,
              fmt::format("schema object '{}' is of the unknown type '{}'", name, type));
}

bool IsHighSurrogate(unsigned unit) { return unit >= 0xd800 && unit < 0xdc00; }
bool IsLowSurrogate(unsigned unit) { return unit >= 0xdc00 && unit < 0xe000; }

/// Returns: whether SQLite's conversion to UTF-8 and back gives the same bytes.
bool ConvertsExactly(ByteView text, TextEncoding encoding) {
  if (encoding == TextEncoding::kUtf8) return true;
  if (text.size() % 2 != 0) return false;
  const auto unit_at = [&](size_t i) {
    const auto a = static_cast<unsigned char>(text[i]);
    const auto b = static_cast<unsigned char>(text[i + 1]);
    return encoding == TextEncoding::kUtf16le ? a | unsigned{b} << 8U : b | unsigned{a} << 8U;
  };
  for (size_t i = 0; i < text.size(); i += 2) {
    const unsigned unit = unit_at(i);
    if (unit >= 0xfffe || (i == 0 && unit == 0xfeff) || IsLowSurrogate(unit)) return false;
    if (IsHighSurrogate(unit)) {
      i += 2;
      if (i == text.size() || !IsLowSurrogate(unit_at(i))) return false;
    }
  }
  return true;
}

/// A text column of sqlite_schema as UTF-8. Throws: kUnsupported for what cannot go back verbatim.
std::string ReadSchemaText(Statement& row, int column, TextEncoding encoding,
                           const std::string& object_name) {
  const Value value = row.ColumnValue(column);
  if (value.storage_class != StorageClass::kText) {
    throw Error(ErrorKind::kCorrupt,
                fmt::format("schema object '{}': sqlite_schema holds something else than text",
                            object_name));
  }
  const bool exact = ConvertsExactly(value.bytes, encoding);
  std::string text = row.ColumnText(column);
  if (!exact || text.find('\0') != std::string::npos) {
    throw Error(ErrorKind::kUnsupported,
                fmt::format("schema object '{}': its text in sqlite_schema holds {}",
                            object_name.empty() ? text.substr(0, text.find('\0')) : object_name,
                            exact ? "a NUL character" : "text that is not valid UTF-16"));
  }
  return text;
}

bool IsStatisticsTable(std::string_view name) {
  const std::string lower = LowerAscii(name);
  return lower == "sqlite_stat1" || lower == "sqlite_stat2" || lower == "sqlite_stat3" ||
         lower == "sqlite_stat4";
}

void CheckReservedName(const SchemaObject& object) {
  const std::string lower = LowerAscii(object.name);
  if (lower.starts_with("sqlite_") && lower != "sqlite_sequence") {
    throw Error(ErrorKind::kUnsupported,
                fmt::format("{} '{}' has a name that SQLite keeps for itself, so it could not be "
                            "created again",
                            SchemaObjectKindName(object.kind), object.name));
  }
}

std::vector<SchemaObject> ReadObjects(Database& db, TextEncoding encoding, bool& has_statistics) {
  std::vector<SchemaObject> objects;
  Statement rows(db, "SELECT type, name, tbl_name, sql FROM main.sqlite_schema ORDER BY rowid");
  while (rows.Step()) {
    // Indexes that a UNIQUE or PRIMARY KEY brings with it have no text; they come with their table.
    if (rows.ColumnIsNull(3)) continue;
    SchemaObject object;
    object.name = ReadSchemaText(rows, 1, encoding, "");
    object.kind = KindOf(ReadSchemaText(rows, 0, encoding, object.name), object.name);
    object.table_name = ReadSchemaText(rows, 2, encoding, object.name);
    object.sql = ReadSchemaText(rows, 3, encoding, object.name);
    if (object.sql.empty()) continue;
    if (IsStatisticsTable(object.table_name)) {
      has_statistics = true;
      continue;
    }
    CheckReservedName(object);
    objects.push_back(std::move(object));
  }
  return objects;
}

/// Byte 18 of the file: in WAL mode it survives the process, unlike every other journal mode.
bool HeaderSaysWal(Database& db) {
  sqlite3_file* file = nullptr;
  sqlite3_file_control(db.handle(), "main", SQLITE_FCNTL_FILE_POINTER, &file);
  if (file == nullptr || file->pMethods == nullptr) return false;
  char write_version = 0;
  return file->pMethods->xRead(file, &write_version, 1, 18) == SQLITE_OK && write_version == 2;
}

DatabaseProperties ReadProperties(Database& db) {
  DatabaseProperties properties;
  properties.encoding = db.encoding();
  properties.page_size = static_cast<uint32_t>(db.QueryInteger("PRAGMA main.page_size"));
  properties.auto_vacuum = static_cast<uint8_t>(db.QueryInteger("PRAGMA main.auto_vacuum"));
  properties.is_wal = HeaderSaysWal(db);
  properties.user_version = static_cast<int32_t>(db.QueryInteger("PRAGMA main.user_version"));
  properties.application_id = static_cast<int32_t>(db.QueryInteger("PRAGMA main.application_id"));
  return properties;
}

}  // namespace

std::string_view TextEncodingName(TextEncoding encoding) {
  switch (encoding) {
    case TextEncoding::kUtf8:
      return "UTF-8";
    case TextEncoding::kUtf16le:
      return "UTF-16le";
    case TextEncoding::kUtf16be:
      return "UTF-16be";
  }
  return "UTF-8";
}

std::string_view SchemaObjectKindName(SchemaObjectKind kind) {
  switch (kind) {
    case SchemaObjectKind::kTable:
      return "table";
    case SchemaObjectKind::kIndex:
      return "index";
    case SchemaObjectKind::kView:
      return "view";
    case SchemaObjectKind::kTrigger:
      return "trigger";
  }
  return "object";
}

std::optional<std::string> PrimaryKeyIndex(Database& db, const std::string& table) {
  Statement indexes(db, "PRAGMA main.index_list(" + QuoteIdentifier(table) + ")");
  while (indexes.Step()) {
    if (indexes.ColumnText(3) == "pk") return indexes.ColumnText(1);
  }
  return std::nullopt;
}

Schema ReadSchema(Database& db) {
  Schema schema;
  schema.properties = ReadProperties(db);
  schema.objects = ReadObjects(db, schema.properties.encoding, schema.properties.has_statistics);
  const std::map<std::string, ListedTable> listed = ListTables(db);
  for (SchemaObject& object : schema.objects) {
    if (object.kind != SchemaObjectKind::kTable) continue;
    const auto found = listed.find(object.name);
    if (found == listed.end() || found->second.type == TableType::kView) {
      throw Error(
          ErrorKind::kCorrupt,
          fmt::format("'{}': the text of table '{}' in sqlite_schema creates something else",
                      db.path(), object.name));
    }
    if (found->second.type == TableType::kVirtual) {
      object.is_virtual = true;
    } else {
      schema.tables.push_back(ReadTable(db, object.name, found->second));
    }
  }
  return schema;
}

}  // namespace pvc
