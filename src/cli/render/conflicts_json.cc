#include "cli/render/conflict_event_json.h"

namespace pvc {
namespace {

/// Writes the document's arrays one after the other, in the order of the conflicts.
class ConflictsJson final : public ConflictSink {
 public:
  ConflictsJson(TextWriter& out, const ConflictsInput* input)
      : json_(out, JsonWriter::Layout::kIndented), input_(input) {
    json_.BeginObject();
    json_.Member("format", "pvc.conflicts/v1");
    WriteMergeMember(json_, input == nullptr ? nullptr : &input->merge);
    json_.Key("schema");
    json_.BeginArray();
  }

  void OnSchema(const SchemaConflict& conflict) override {
    is_open = true;
    json_.BeginObject();
    WriteSchemaConflictMembers(json_, conflict);
    json_.EndObject();
  }

  void BeginTable(const TableConflicts& table) override {
    EnterTables();
    json_.BeginObject();
    WriteConflictTableMembers(json_, table);
    json_.Key("conflicts");
    json_.BeginArray();
  }

  bool OnRow(const TableConflicts& table, const ConflictRow& row) override {
    is_open = true;
    json_.BeginObject();
    WriteRowConflictMembers(json_, *input_, table, row);
    json_.EndObject();
    return true;
  }

  void EndTable(const TableConflicts&) override {
    json_.EndArray();
    json_.EndObject();
  }

  void Finish() {
    EnterTables();
    json_.EndArray();
    json_.EndObject();
  }

  bool is_open = false;

 private:
  void EnterTables() {
    if (is_in_tables_) return;
    is_in_tables_ = true;
    json_.EndArray();
    json_.Key("tables");
    json_.BeginArray();
  }

  JsonWriter json_;
  const ConflictsInput* input_;
  bool is_in_tables_ = false;
};

}  // namespace

ConflictsOutcome RenderConflictsJson(TextWriter& out, const ConflictsInput* input) {
  ConflictsJson sink(out, input);
  if (input != nullptr) input->run(sink);
  sink.Finish();
  return sink.is_open ? ConflictsOutcome::kOpen : ConflictsOutcome::kNone;
}

}  // namespace pvc
