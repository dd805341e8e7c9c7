#include "cli/json_writer.h"
#include "cli/render/diff_event_json.h"
#include "cli/render/log.h"

namespace pvc {
namespace {

void WriteSignature(JsonWriter& json, const Signature& who) {
  json.BeginObject();
  json.Member("name", who.name);
  json.Member("email", who.email);
  json.Member("date", FormatRfc3339(who.when));
  json.Key("unixMicroseconds");
  json.Integer(who.when.unix_us);
  json.EndObject();
}

void WriteChanges(JsonWriter& json, const DiffOverview& changes) {
  json.Key("tables");
  json.BeginArray();
  for (const TableOverview& table : changes.tables) {
    json.BeginObject();
    json.Member("name", table.name);
    WriteCountMembers(json, table.counts);
    json.EndObject();
  }
  json.EndArray();
  json.Key("schema");
  json.BeginArray();
  for (const SchemaChange& change : changes.objects) {
    json.BeginObject();
    WriteSchemaMembers(json, change);
    json.EndObject();
  }
  json.EndArray();
}

void WriteCommitObject(JsonWriter& json, const LogEntry& entry, bool with_format) {
  const Commit& commit = entry.commit;
  json.BeginObject();
  if (with_format) json.Member("format", "pvc.commit/v1");
  json.Member("id", entry.id.Hex());
  json.Member("snapshot", commit.snapshot.Hex());
  json.Key("parents");
  json.BeginArray();
  for (const CommitId& parent : commit.parents) json.String(parent.Hex());
  json.EndArray();
  json.CountMember("generation", commit.generation);
  json.Key("author");
  WriteSignature(json, commit.author);
  json.Key("committer");
  WriteSignature(json, commit.committer);
  json.Key("names");
  json.BeginArray();
  for (const std::string& name : entry.names) json.String(name);
  json.EndArray();
  json.Member("message", commit.message);
  if (entry.changes != nullptr) WriteChanges(json, *entry.changes);
  json.EndObject();
}

class LogJson final : public LogRenderer {
 public:
  explicit LogJson(TextWriter& out) : json_(out, JsonWriter::Layout::kIndented) {
    json_.BeginObject();
    json_.Member("format", "pvc.log/v1");
    json_.Key("commits");
    json_.BeginArray();
  }

  void OnCommit(const LogEntry& entry) override { WriteCommitObject(json_, entry, false); }

  void Finish() override {
    json_.EndArray();
    json_.EndObject();
  }

 private:
  JsonWriter json_;
};

class LogJsonl final : public LogRenderer {
 public:
  explicit LogJsonl(TextWriter& out) : json_(out, JsonWriter::Layout::kLine) {}
  void OnCommit(const LogEntry& entry) override { WriteCommitObject(json_, entry, true); }

 private:
  JsonWriter json_;
};

}  // namespace

std::unique_ptr<LogRenderer> MakeLogJson(TextWriter& out) { return std::make_unique<LogJson>(out); }

std::unique_ptr<LogRenderer> MakeLogJsonl(TextWriter& out) {
  return std::make_unique<LogJsonl>(out);
}

}  // namespace pvc
