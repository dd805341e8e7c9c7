#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/terminal_text.h"
#include "vcs/tag.h"

namespace pvc {

/// One line of `pvc tag`. What is not asked for is left empty.
struct TagLine {
  std::string name;
  ObjectId target;         ///< what the ref holds: a commit or an annotated tag
  std::optional<Tag> tag;  ///< an annotated one
  CommitId commit;         ///< what it names in the end
  std::string message;     ///< the tag's own; a light one's is its commit's
};

/// Whether a list of tags says only names, or messages too.
enum class TagDetail { kNames, kMessages };

void PrintTagsText(Painter& out, const std::vector<TagLine>& tags, TagDetail detail);
/// Format: docs/json.md, "pvc.tags/v1".
void PrintTagsJson(TextWriter& out, const std::vector<TagLine>& tags);

}  // namespace pvc
