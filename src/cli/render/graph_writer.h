#pragma once

#include <string_view>

#include "cli/environment.h"
#include "cli/render/graph_layout.h"

namespace pvc {

/// Writes the text of commits with their graph on its left.
///
/// Lifetime: the writer outlives it.   Throws: what the writer throws.
class GraphWriter final : public TextWriter {
 public:
  explicit GraphWriter(TextWriter& out) : out_(out) {}

  /// Begins the text of a commit: its first line stands beside the commit's mark.
  void Begin(GraphRows rows);
  /// Ends it, and draws the rows of its graph that had no text beside them.
  void End();
  /// Columns that the graph of the commit begun takes.
  size_t columns() const { return rows_.rest.size(); }

  void Write(std::string_view text) override;
  void Flush() override { out_.Flush(); }

 private:
  std::string_view NextRow();

  TextWriter& out_;
  GraphRows rows_;
  size_t next_row_ = 0;  // 0: that of the commit
  bool is_at_line_start_ = true;
};

}  // namespace pvc
