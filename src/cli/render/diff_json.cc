#include "cli/render/diff.h"
#include "cli/render/diff_event_json.h"

namespace pvc {
namespace {

/// Writes the document's arrays one after the other, in the order of the events.
class DiffJson final : public DiffSink {
 public:
  DiffJson(TextWriter& out, const DiffInput& input)
      : json_(out, JsonWriter::Layout::kIndented), input_(input) {
    json_.BeginObject();
    json_.Member("format", "pvc.diff/v1");
    WriteDiffSide(json_, "before", input.before);
    WriteDiffSide(json_, "after", input.after);
    json_.Key("properties");
    json_.BeginArray();
  }

  void OnProperty(const PropertyChange& change) override {
    is_different = true;
    json_.BeginObject();
    WritePropertyMembers(json_, change);
    json_.EndObject();
  }

  void OnSchemaObject(const SchemaChange& change) override {
    is_different = true;
    EnterPart(Part::kSchema);
    json_.BeginObject();
    WriteSchemaMembers(json_, change);
    json_.EndObject();
  }

  void BeginTable(const TableDiff& table) override {
    is_different = true;
    EnterPart(Part::kTables);
    json_.BeginObject();
    WriteTableMembers(json_, table);
    json_.Key("rows");
    json_.BeginArray();
  }

  void OnRow(const TableDiff& table, const RowChange& change) override {
    json_.BeginObject();
    WriteRowMembers(json_, input_, table, change);
    json_.EndObject();
  }

  void EndTable(const TableDiff&, const TableDiffCounts& counts) override {
    json_.EndArray();
    WriteCountMembers(json_, counts);
    json_.EndObject();
  }

  void Finish() {
    EnterPart(Part::kTables);
    json_.EndArray();
    json_.EndObject();
  }

  bool is_different = false;

 private:
  enum class Part { kProperties, kSchema, kTables };

  void EnterPart(Part part) {
    while (part_ < part) {
      json_.EndArray();
      part_ = part_ == Part::kProperties ? Part::kSchema : Part::kTables;
      json_.Key(part_ == Part::kSchema ? "schema" : "tables");
      json_.BeginArray();
    }
  }

  JsonWriter json_;
  const DiffInput& input_;
  Part part_ = Part::kProperties;
};

}  // namespace

DiffOutcome RenderDiffJson(TextWriter& out, const DiffInput& input) {
  DiffJson sink(out, input);
  input.run(sink, DiffDetail::kRows);
  sink.Finish();
  return sink.is_different ? DiffOutcome::kDifferent : DiffOutcome::kEqual;
}

}  // namespace pvc
