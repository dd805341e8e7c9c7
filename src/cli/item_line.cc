#include "cli/item_line.h"

namespace pvc {

void ItemLine::Put(const LabelledText& item, std::string_view separator) {
  const size_t width = item.Width();
  if (!is_first_) {
    out_.Put(separator.substr(0, 1));
    if (column_ + separator.size() + width > columns_) {
      out_.Put("\n" + std::string(indent_, ' '));
      column_ = indent_;
    } else {
      out_.Put(separator.substr(1));
      column_ += separator.size();
    }
  }
  is_first_ = false;
  item.PutTo(out_);
  column_ += width;
}

}  // namespace pvc
