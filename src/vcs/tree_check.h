#pragma once

#include <functional>
#include <string>
#include <unordered_set>

#include "engine/node_reader.h"

namespace pvc {

/// Walks trees for fsck, each node once: that it is there, fits the place it has (level, key range,
/// row count), and ends where the format says a node ends. What is wrong goes to `report`, and the
/// walk goes on with the next node.
///
/// Memory: about 64 bytes a node ever seen.   Lifetime: the reader outlives the checker.
class TreeChecker {
 public:
  using Report = std::function<void(const std::string& text)>;
  /// Checks one leaf entry. Throws Error when it is wrong; the rest of its leaf is left out then.
  using CheckEntry = std::function<void(ByteView key, ByteView value)>;

  TreeChecker(NodeReader& reader, HashKind hash_kind, Report report);

  /// `reading` names how entries are read: a node met again under the same name is not walked
  /// again. `subject` names the tree in findings: "table 'users' of snapshot 1f3a...".
  void Walk(const Tree& tree, const ObjectId& reading, const std::string& subject,
            const CheckEntry& check_entry);

 private:
  struct Frame {
    std::shared_ptr<const Node> node;
    size_t next_child = 0;
    ByteView lower;  // every key below is greater; points into a node of the path
    bool is_last = false;
  };
  struct Walking;

  bool IsNew(const ObjectId& reading, const ObjectId& id, ByteView lower, ByteView last_key,
             uint64_t rows, bool is_last);
  void Enter(Walking& walking, std::shared_ptr<const Node> node, const ObjectId& id, ByteView lower,
             bool is_last);

  NodeReader& reader_;
  HashKind hash_kind_;
  Report report_;
  std::unordered_set<ObjectId> seen_;
};

}  // namespace pvc
