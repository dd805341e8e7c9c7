#include "cli/render/commit_template.h"

#include <algorithm>

#include "cli/commit_message.h"
#include "cli/render/status.h"
#include "vcs/ascii_case.h"

namespace pvc {
namespace {

class TextCollector final : public TextWriter {
 public:
  void Write(std::string_view text) override { text_ += text; }
  void Flush() override {}
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

bool IsNamed(const std::vector<std::string>& names, std::string_view name) {
  return std::any_of(names.begin(), names.end(),
                     [&](const std::string& named) { return EqualIgnoringAsciiCase(named, name); });
}

/// What of `changes` a commit of these tables takes.
DiffOverview OfTables(DiffOverview changes, const std::vector<std::string>& names) {
  if (names.empty()) return changes;
  std::erase_if(changes.tables, [&](const TableOverview& t) { return !IsNamed(names, t.name); });
  std::erase_if(changes.objects, [&](const SchemaChange& object) {
    return !IsNamed(names, object.name) && !IsNamed(names, object.table_name);
  });
  changes.properties.clear();
  return changes;
}

}  // namespace

std::string FormatCommitTemplate(const std::string& message, const Head& head,
                                 const DiffOverview& changes,
                                 const std::vector<std::string>& tables) {
  TextCollector comments;
  Painter painter(comments, /*use_colour=*/false);
  painter.Put(
      "Write the message above. Lines that begin with '#' are left out, and an empty\n"
      "message ends the commit.\n\n");
  painter.Put(DescribeHead(head) + "\n");
  const DiffOverview taken = OfTables(changes, tables);
  painter.Put(taken.empty() ? "Nothing changed.\n" : "Changes to be committed:\n");
  PrintChangeLines(painter, taken);
  return message + "\n\n" + CommentOut(comments.text());
}

}  // namespace pvc
