#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "engine/object_io.h"
#include "sqlite/database.h"
#include "vcs/catalog.h"
#include "vcs/ignored_tables.h"
#include "vcs/repository.h"

namespace pvc {

/// Where SQLite counts the keys of AUTOINCREMENT tables: one row a table, which SQLite changes as
/// rows are inserted and tables dropped.
inline constexpr std::string_view kSequenceTable = "sqlite_sequence";

bool HasSequenceTable(Database& db);

/// Makes sqlite_sequence hold exactly the stored rows, rowids included; last, when all rows of
/// other tables are there. Rows of ignored tables stay, and those among the stored are left out; a
/// row whose rowid one of them has takes another.
///
/// Requires: sqlite_sequence is there, in a write transaction. `ignored` may be null.
///           `on_row` is called after each row and may throw.
/// Throws:   kIo, kCorrupt, kUnsupported.
void WriteSequences(Repository& repository, NodeReader& nodes, Database& db,
                    const StoredTable& sequences, TextEncoding encoding,
                    const IgnoredTables* ignored, const std::function<void()>& on_row);
/// Deletes the rows of sqlite_sequence but those of ignored tables.   Requires: as WriteSequences.
void ClearSequences(Database& db, const IgnoredTables* ignored);

/// Drops sqlite_sequence, which SQL cannot.
/// Requires: it is there, in a write transaction, and no table is AUTOINCREMENT.
void DropSequenceTable(Database& db);

/// The rows of `base` with those that count for tables of which `is_taken` holds as `other` (null:
/// no rows) has them. A row whose rowid is in use takes another.
///
/// Requires: both are stored in `encoding`; `nodes` reads them and what is put into `sink`.
/// Throws:   kUnsupported when the two have different columns; kCorrupt, kIo.
Tree ReplaceSequences(Repository& repository, NodeReader& nodes, ObjectSink& sink,
                      const StoredTable& base, const StoredTable* other, TextEncoding encoding,
                      const std::function<bool(const std::string& table)>& is_taken);

/// The counters of stored rows, by table; of several rows for one table, the greatest.
/// Throws: kCorrupt, kIo.
std::map<std::string, int64_t> ReadSequences(Repository& repository, NodeReader& nodes,
                                             const StoredTable& sequences, TextEncoding encoding);

/// The rows of `sequences` with the counters named changed, added, or (nothing) removed.
/// Requires: as ReplaceSequences.   Throws: kCorrupt, kIo; kUnsupported for names that the encoding
/// does not have, or without rowids left.
Tree ChangeSequences(Repository& repository, NodeReader& nodes, ObjectSink& sink,
                     const StoredTable& sequences, TextEncoding encoding,
                     const std::map<std::string, std::optional<int64_t>>& changes);

/// Whether the text of a table may say AUTOINCREMENT: true for every table that does, and for those
/// that have the word in a comment or a name.
bool MentionsAutoincrement(std::string_view sql);

}  // namespace pvc
