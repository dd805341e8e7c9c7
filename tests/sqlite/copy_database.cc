#include "tests/sqlite/copy_database.h"

#include <algorithm>
#include <memory>
#include <vector>

#include "base/error.h"
#include "sqlite/database.h"
#include "sqlite/row_scanner.h"

namespace pvc {
namespace {

std::string EncodingName(TextEncoding encoding) {
  switch (encoding) {
    case TextEncoding::kUtf8:
      return "UTF-8";
    case TextEncoding::kUtf16le:
      return "UTF-16le";
    case TextEncoding::kUtf16be:
      return "UTF-16be";
  }
  return {};
}

void SetProperties(Database& out, const DatabaseProperties& properties) {
  out.Execute("PRAGMA page_size=" + std::to_string(properties.page_size));
  out.Execute("PRAGMA auto_vacuum=" + std::to_string(properties.auto_vacuum));
  out.Execute("PRAGMA encoding='" + EncodingName(properties.encoding) + "'");
  if (properties.is_wal) out.QueryText("PRAGMA journal_mode=WAL");
}

std::string FreeRowidName(const TableInfo& table) {
  for (const char* name : {"rowid", "oid", "_rowid_"}) {
    const auto is_name = [&](const Column& c) {
      std::string lower = c.name;
      for (char& ch : lower) ch = static_cast<char>(std::tolower(static_cast<unsigned char>(ch)));
      return lower == name;
    };
    if (std::none_of(table.columns.begin(), table.columns.end(), is_name)) return name;
  }
  throw Error(ErrorKind::kUnsupported, "table '" + table.name + "' hides its rowid");
}

void CopyRows(Database& in, Database& out, const TableInfo& table, TextEncoding encoding) {
  const bool own_rowid = !table.without_rowid && table.identity != RowIdentity::kRowid;
  std::vector<std::string> names;
  if (own_rowid) names.push_back(FreeRowidName(table));
  for (const Column& column : table.columns) {
    if (!column.is_generated) names.push_back(QuoteIdentifier(column.name));
  }
  std::string head = "INSERT OR ABORT INTO main." + QuoteIdentifier(table.name) + "(";
  std::string marks;
  for (size_t i = 0; i < names.size(); ++i) {
    head += (i == 0 ? "" : ",") + names[i];
    marks += i == 0 ? "?" : ",?";
  }
  head += ") VALUES(";
  if (table.name == "sqlite_sequence") out.Execute("DELETE FROM sqlite_sequence");

  Statement insert(out, head + marks + ")");
  const std::unique_ptr<RowScanner> rows = MakeSqlScanner(in, table);
  while (const ScannedRow* row = rows->Next()) {
    int position = 1;
    if (own_rowid) insert.BindInteger(position++, row->rowid);
    bool bound = true;
    for (const Value& value : row->values) bound = insert.Bind(position++, value) && bound;
    if (bound) {
      insert.Step();
      insert.Reset();
      continue;
    }
    std::string sql = head;
    if (own_rowid) sql += std::to_string(row->rowid) + ",";
    for (size_t i = 0; i < row->values.size(); ++i) {
      sql += (i == 0 ? "" : ",") + SqlLiteral(row->values[i], encoding);
    }
    Statement(out, sql + ")").Step();
  }
}

}  // namespace

void CopyDatabase(const std::string& from, const std::string& to) {
  Database in(from, {});
  in.BeginRead();
  const Schema schema = ReadSchema(in);
  Database out(to, {Database::Mode::kCreate});
  SetProperties(out, schema.properties);
  out.BeginWrite();
  out.Execute("PRAGMA user_version=" + std::to_string(schema.properties.user_version));
  out.Execute("PRAGMA application_id=" + std::to_string(schema.properties.application_id));
  for (const SchemaObject& object : schema.objects) {
    if (object.is_virtual) {
      out.InsertSchemaRow(object);
    } else {
      out.CreateSchemaObject(object);
    }
  }
  {
    const ShadowWriteScope shadow_rows(out);
    const auto is_sequence = [](const TableInfo& t) { return t.name == "sqlite_sequence"; };
    for (const TableInfo& table : schema.tables) {
      if (!is_sequence(table)) CopyRows(in, out, table, schema.properties.encoding);
    }
    // Last, because filling AUTOINCREMENT tables writes to it.
    for (const TableInfo& table : schema.tables) {
      if (is_sequence(table)) CopyRows(in, out, table, schema.properties.encoding);
    }
  }
  if (schema.properties.has_statistics) out.Execute("ANALYZE");
  out.Commit();
}

}  // namespace pvc
