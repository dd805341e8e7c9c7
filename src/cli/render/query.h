#pragma once

#include <array>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/terminal_text.h"
#include "sqlite/value.h"

namespace pvc {

/// Prints what queries answer, row by row as they come.
///
/// Destroyed without Finish it leaves its output as it is: what an error cut is not made to look
/// whole.
class QueryRenderer {
 public:
  virtual ~QueryRenderer() = default;

  /// A statement begins to answer.
  virtual void Begin(const std::vector<std::string>& columns) = 0;
  /// Requires: as many values as columns, their bytes in memory.
  virtual void Row(std::span<const Value> values) = 0;
  /// The statement's last row is printed.
  virtual void End() = 0;
  /// The last statement has answered, if any did.
  virtual void Finish() {}
};

/// Values of --format; docs/sql.md says what each prints.
inline constexpr auto kQueryFormats =
    std::to_array<std::string_view>({"table", "box", "json", "jsonl", "csv", "markdown", "line"});

enum class QueryHeader { kShown, kHidden };

/// A renderer's output and what it has to know.
struct QueryOutput {
  Painter& out;
  TextEncoding encoding = TextEncoding::kUtf8;  ///< of the text in values
  QueryHeader header = QueryHeader::kShown;     ///< heeded by table and csv
  bool is_terminal = false;
};

/// Requires: `format` is one of kQueryFormats.   Lifetime: the painter outlives it.
std::unique_ptr<QueryRenderer> MakeQueryRenderer(std::string_view format,
                                                 const QueryOutput& output);

// One file a format.
std::unique_ptr<QueryRenderer> MakeQueryTable(const QueryOutput& output);
std::unique_ptr<QueryRenderer> MakeQueryBox(const QueryOutput& output);
std::unique_ptr<QueryRenderer> MakeQueryJson(const QueryOutput& output);
std::unique_ptr<QueryRenderer> MakeQueryJsonl(const QueryOutput& output);
std::unique_ptr<QueryRenderer> MakeQueryCsv(const QueryOutput& output);
std::unique_ptr<QueryRenderer> MakeQueryMarkdown(const QueryOutput& output);
std::unique_ptr<QueryRenderer> MakeQueryLine(const QueryOutput& output);

}  // namespace pvc
