#include "engine/tree_edits.h"

#include "engine/tree_editor.h"

namespace pvc {

void TreeEdits::Flush() {
  if (batch_->empty()) return;
  const std::unique_ptr<EditBatch> full = std::move(batch_);
  batch_ = std::make_unique<EditBatch>();
  tree_ = ApplyEdits(reader_, sink_, tree_, *full);
}

}  // namespace pvc
