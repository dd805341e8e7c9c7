#include "cli/render/operation_json.h"

#include "base/clock.h"

namespace pvc {

void WriteOperationJson(JsonWriter& json, const LoggedOperation& logged, bool with_format) {
  const Operation& operation = logged.operation;
  json.BeginObject();
  if (with_format) json.Member("format", "pvc.operation/v1");
  json.Member("id", logged.id.Hex());
  json.Key("parent");
  if (operation.parent.IsZero()) {
    json.Null();
  } else {
    json.String(operation.parent.Hex());
  }
  json.Member("command", operation.command);
  json.Key("who");
  json.BeginObject();
  json.Member("name", operation.who.name);
  json.Member("email", operation.who.email);
  json.Member("date", FormatRfc3339(operation.who.when));
  json.Key("unixMicroseconds");
  json.Integer(operation.who.when.unix_us);
  json.EndObject();
  json.Member("head", operation.head.branch.empty() ? operation.head.detached.Hex()
                                                    : "refs/heads/" + operation.head.branch);
  json.Key("workingDatabase");
  if (operation.working_path.empty()) {
    json.Null();
  } else {
    json.String(operation.working_path);
  }
  json.Key("restored");
  if (operation.restored.IsZero()) {
    json.Null();
  } else {
    json.String(operation.restored.Hex());
  }
  json.EndObject();
}

}  // namespace pvc
