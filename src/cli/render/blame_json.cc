#include "cli/cell_json.h"
#include "cli/cell_reader.h"
#include "cli/json_writer.h"
#include "cli/render/blame.h"
#include "cli/render/diff_event_json.h"

namespace pvc {
namespace {

/// {"ID": {"author", "email", "date", "summary"}}: each commit once, since rows name them often.
void WriteCommits(JsonWriter& json, const std::map<CommitId, Commit>& commits) {
  json.Key("commits");
  json.BeginObject();
  for (const auto& [id, commit] : commits) {
    json.Key(id.Hex());
    json.BeginObject();
    json.Member("author", commit.author.name);
    json.Member("email", commit.author.email);
    json.Member("date", FormatRfc3339(commit.author.when));
    json.Member("summary", commit.message.substr(0, commit.message.find('\n')));
    json.EndObject();
  }
  json.EndObject();
}

void BeginDocument(JsonWriter& json, const BlameSubject& subject) {
  json.BeginObject();
  json.Member("format", "pvc.blame/v1");
  json.Member("commit", subject.at.Hex());
  json.Member("table", subject.table.name);
}

}  // namespace

void PrintTableBlameJson(TextWriter& out, const BlameSubject& subject, const TableBlame& blame) {
  JsonWriter json(out, JsonWriter::Layout::kIndented);
  BeginDocument(json, subject);
  WriteCommits(json, blame.commits());
  json.Key("rows");
  json.BeginArray();
  blame.ForEachRow([&](const Row& row, const CommitId& commit) {
    json.BeginObject();
    WriteRowKey(json, {subject.table, row, subject.encoding, subject.source});
    json.Member("commit", commit.Hex());
    json.EndObject();
  });
  json.EndArray();
  json.EndObject();
}

void PrintRowBlameJson(TextWriter& out, const BlameSubject& subject,
                       const std::vector<BlamedRow>& rows) {
  JsonWriter json(out, JsonWriter::Layout::kIndented);
  BeginDocument(json, subject);
  std::map<CommitId, Commit> commits;
  for (const BlamedRow& row : rows) {
    commits.insert(row.blame.commits().begin(), row.blame.commits().end());
  }
  WriteCommits(json, commits);
  const std::vector<std::string> names = StoredColumnNames(subject.table);
  json.Key("rows");
  json.BeginArray();
  for (const BlamedRow& row : rows) {
    json.BeginObject();
    WriteRowKey(json, {subject.table, row.row, subject.encoding, subject.source});
    json.Key("cells");
    json.BeginObject();
    for (size_t i = 0; i < row.row.cells.size() && i < names.size(); ++i) {
      json.Key(names[i]);
      json.BeginObject();
      json.Key("value");
      WriteCellJson(json, subject.source, row.row.cells[i], subject.encoding);
      json.Member("commit", row.blame.cells()[i].Hex());
      json.EndObject();
    }
    json.EndObject();
    json.EndObject();
  }
  json.EndArray();
  json.EndObject();
}

}  // namespace pvc
