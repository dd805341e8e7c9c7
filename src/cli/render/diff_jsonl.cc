#include "cli/render/diff.h"
#include "cli/render/diff_event_json.h"

namespace pvc {
namespace {

class DiffJsonl final : public DiffSink {
 public:
  DiffJsonl(TextWriter& out, const DiffInput& input)
      : json_(out, JsonWriter::Layout::kLine), input_(input) {
    Begin("diff");
    json_.Member("format", "pvc.diff-event/v1");
    WriteDiffSide(json_, "before", input.before);
    WriteDiffSide(json_, "after", input.after);
    json_.EndObject();
  }

  void OnProperty(const PropertyChange& change) override {
    is_different = true;
    Begin("property");
    WritePropertyMembers(json_, change);
    json_.EndObject();
  }

  void OnSchemaObject(const SchemaChange& change) override {
    is_different = true;
    Begin("schema");
    WriteSchemaMembers(json_, change);
    json_.EndObject();
  }

  void BeginTable(const TableDiff& table) override {
    is_different = true;
    Begin("table");
    WriteTableMembers(json_, table);
    json_.EndObject();
  }

  void OnRow(const TableDiff& table, const RowChange& change) override {
    Begin("row");
    json_.Member("table", table.name);
    WriteRowMembers(json_, input_, table, change);
    json_.EndObject();
  }

  void EndTable(const TableDiff& table, const TableDiffCounts& counts) override {
    Begin("tableEnd");
    json_.Member("table", table.name);
    WriteCountMembers(json_, counts);
    json_.EndObject();
  }

  /// So that a reader can tell a whole stream from a cut one.
  void Finish() {
    Begin("end");
    json_.EndObject();
  }

  bool is_different = false;

 private:
  void Begin(std::string_view event) {
    json_.BeginObject();
    json_.Member("event", event);
  }

  JsonWriter json_;
  const DiffInput& input_;
};

}  // namespace

DiffOutcome RenderDiffJsonl(TextWriter& out, const DiffInput& input) {
  DiffJsonl sink(out, input);
  input.run(sink, DiffDetail::kRows);
  sink.Finish();
  return sink.is_different ? DiffOutcome::kDifferent : DiffOutcome::kEqual;
}

}  // namespace pvc
