#include "cli/json_writer.h"
#include "cli/render/branch_list.h"

namespace pvc {

void PrintBranchesJson(TextWriter& out, const BranchListing& listing) {
  JsonWriter json(out, JsonWriter::Layout::kIndented);
  json.BeginObject();
  json.Member("format", "pvc.branches/v1");
  json.Key("current");
  if (listing.current.empty()) {
    json.Null();
  } else {
    json.String(listing.current);
  }
  json.Key("head");
  if (listing.head) {
    json.String(listing.head->Hex());
  } else {
    json.Null();
  }
  json.Key("branches");
  json.BeginArray();
  for (const BranchLine& line : listing.branches) {
    json.BeginObject();
    json.Member("name", line.name);
    json.Key("current");
    json.Bool(line.name == listing.current);
    json.Member("commit", line.commit.Hex());
    json.Member("summary", line.summary);
    json.EndObject();
  }
  json.EndArray();
  json.EndObject();
}

}  // namespace pvc
