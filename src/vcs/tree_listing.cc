#include "vcs/tree_listing.h"

#include <fmt/format.h>

#include <array>
#include <vector>

#include "base/error.h"

namespace pvc {

namespace {

struct Frame {
  std::shared_ptr<const Node> node;
  size_t next_child = 0;
};

}  // namespace

void ListTree(Repository& repository, const Tree& tree, unsigned max_depth,
              const std::function<void(const ListedNode&)>& sink) {
  if (tree.empty()) return;
  std::array<uint64_t, kMaxNodeLevel + 1> listed{};
  std::vector<Frame> path;
  const auto enter = [&](const std::shared_ptr<const Node>& node, const ObjectId& id) {
    const auto info = repository.store().Describe(id);
    if (!info) {
      throw Error(ErrorKind::kCorrupt, fmt::format("node {} is missing", id.Short()));
    }
    ListedNode listing;
    listing.depth = static_cast<unsigned>(path.size());
    listing.level = node->level();
    listing.index = listed.at(node->level())++;
    listing.id = id;
    listing.entry_count = node->count();
    listing.row_count = node->row_count();
    listing.raw_bytes = info->raw_bytes;
    listing.stored_bytes = info->stored_bytes;
    listing.first_key = node->key(0);
    listing.last_key = node->last_key();
    sink(listing);
    path.push_back({node});
  };

  NodeReader& reader = repository.nodes();
  enter(reader.LoadRoot(tree), tree.root);
  while (!path.empty()) {
    Frame& top = path.back();
    const bool is_done =
        top.node->is_leaf() || path.size() > max_depth || top.next_child == top.node->count();
    if (is_done) {
      path.pop_back();
      continue;
    }
    const size_t child = top.next_child++;
    // `top` is invalid once the path grows.
    const std::shared_ptr<const Node> parent = top.node;
    enter(reader.LoadChild(*parent, child), parent->child_id(child));
  }
}

}  // namespace pvc
