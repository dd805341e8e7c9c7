#include "cli/json_writer.h"
#include "cli/render/tag_list.h"

namespace pvc {

void PrintTagsJson(TextWriter& out, const std::vector<TagLine>& tags) {
  JsonWriter json(out, JsonWriter::Layout::kIndented);
  json.BeginObject();
  json.Member("format", "pvc.tags/v1");
  json.Key("tags");
  json.BeginArray();
  for (const TagLine& line : tags) {
    json.BeginObject();
    json.Member("name", line.name);
    json.Member("commit", line.commit.Hex());
    json.Key("annotated");
    json.Bool(line.tag.has_value());
    if (line.tag) {
      json.Member("tag", line.target.Hex());
      json.Key("tagger");
      json.BeginObject();
      json.Member("name", line.tag->tagger.name);
      json.Member("email", line.tag->tagger.email);
      json.Member("date", FormatRfc3339(line.tag->tagger.when));
      json.Key("unixMicroseconds");
      json.Integer(line.tag->tagger.when.unix_us);
      json.EndObject();
    }
    json.Member("message", line.message);
    json.EndObject();
  }
  json.EndArray();
  json.EndObject();
}

}  // namespace pvc
