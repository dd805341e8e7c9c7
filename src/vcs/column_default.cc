#include "vcs/column_default.h"

#include <fmt/format.h>

#include "base/error.h"
#include "sqlite/database.h"
#include "vcs/ascii_case.h"
#include "vcs/diff.h"
#include "vcs/scratch_database.h"
#include "vcs/text_conversion.h"

namespace pvc {

namespace {

constexpr std::string_view kProbeTable = "pvc_default_probe";

const char* TypeName(Affinity affinity) {
  switch (affinity) {
    case Affinity::kText:
      return "TEXT";
    case Affinity::kNumeric:
      return "NUMERIC";
    case Affinity::kInteger:
      return "INTEGER";
    case Affinity::kReal:
      return "REAL";
    case Affinity::kBlob:
      break;
  }
  return "BLOB";
}

std::optional<OwnedValue> ReadDefaultLiteral(std::string_view text) {
  while (text.size() > 2 && text.front() == '(' && text.back() == ')') {
    text = text.substr(1, text.size() - 2);
  }
  // Old schemas write text in double quotes.
  std::string requoted;
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"' &&
      text.find_first_of("'\\") == std::string_view::npos) {
    requoted = "'" + std::string(text.substr(1, text.size() - 2)) + "'";
    text = requoted;
  }
  TypedLiteral literal = ReadTypedLiteral(text);
  if (literal.form == TypedLiteral::Form::kBare) {
    if (EqualIgnoringAsciiCase(text, "true")) return OwnedValue::Of(Value::Integer(1));
    if (EqualIgnoringAsciiCase(text, "false")) return OwnedValue::Of(Value::Integer(0));
    return std::nullopt;
  }
  return std::move(literal.value);
}

// What a column of `affinity` makes of a value.
OwnedValue StoreOnce(Database& db, Affinity affinity, const OwnedValue& value) {
  db.Execute(fmt::format("CREATE TABLE main.{}(x {})", kProbeTable, TypeName(affinity)));
  OwnedValue stored;
  {
    Statement insert(db, fmt::format("INSERT INTO main.{} VALUES(?1)", kProbeTable));
    if (!insert.Bind(1, value.View())) return value;
    insert.Step();
    Statement select(db, fmt::format("SELECT x FROM main.{}", kProbeTable));
    if (select.Step()) stored = OwnedValue::Of(select.ColumnValue(0));
  }
  db.Execute(fmt::format("DROP TABLE main.{}", kProbeTable));
  return stored;
}

std::vector<ColumnDefault> Probe(Database& db, const SchemaObject& object, const TableInfo& table,
                                 const std::vector<int>& column_map) {
  db.BeginWrite();
  db.CreateSchemaObject(object);
  std::vector<std::string> texts;
  {
    Statement columns(db, fmt::format("PRAGMA main.table_xinfo({})", QuoteIdentifier(object.name)));
    while (columns.Step()) texts.push_back(columns.ColumnIsNull(4) ? "" : columns.ColumnText(4));
  }
  std::vector<ColumnDefault> defaults;
  if (texts.size() != table.columns.size()) return defaults;
  for (size_t i = 0; i < texts.size(); ++i) {
    if (table.columns[i].is_generated) continue;
    const bool is_added = column_map[defaults.size()] < 0;
    defaults.emplace_back();
    const auto value = is_added ? ReadDefaultLiteral(texts[i]) : std::nullopt;
    if (value) defaults.back() = ColumnDefault(StoreOnce(db, table.columns[i].affinity, *value));
  }
  db.Rollback();
  return defaults;
}

}  // namespace

bool ColumnDefault::IsDefault(const Cell& cell, TextEncoding encoding) const {
  if (!value_) return false;
  Bytes encoded;
  Cell expected;
  expected.value = value_->View();
  if (expected.value.storage_class == StorageClass::kText && encoding != TextEncoding::kUtf8) {
    if (!AppendEncoded(encoded, value_->bytes, encoding)) return false;
    expected.value.bytes = encoded;
    expected.value.size_bytes = encoded.size();
  }
  return CellsEqual(cell, expected);
}

std::vector<ColumnDefault> ReadColumnDefaults(Repository& repository, const SchemaObject& object,
                                              const TableInfo& table,
                                              const std::vector<int>& column_map) {
  try {
    ScratchDatabase scratch(repository);
    return Probe(scratch.db(), object, table, column_map);
  } catch (const Error&) {
    return {};  // more rows are reported than need be
  }
}

}  // namespace pvc
