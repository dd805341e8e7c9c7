#include <fmt/format.h>

#include <set>

#include "cli/cell_json.h"
#include "cli/render/query.h"

namespace pvc {
namespace {

/// An object a row, a line each: docs/json.md, "pvc sql".
class QueryJsonl final : public QueryRenderer {
 public:
  explicit QueryJsonl(const QueryOutput& output)
      : writer_(output.out.writer()), encoding_(output.encoding) {}

  void Begin(const std::vector<std::string>& columns) override {
    names_.clear();
    // Names that differ in invalid bytes alone are the same in JSON.
    std::set<std::string> taken;
    for (const std::string& column : columns) {
      std::string name = column;
      for (int number = 1; !taken.insert(JsonString(name)).second; ++number) {
        name = fmt::format("{}:{}", column, number);
      }
      names_.push_back(std::move(name));
    }
  }

  void Row(std::span<const Value> values) override {
    JsonWriter json(writer_, JsonWriter::Layout::kLine);
    json.BeginObject();
    for (size_t i = 0; i < values.size(); ++i) {
      json.Key(names_[i]);
      WriteValueJson(json, values[i], encoding_);
    }
    json.EndObject();
  }

  void End() override {}

 private:
  TextWriter& writer_;
  TextEncoding encoding_;
  std::vector<std::string> names_;
};

}  // namespace

std::unique_ptr<QueryRenderer> MakeQueryJsonl(const QueryOutput& output) {
  return std::make_unique<QueryJsonl>(output);
}

}  // namespace pvc
