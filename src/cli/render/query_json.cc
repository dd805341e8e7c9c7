#include <string>
#include <utility>

#include "cli/cell_json.h"
#include "cli/render/query.h"

namespace pvc {
namespace {

/// Collects one value, without the line end behind an object.
class PieceWriter final : public TextWriter {
 public:
  void Write(std::string_view text) override {
    if (text != "\n") piece_ += text;
  }
  void Flush() override {}
  std::string Take() { return std::exchange(piece_, {}); }

 private:
  std::string piece_;
};

/// "pvc.sql/v1" of docs/json.md.
class QueryJson final : public QueryRenderer {
 public:
  explicit QueryJson(const QueryOutput& output)
      : json_(output.out.writer(), JsonWriter::Layout::kIndented), encoding_(output.encoding) {}

  void Begin(const std::vector<std::string>& columns) override {
    BeginDocument();
    json_.BeginObject();
    json_.Key("columns");
    json_.BeginArray();
    for (const std::string& name : columns) json_.String(name);
    json_.EndArray();
    json_.Key("rows");
    json_.BeginArray();
  }

  void Row(std::span<const Value> values) override {
    json_.BeginArray();
    for (const Value& value : values) {
      // In one piece, so that a row stays a line.
      JsonWriter json(piece_, JsonWriter::Layout::kLine);
      WriteValueJson(json, value, encoding_);
      json_.RawValue(piece_.Take());
    }
    json_.EndArray();
  }

  void End() override {
    json_.EndArray();
    json_.EndObject();
  }

  void Finish() override {
    BeginDocument();
    json_.EndArray();
    json_.EndObject();
  }

 private:
  void BeginDocument() {
    if (has_begun_) return;
    has_begun_ = true;
    json_.BeginObject();
    json_.Member("format", "pvc.sql/v1");
    json_.Key("results");
    json_.BeginArray();
  }

  JsonWriter json_;
  PieceWriter piece_;
  TextEncoding encoding_;
  bool has_begun_ = false;
};

}  // namespace

std::unique_ptr<QueryRenderer> MakeQueryJson(const QueryOutput& output) {
  return std::make_unique<QueryJson>(output);
}

}  // namespace pvc
