#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sqlite/value.h"

namespace pvc {

/// What sqlite_schema calls type.
enum class SchemaObjectKind : uint8_t { kTable = 1, kIndex = 2, kView = 3, kTrigger = 4 };

/// "table", "index", "view", "trigger".
std::string_view SchemaObjectKindName(SchemaObjectKind kind);

/// As `PRAGMA encoding` spells it: "UTF-8", "UTF-16le", "UTF-16be".
std::string_view TextEncodingName(TextEncoding encoding);

/// SQLite's column affinities.
enum class Affinity : uint8_t { kBlob, kText, kNumeric, kInteger, kReal };

/// Collations whose equality pvc knows. kOther compares bytes, as BINARY does.
enum class Collation : uint8_t { kBinary = 0, kNoCase = 1, kRtrim = 2, kOther = 3 };

/// What tells one row of a table from another (docs/architecture.md, "row identity").
enum class RowIdentity : uint8_t {
  kRowid = 1,       ///< INTEGER PRIMARY KEY: the rowid is the key
  kPrimaryKey = 2,  ///< WITHOUT ROWID, or another declared PRIMARY KEY: the tuple
  kNone = 3,        ///< no PRIMARY KEY: content, held by rowid
};

struct Column {
  std::string name;           ///< verbatim, may be empty
  std::string declared_type;  ///< verbatim, may be empty
  Affinity affinity = Affinity::kBlob;
  Collation collation = Collation::kBinary;  ///< for primary-key columns: the key's collation
  uint32_t key_position = 0;                 ///< 1-based place in the PRIMARY KEY; 0 when not part
  bool is_generated = false;                 ///< VIRTUAL or STORED: never data
  bool is_rowid_alias = false;               ///< the INTEGER PRIMARY KEY column
  bool key_descending = false;

  bool operator==(const Column&) const = default;
};

/// One table that holds rows: ordinary, shadow, or sqlite_sequence.
struct TableInfo {
  std::string name;
  RowIdentity identity = RowIdentity::kNone;
  bool without_rowid = false;
  bool is_shadow = false;
  std::vector<Column> columns;  ///< all, generated ones too, in declared order

  bool operator==(const TableInfo&) const = default;
};

/// A row of sqlite_schema that has SQL text.
struct SchemaObject {
  SchemaObjectKind kind = SchemaObjectKind::kTable;
  std::string name;
  std::string table_name;   ///< tbl_name
  std::string sql;          ///< verbatim, UTF-8
  bool is_virtual = false;  ///< CREATE VIRTUAL TABLE

  bool operator==(const SchemaObject&) const = default;
};

/// Header fields that a stock program can see.
struct DatabaseProperties {
  TextEncoding encoding = TextEncoding::kUtf8;
  uint32_t page_size = 4096;
  uint8_t auto_vacuum = 0;  ///< 0 none, 1 full, 2 incremental
  bool is_wal = false;      ///< journal_mode=WAL persists in the file; all others do not
  int32_t user_version = 0;
  int32_t application_id = 0;
  bool has_statistics = false;  ///< sqlite_stat1 or sqlite_stat4 is there: ANALYZE after export

  bool operator==(const DatabaseProperties&) const = default;
};

/// Everything about a database but its rows.
struct Schema {
  DatabaseProperties properties;
  std::vector<SchemaObject> objects;  ///< in the order of sqlite_schema; sqlite_stat* left out
  std::vector<TableInfo> tables;      ///< those with rows of their own, in the same order
};

}  // namespace pvc
