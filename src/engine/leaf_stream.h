#pragma once

#include <condition_variable>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <thread>

#include "engine/node_reader.h"

namespace pvc {

/// Reads a tree's leaves from left to right, ahead of its user on a second thread, so that reading
/// and decompressing overlap with what is done with the rows.
///
/// Lifetime: the reader outlives it; leaves outlive both.   Memory: kAheadBytes of leaves and one
/// more.
class LeafStream {
 public:
  static constexpr size_t kAheadBytes = 2U << 20;

  LeafStream(NodeReader& reader, const Tree& tree);
  ~LeafStream();
  LeafStream(const LeafStream&) = delete;
  LeafStream& operator=(const LeafStream&) = delete;

  /// Returns: the next leaf, null after the last.   Throws: kCorrupt, kIo.
  std::shared_ptr<const Node> Next();

 private:
  void Run();

  NodeReader& reader_;
  Tree tree_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::shared_ptr<const Node>> ahead_;  // read, not yet taken over
  size_t ahead_bytes_ = 0;
  bool is_done_ = false;
  bool is_stopped_ = false;
  std::exception_ptr failure_;
  std::deque<std::shared_ptr<const Node>> taken_;  // the user's: handed out without the lock
  std::thread thread_;                             // last: starts when the rest is there
};

}  // namespace pvc
