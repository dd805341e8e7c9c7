#include "base/assert.h"
#include "cli/render/query.h"

namespace pvc {

std::unique_ptr<QueryRenderer> MakeQueryRenderer(std::string_view format,
                                                 const QueryOutput& output) {
  if (format == "table") return MakeQueryTable(output);
  if (format == "box") return MakeQueryBox(output);
  if (format == "json") return MakeQueryJson(output);
  if (format == "jsonl") return MakeQueryJsonl(output);
  if (format == "csv") return MakeQueryCsv(output);
  if (format == "markdown") return MakeQueryMarkdown(output);
  PVC_ASSERT(format == "line");
  return MakeQueryLine(output);
}

}  // namespace pvc
