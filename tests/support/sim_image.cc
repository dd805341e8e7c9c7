#include "tests/support/sim_image.h"

#include <vector>

namespace pvc {

SimImage SimImage::Empty() {
  SimImage image;
  image.nodes[kRoot].is_directory = true;
  return image;
}

SimImage SimImage::Reachable() const {
  SimImage result;
  result.next_id = next_id;
  std::vector<SimNodeId> waiting{kRoot};
  while (!waiting.empty()) {
    const SimNodeId id = waiting.back();
    waiting.pop_back();
    const SimNode& node = nodes.at(id);
    if (!result.nodes.emplace(id, node).second) continue;
    for (const auto& [name, child] : node.entries) waiting.push_back(child);
  }
  return result;
}

}  // namespace pvc
