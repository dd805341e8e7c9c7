#include "cli/patch_json_reader.h"

#include <fmt/format.h>

#include <charconv>
#include <limits>

#include "base/error.h"

namespace pvc {
namespace {

constexpr std::string_view kFormat = "pvc.patch/v1";

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

std::optional<Bytes> FromHex(std::string_view digits) {
  if (digits.size() % 2 != 0) return std::nullopt;
  Bytes bytes;
  bytes.reserve(digits.size() / 2);
  for (size_t i = 0; i < digits.size(); i += 2) {
    const int high = HexDigit(digits[i]);
    const int low = HexDigit(digits[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    bytes.push_back(static_cast<char>(high * 16 + low));
  }
  return bytes;
}

PatchValue Of(Value value, TextEncoding encoding = TextEncoding::kUtf8) {
  return {OwnedValue::Of(value), encoding};
}

/// Minutes from UTC at the end of an RFC 3339 date; 0 where there are none.
int32_t ZoneOf(std::string_view date) {
  if (date.size() < 6) return 0;
  const std::string_view zone = date.substr(date.size() - 6);
  if ((zone[0] != '+' && zone[0] != '-') || zone[3] != ':') return 0;
  int hours = 0;
  int minutes = 0;
  std::from_chars(zone.data() + 1, zone.data() + 3, hours);
  std::from_chars(zone.data() + 4, zone.data() + 6, minutes);
  const int offset = hours * 60 + minutes;
  if (hours > 23 || minutes > 59) return 0;
  return zone[0] == '-' ? -offset : offset;
}

}  // namespace

void PatchJsonReader::Expect(JsonToken token, std::string_view what) {
  if (json_.Next() != token) json_.Fail(fmt::format("expected {}", what));
}

std::string PatchJsonReader::ReadString(std::string_view what) {
  Expect(JsonToken::kString, fmt::format("{} as a string", what));
  return json_.text();
}

std::optional<std::string> PatchJsonReader::ReadText(std::string_view what) {
  const JsonToken token = json_.Next();
  if (token == JsonToken::kNull) return std::nullopt;
  if (token != JsonToken::kString) json_.Fail(fmt::format("expected {} as a string", what));
  return json_.text();
}

template <typename OnMember>
void PatchJsonReader::ReadObject(std::string_view what, const OnMember& on_member) {
  Expect(JsonToken::kBeginObject, what);
  for (;;) {
    if (json_.Next() == JsonToken::kEndObject) return;
    const std::string name = json_.text();
    on_member(name);
  }
}

template <typename OnElement>
void PatchJsonReader::ReadArray(std::string_view what, const OnElement& on_element) {
  Expect(JsonToken::kBeginArray, what);
  while (json_.Peek() != JsonToken::kEndArray) on_element();
  json_.Next();
}

PatchValue PatchJsonReader::ReadNumber() {
  const std::string& text = json_.text();
  const char* const end = text.data() + text.size();
  if (text.find_first_of(".eE") == std::string::npos) {
    int64_t integer = 0;
    const auto read = std::from_chars(text.data(), end, integer);
    if (read.ec != std::errc() || read.ptr != end) json_.Fail("an integer of more than 64 bits");
    return Of(Value::Integer(integer));
  }
  double real = 0;
  const auto read = std::from_chars(text.data(), end, real);
  if (read.ec != std::errc() || read.ptr != end) json_.Fail("a real that no double can hold");
  return Of(Value::Real(real));
}

PatchValue PatchJsonReader::ReadTaggedValue() {
  std::optional<PatchValue> value;
  std::optional<std::string> encoding;
  for (;;) {
    if (json_.Next() == JsonToken::kEndObject) break;
    const std::string tag = json_.text();
    if (tag == "encoding") {
      encoding = ReadString("an encoding");
      continue;
    }
    if (value) json_.Fail("a value that says two things");
    std::string text = ReadString("a value");
    if (tag == "integer") {
      int64_t integer = 0;
      const char* const end = text.data() + text.size();
      const auto read = std::from_chars(text.data(), end, integer);
      if (read.ec != std::errc() || read.ptr != end) json_.Fail("an integer that is none");
      value = Of(Value::Integer(integer));
    } else if (tag == "real") {
      if (text != "Infinity" && text != "-Infinity") json_.Fail("a real that is none");
      const double infinity = std::numeric_limits<double>::infinity();
      value = Of(Value::Real(text[0] == '-' ? -infinity : infinity));
    } else if (tag == "blob" || tag == "text") {
      const auto bytes = FromHex(text);
      if (!bytes) json_.Fail("bytes that are not hexadecimal");
      value = Of(tag == "blob" ? Value::Blob(*bytes) : Value::Text(*bytes));
    } else {
      json_.Fail("a kind of value that is unknown");
    }
  }
  if (!value) json_.Fail("a value that says nothing");
  if (value->owned.value.storage_class == StorageClass::kText) {
    bool is_known = false;
    for (const TextEncoding one :
         {TextEncoding::kUtf8, TextEncoding::kUtf16le, TextEncoding::kUtf16be}) {
      if (encoding && *encoding == TextEncodingName(one)) {
        value->encoding = one;
        is_known = true;
      }
    }
    if (!is_known) json_.Fail("text in an encoding that is unknown");
  }
  return *value;
}

PatchValue PatchJsonReader::ReadValue() {
  switch (json_.Next()) {
    case JsonToken::kNull:
      return {};
    case JsonToken::kString:
      return Of(Value::Text(json_.text()));
    case JsonToken::kNumber:
      return ReadNumber();
    case JsonToken::kBeginObject:
      return ReadTaggedValue();
    default:
      json_.Fail("expected a value of a cell");
  }
}

int64_t PatchJsonReader::ReadInteger(std::string_view what) {
  const PatchValue value = ReadValue();
  if (value.owned.value.storage_class != StorageClass::kInteger) {
    json_.Fail(fmt::format("expected {} as an integer", what));
  }
  return value.owned.value.integer;
}

ChangeKind PatchJsonReader::ReadChange() {
  const std::string change = ReadString("the kind of change");
  if (change == "added") return ChangeKind::kAdded;
  if (change == "removed") return ChangeKind::kRemoved;
  if (change == "changed") return ChangeKind::kChanged;
  json_.Fail("a kind of change that is unknown");
}

Signature PatchJsonReader::ReadSignature() {
  Signature signature;
  ReadObject("an author", [&](const std::string& name) {
    if (name == "name") {
      signature.name = ReadString("a name");
    } else if (name == "email") {
      signature.email = ReadString("an e-mail address");
    } else if (name == "date") {
      signature.when.offset_minutes = ZoneOf(ReadString("a date"));
    } else if (name == "unixMicroseconds") {
      signature.when.unix_us = ReadInteger("a time");
    } else {
      json_.SkipValue();
    }
  });
  return signature;
}

void PatchJsonReader::ReadCommit(PatchHeader& header) {
  if (json_.Peek() == JsonToken::kNull) {
    json_.Next();
    return;
  }
  ReadObject("a commit", [&](const std::string& name) {
    if (name == "author") {
      header.author = ReadSignature();
    } else if (name == "message") {
      header.message = ReadString("a message");
    } else {
      json_.SkipValue();
    }
  });
}

void PatchJsonReader::ReadProperty(PatchHeader& header) {
  PropertyChange& change = header.properties.emplace_back();
  ReadObject("a property", [&](const std::string& name) {
    if (name == "name") {
      change.name = ReadString("a property's name");
    } else if (name == "before") {
      change.before = ReadString("a property");
    } else if (name == "after") {
      change.after = ReadString("a property");
    } else {
      json_.SkipValue();
    }
  });
}

PatchColumnPair PatchJsonReader::ReadColumn() {
  PatchColumnPair pair;
  if (json_.Peek() == JsonToken::kString) {
    json_.Next();
    pair.before = pair.after = json_.text();
    return pair;
  }
  ReadObject("a column", [&](const std::string& name) {
    if (name == "before") {
      pair.before = ReadString("a column's name");
    } else if (name == "after") {
      pair.after = ReadString("a column's name");
    } else if (name == "fill") {
      pair.fill = ReadValue();
    } else {
      json_.SkipValue();
    }
  });
  if (!pair.before && !pair.after) json_.Fail("a column without name");
  return pair;
}

void PatchJsonReader::ReadSchemaChange(PatchHeader& header) {
  PatchSchemaChange& entry = header.schema.emplace_back();
  SchemaChange& change = entry.change;
  std::optional<std::string> type;
  std::optional<ChangeKind> kind;
  std::optional<std::string> before;
  std::optional<std::string> after;
  ReadObject("a schema object", [&](const std::string& name) {
    if (name == "change") {
      kind = ReadChange();
    } else if (name == "type") {
      type = ReadString("a kind of schema object");
    } else if (name == "name") {
      change.name = ReadString("a name");
    } else if (name == "table") {
      change.table_name = ReadString("a name");
    } else if (name == "tableBefore") {
      change.table_name_before = ReadString("a name");
    } else if (name == "before") {
      before = ReadText("SQL text");
    } else if (name == "after") {
      after = ReadText("SQL text");
    } else if (name == "columns") {
      ReadArray("columns", [&] { entry.columns.push_back(ReadColumn()); });
    } else {
      json_.SkipValue();
    }
  });
  if (!kind || before.has_value() == (*kind == ChangeKind::kAdded) ||
      after.has_value() == (*kind == ChangeKind::kRemoved)) {
    json_.Fail("a schema object without the SQL text that its change needs");
  }
  change.kind = *kind;
  if (change.table_name_before.empty()) change.table_name_before = change.table_name;
  change.sql_before = before.value_or("");
  change.sql_after = after.value_or("");
  bool is_known = false;
  for (const SchemaObjectKind one : {SchemaObjectKind::kTable, SchemaObjectKind::kIndex,
                                     SchemaObjectKind::kView, SchemaObjectKind::kTrigger}) {
    if (!type || *type != SchemaObjectKindName(one)) continue;
    change.object_kind = one;
    is_known = true;
  }
  if (!is_known) json_.Fail("a schema object of an unknown kind");
}

PatchHeader PatchJsonReader::ReadHeader() {
  PatchHeader header;
  const auto fail_format = [&] { json_.Fail("this is no patch: \"format\" is not first"); };
  if (json_.Next() != JsonToken::kBeginObject) fail_format();
  if (json_.Next() != JsonToken::kKey || json_.text() != "format") fail_format();
  if (const std::string format = ReadString("a format"); format != kFormat) {
    throw Error(ErrorKind::kUnsupported,
                fmt::format("its format is '{}', not '{}'", format, kFormat));
  }
  for (;;) {
    if (json_.Next() == JsonToken::kEndObject) {
      Expect(JsonToken::kEnd, "the end of the document");
      return header;
    }
    const std::string name = json_.text();
    if (name == "commit") {
      ReadCommit(header);
    } else if (name == "partial") {
      header.is_partial = json_.Next() == JsonToken::kTrue;
    } else if (name == "properties") {
      ReadArray("properties", [&] { ReadProperty(header); });
    } else if (name == "schema") {
      ReadArray("schema objects", [&] { ReadSchemaChange(header); });
    } else if (name == "tables") {
      Expect(JsonToken::kBeginArray, "tables");
      place_ = Place::kTables;
      return header;
    } else {
      json_.SkipValue();
    }
  }
}

void PatchJsonReader::ReadColumns(PatchTable& table) {
  ReadArray("columns", [&] {
    const PatchColumnPair pair = ReadColumn();
    const size_t index = table.columns.size();
    if ((pair.before && !columns_before_.emplace(*pair.before, index).second) ||
        (pair.after && !columns_after_.emplace(*pair.after, index).second)) {
      json_.Fail("two columns of one name");
    }
    table.columns.push_back({pair.before, pair.after, 0});
  });
}

void PatchJsonReader::ReadKey(PatchTable& table) {
  if (json_.Peek() == JsonToken::kNull) {
    json_.Next();
    return;
  }
  uint32_t position = 0;
  ReadArray("a key", [&] {
    const std::string name = ReadString("a column's name");
    const auto after = columns_after_.find(name);
    const auto before = columns_before_.find(name);
    if (after == columns_after_.end() && before == columns_before_.end()) {
      json_.Fail("a key of a column that the table does not have");
    }
    const size_t column = after != columns_after_.end() ? after->second : before->second;
    table.columns[column].key_position = ++position;
  });
}

bool PatchJsonReader::NextTable(PatchTable& table) {
  if (place_ == Place::kRows) {
    PatchRow row;
    while (NextRow(row)) {
    }
  }
  if (place_ == Place::kEnd) return false;
  if (json_.Peek() == JsonToken::kEndArray) {
    json_.Next();
    Finish();
    return false;
  }
  table = {};
  columns_before_.clear();
  columns_after_.clear();
  bool has_name = false;
  Expect(JsonToken::kBeginObject, "a table");
  for (;;) {
    if (json_.Next() == JsonToken::kEndObject) json_.Fail("a table without rows");
    const std::string member = json_.text();
    if (member == "name") {
      table.name = ReadString("a table's name");
      has_name = true;
    } else if (member == "columns") {
      ReadColumns(table);
    } else if (member == "key") {
      if (table.columns.empty()) json_.Fail("a key before the columns");
      ReadKey(table);
    } else if (member == "root") {
      table.has_roots = true;
      ReadObject("ids", [&](const std::string& name) {
        std::string id = ReadString("an id");
        if (name == "before") table.root_before = std::move(id);
        if (name == "after") table.root_after = std::move(id);
      });
    } else if (member == "rows") {
      if (!has_name || table.columns.empty()) {
        json_.Fail("rows before the name and the columns of their table");
      }
      Expect(JsonToken::kBeginArray, "rows");
      place_ = Place::kRows;
      return true;
    } else {
      json_.SkipValue();
    }
  }
}

// The members behind "tables", and the end.
void PatchJsonReader::Finish() {
  place_ = Place::kEnd;
  while (json_.Next() != JsonToken::kEndObject) json_.SkipValue();
  Expect(JsonToken::kEnd, "the end of the document");
}

PatchCell& PatchJsonReader::CellOf(PatchRow& row, const std::string& name, ChangeKind kind) {
  const auto& first = kind == ChangeKind::kRemoved ? columns_before_ : columns_after_;
  const auto& second = kind == ChangeKind::kRemoved ? columns_after_ : columns_before_;
  auto found = first.find(name);
  if (found == first.end()) {
    found = second.find(name);
    if (found == second.end()) json_.Fail("a column that the table does not have");
  }
  int& cell = cell_of_column_[found->second];
  if (cell < 0) {
    cell = static_cast<int>(row.cells.size());
    row.cells.push_back({found->second, std::nullopt, std::nullopt});
  }
  return row.cells[static_cast<size_t>(cell)];
}

void PatchJsonReader::ReadChangedCell(PatchRow& row, const std::string& name) {
  std::optional<PatchValue> before;
  std::optional<PatchValue> after;
  ReadObject("a cell", [&](const std::string& side) {
    if (side == "before") {
      before = ReadValue();
    } else if (side == "after") {
      after = ReadValue();
    } else {
      json_.SkipValue();
    }
  });
  PatchCell& cell = CellOf(row, name, ChangeKind::kChanged);
  cell.before = std::move(before);
  cell.after = std::move(after);
}

void PatchJsonReader::ReadRowMember(PatchRow& row, const std::string& name) {
  if (name == "key") {
    if (json_.Peek() == JsonToken::kNull) {
      json_.Next();
      return;
    }
    ReadObject("a key", [&](const std::string& column) {
      PatchValue value = ReadValue();
      PatchCell& cell = CellOf(row, column, row.kind);
      if (cell.before || cell.after) return;
      if (row.kind != ChangeKind::kAdded) cell.before = value;
      if (row.kind != ChangeKind::kRemoved) cell.after = std::move(value);
    });
  } else if (name == "row") {
    const ChangeKind side =
        row.kind == ChangeKind::kAdded ? ChangeKind::kAdded : ChangeKind::kRemoved;
    ReadObject("a row", [&](const std::string& column) {
      PatchValue value = ReadValue();
      PatchCell& cell = CellOf(row, column, side);
      std::optional<PatchValue>& place = side == ChangeKind::kAdded ? cell.after : cell.before;
      if (!place || row.kind != ChangeKind::kChanged) place = std::move(value);
    });
  } else if (name == "cells") {
    ReadObject("cells", [&](const std::string& column) { ReadChangedCell(row, column); });
  } else if (name == "rowid") {
    row.rowid = ReadInteger("a rowid");
  } else {
    json_.SkipValue();
  }
}

bool PatchJsonReader::NextRow(PatchRow& row) {
  if (place_ != Place::kRows) return false;
  if (json_.Peek() == JsonToken::kEndArray) {
    json_.Next();
    place_ = Place::kTables;
    while (json_.Next() != JsonToken::kEndObject) json_.SkipValue();
    return false;
  }
  row.cells.clear();
  row.rowid.reset();
  cell_of_column_.assign(columns_before_.size() + columns_after_.size(), -1);
  bool has_kind = false;
  ReadObject("a row", [&](const std::string& name) {
    if (name == "change") {
      row.kind = ReadChange();
      has_kind = true;
      return;
    }
    if (!has_kind) json_.Fail("a row whose \"change\" is not first");
    ReadRowMember(row, name);
  });
  if (!has_kind) json_.Fail("a row without \"change\"");
  return true;
}

}  // namespace pvc
