#include "cli/render/conflict_event_json.h"

namespace pvc {
namespace {

class ConflictsJsonl final : public ConflictSink {
 public:
  ConflictsJsonl(TextWriter& out, const ConflictsInput* input)
      : json_(out, JsonWriter::Layout::kLine), input_(input) {
    Begin("conflicts");
    json_.Member("format", "pvc.conflict-event/v1");
    WriteMergeMember(json_, input == nullptr ? nullptr : &input->merge);
    json_.EndObject();
  }

  void OnSchema(const SchemaConflict& conflict) override {
    is_open = true;
    Begin("schema");
    WriteSchemaConflictMembers(json_, conflict);
    json_.EndObject();
  }

  void BeginTable(const TableConflicts& table) override {
    Begin("table");
    WriteConflictTableMembers(json_, table);
    json_.EndObject();
  }

  bool OnRow(const TableConflicts& table, const ConflictRow& row) override {
    is_open = true;
    Begin("row");
    json_.Member("table", table.name());
    WriteRowConflictMembers(json_, *input_, table, row);
    json_.EndObject();
    return true;
  }

  void EndTable(const TableConflicts&) override {}

  /// So that a reader can tell a whole stream from a cut one.
  void Finish() {
    Begin("end");
    json_.EndObject();
  }

  bool is_open = false;

 private:
  void Begin(std::string_view event) {
    json_.BeginObject();
    json_.Member("event", event);
  }

  JsonWriter json_;
  const ConflictsInput* input_;
};

}  // namespace

ConflictsOutcome RenderConflictsJsonl(TextWriter& out, const ConflictsInput* input) {
  ConflictsJsonl sink(out, input);
  if (input != nullptr) input->run(sink);
  sink.Finish();
  return sink.is_open ? ConflictsOutcome::kOpen : ConflictsOutcome::kNone;
}

}  // namespace pvc
