#include "engine/level_writer.h"

namespace pvc {

void LevelWriter::Emit(std::vector<PendingNode>& out) {
  PendingNode node;
  node.level = level_;
  node.last_key = builder_.last_key();
  node.row_count = builder_.row_count();
  node.ticket = sink_.Submit(ObjectType::kNode, builder_.Finish(), similar_);
  out.push_back(std::move(node));
}

}  // namespace pvc
