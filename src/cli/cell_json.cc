#include "cli/cell_json.h"

#include <cmath>

#include "cli/cell_reader.h"
#include "cli/utf8.h"

namespace pvc {
namespace {

void WriteTagged(JsonWriter& json, std::string_view tag, std::string_view text) {
  json.BeginObject();
  json.Member(tag, text);
  json.EndObject();
}

void WriteText(JsonWriter& json, ByteView bytes, TextEncoding encoding) {
  if (const auto utf8 = CellTextToUtf8(bytes, encoding)) {
    json.String(*utf8);
    return;
  }
  json.BeginObject();
  json.Member("text", ToHex(bytes));
  json.Member("encoding", TextEncodingName(encoding));
  json.EndObject();
}

}  // namespace

void WriteValueJson(JsonWriter& json, const Value& value, TextEncoding encoding) {
  switch (value.storage_class) {
    case StorageClass::kNull:
      json.Null();
      return;
    case StorageClass::kInteger:
      json.Integer(value.integer);
      return;
    case StorageClass::kReal:
      if (std::isfinite(value.real)) {
        json.Number(value.real);
      } else {
        WriteTagged(json, "real", value.real > 0 ? "Infinity" : "-Infinity");
      }
      return;
    case StorageClass::kText:
      WriteText(json, value.bytes, encoding);
      return;
    case StorageClass::kBlob:
      WriteTagged(json, "blob", ToHex(value.bytes));
      return;
  }
}

void WriteCellJson(JsonWriter& json, ObjectSource& source, const Cell& cell,
                   TextEncoding encoding) {
  Bytes storage;
  WriteValueJson(json, ReadWholeCell(source, cell, storage), encoding);
}

}  // namespace pvc
