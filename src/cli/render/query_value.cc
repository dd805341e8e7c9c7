#include "cli/render/query_value.h"

#include <fmt/format.h>

#include <cmath>

#include "cli/json_writer.h"
#include "cli/utf8.h"

namespace pvc {

std::string FormatAnyReal(double value) {
  if (std::isinf(value)) return value > 0 ? "Infinity" : "-Infinity";
  return FormatReal(value);
}

std::string TextOfValue(const Value& value, TextEncoding encoding) {
  if (encoding == TextEncoding::kUtf8) return std::string(value.bytes);
  return CellTextToUtf8(value.bytes, encoding).value_or(std::string(value.bytes));
}

ShownValue ShowValue(const Value& value, TextEncoding encoding) {
  switch (value.storage_class) {
    case StorageClass::kNull:
      return {"NULL", Label::kMuted};
    case StorageClass::kInteger:
      return {fmt::format("{}", value.integer), Label::kPlain, true};
    case StorageClass::kReal:
      return {FormatAnyReal(value.real), Label::kPlain, true};
    case StorageClass::kText: {
      std::string text = EscapeText(TextOfValue(value, encoding));
      return {text == "NULL" ? "'NULL'" : std::move(text)};
    }
    case StorageClass::kBlob:
      return {"x'" + ToHex(value.bytes) + "'"};
  }
  return {};
}

}  // namespace pvc
