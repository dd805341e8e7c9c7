#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace pvc {

enum class CommentLines {
  kKeep,
  kRemove,  ///< lines that begin with '#' are left out
};

/// A message as git cleans it: no blanks at the ends of lines, no blank lines at the beginning and
/// the end, one between paragraphs. Without a final line end.
std::string CleanMessage(std::string_view text, CommentLines comments);

/// Each of `parts` as a paragraph of its own, as several -m give them.
std::string JoinParagraphs(const std::vector<std::string>& parts);

/// `text` with "# " before each line, for what an editor shows and a message leaves out.
std::string CommentOut(std::string_view text);

}  // namespace pvc
