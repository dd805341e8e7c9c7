#include "cli/render/tag_list.h"

namespace pvc {

void PrintTagsText(Painter& out, const std::vector<TagLine>& tags, TagDetail detail) {
  constexpr size_t kNameColumns = 15;  // as git, so that what parses its lists parses these
  for (const TagLine& line : tags) {
    const std::string name = EscapeName(line.name);
    if (detail == TagDetail::kNames) {
      out.Put(name + "\n");
      continue;
    }
    out.Put(Label::kRef, PadRight(name, kNameColumns));
    out.Put(" " + EscapeName(line.message.substr(0, line.message.find('\n'))) + "\n");
  }
}

}  // namespace pvc
