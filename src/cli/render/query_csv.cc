#include <fmt/format.h>

#include "base/error.h"
#include "cli/render/query.h"
#include "cli/render/query_value.h"
#include "cli/utf8.h"

namespace pvc {
namespace {

/// RFC 4180 with line feeds. NULL is nothing at all, empty text "". Bytes are what they are, but
/// not on a terminal.
class QueryCsv final : public QueryRenderer {
 public:
  explicit QueryCsv(const QueryOutput& output) : output_(output) {}

  void Begin(const std::vector<std::string>& columns) override {
    columns_ = columns;
    if (output_.header == QueryHeader::kHidden || columns.empty()) return;
    std::string line;
    for (const std::string& name : columns) line += (line.empty() ? "" : ",") + Quoted(name);
    PutLine(line);
  }

  void Row(std::span<const Value> values) override {
    std::string line;
    for (size_t i = 0; i < values.size(); ++i) {
      if (i > 0) line += ',';
      line += FieldOf(values[i], columns_[i]);
    }
    PutLine(line);
  }

  void End() override {}

 private:
  static std::string Quoted(std::string_view text) {
    const bool is_plain = !text.empty() && text.find_first_of(",\"\r\n") == text.npos &&
                          text.front() != ' ' && text.back() != ' ';
    if (is_plain) return std::string(text);
    std::string field = "\"";
    for (const char c : text) {
      if (c == '"') field += c;
      field += c;
    }
    return field + '"';
  }

  std::string FieldOf(const Value& value, const std::string& column) const {
    switch (value.storage_class) {
      case StorageClass::kNull:
        return "";
      case StorageClass::kInteger:
        return fmt::format("{}", value.integer);
      case StorageClass::kReal:
        return FormatAnyReal(value.real);
      case StorageClass::kText:
        return Quoted(TextField(value, column));
      case StorageClass::kBlob:
        return "x'" + ToHex(value.bytes) + "'";
    }
    return "";
  }

  std::string TextField(const Value& value, const std::string& column) const {
    if (output_.encoding == TextEncoding::kUtf8) return std::string(value.bytes);
    if (auto text = CellTextToUtf8(value.bytes, output_.encoding)) return *std::move(text);
    throw Error(ErrorKind::kUnsupported,
                fmt::format("column '{}' holds text that is not well-formed UTF-16", column))
        .AddHint("its bytes are shown with --format=json");
  }

  void PutLine(const std::string& line) {
    output_.out.Put((output_.is_terminal ? EscapeLines(line) : line) + "\n");
  }

  QueryOutput output_;
  std::vector<std::string> columns_;
};

}  // namespace

std::unique_ptr<QueryRenderer> MakeQueryCsv(const QueryOutput& output) {
  return std::make_unique<QueryCsv>(output);
}

}  // namespace pvc
