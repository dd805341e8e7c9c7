#include "vcs/tree_check.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "base/error.h"
#include "engine/chunker.h"

namespace pvc {

namespace {

constexpr std::string_view kPlaceDomain = "pvc/1 place";

/// Whether the node is cut as the chunker cuts: after its last entry and no earlier. The last node
/// of a level may end anywhere.
bool IsCutRight(const Node& node, bool is_last) {
  Chunker chunker(node.level());
  for (size_t i = 0; i < node.count(); ++i) {
    const size_t weight = node.is_leaf() ? node.value(i).size() : kChildWeightBytes;
    const bool cuts = chunker.Add(node.key(i), weight);
    const bool ends = i + 1 == node.count();
    if (cuts != ends && !(ends && is_last)) return false;
  }
  return true;
}

}  // namespace

/// One tree on its way.
struct TreeChecker::Walking {
  const ObjectId& reading;
  const std::string& subject;
  const CheckEntry& check_entry;
  std::vector<Frame> path;
};

TreeChecker::TreeChecker(NodeReader& reader, HashKind hash_kind, Report report)
    : reader_(reader), hash_kind_(hash_kind), report_(std::move(report)) {}

// A node is the same only where it has the same place to fit.
bool TreeChecker::IsNew(const ObjectId& reading, const ObjectId& id, ByteView lower,
                        ByteView last_key, uint64_t rows, bool is_last) {
  Bytes place(reading.View());
  place.append(id.View());
  AppendString(place, lower);
  AppendString(place, last_key);
  AppendU64(place, rows);
  AppendU8(place, is_last ? 1 : 0);
  return seen_.insert(HashBytes(hash_kind_, kPlaceDomain, place)).second;
}

void TreeChecker::Enter(Walking& walking, std::shared_ptr<const Node> node, const ObjectId& id,
                        ByteView lower, bool is_last) {
  const auto report = [&](std::string_view what) {
    report_(fmt::format("{}: node {}: {}", walking.subject, id.Short(), what));
  };
  if (node->key(0) <= lower) report("its first key is not greater than the keys before");
  if (!IsCutRight(*node, is_last)) report("does not end where its keys say");
  if (!node->is_leaf()) {
    walking.path.push_back({std::move(node), 0, lower, is_last});
    return;
  }
  for (size_t i = 0; i < node->count(); ++i) {
    try {
      walking.check_entry(node->key(i), node->value(i));
    } catch (const Error& error) {
      report(fmt::format("entry {}: {}", i, error.message()));
      return;
    }
  }
}

void TreeChecker::Walk(const Tree& tree, const ObjectId& reading, const std::string& subject,
                       const CheckEntry& check_entry) {
  if (tree.empty()) return;
  Walking walking{reading, subject, check_entry, {}};
  const auto guarded = [&](const auto& step) {
    try {
      step();
    } catch (const Error& error) {
      report_(fmt::format("{}: {}", subject, error.message()));
    }
  };
  // No key is empty, so an empty lower bound is none.
  guarded([&] {
    if (!IsNew(reading, tree.root, {}, {}, tree.entry_count, true)) return;
    Enter(walking, reader_.LoadRoot(tree), tree.root, {}, true);
  });
  while (!walking.path.empty()) {
    Frame& top = walking.path.back();
    if (top.next_child == top.node->count()) {
      walking.path.pop_back();
      continue;
    }
    const size_t i = top.next_child++;
    // The path may grow under `top`.
    const std::shared_ptr<const Node> parent = top.node;
    const ByteView lower = i == 0 ? top.lower : parent->key(i - 1);
    const bool is_last = top.is_last && i + 1 == parent->count();
    const ObjectId id = parent->child_id(i);
    guarded([&] {
      if (!IsNew(reading, id, lower, parent->key(i), parent->child_rows(i), is_last)) return;
      Enter(walking, reader_.LoadChild(*parent, i), id, lower, is_last);
    });
  }
}

}  // namespace pvc
