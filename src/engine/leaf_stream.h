#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "engine/level_cursor.h"

namespace pvc {

/// Reads a tree's leaves from left to right, ahead of its user on a second thread, so that reading
/// and decompressing overlap with what is done with the rows. Where the second thread falls behind,
/// the user's reads leaves, too: a scan that does little with its rows still keeps both busy.
///
/// Lifetime: the reader outlives it; leaves outlive both.   Memory: kAheadBytes of leaves and a
/// batch for each thread.
class LeafStream {
 public:
  static constexpr size_t kAheadBytes = 2U << 20;

  /// Begins with the leaf that holds the first entry not less than `start`, or the last leaf.
  LeafStream(NodeReader& reader, const Tree& tree, Bytes start = {});
  ~LeafStream();
  LeafStream(const LeafStream&) = delete;
  LeafStream& operator=(const LeafStream&) = delete;

  /// Returns: the next leaf, null after the last.   Throws: kCorrupt, kIo.
  std::shared_ptr<const Node> Next();

 private:
  /// Leaves handed over at once: with one at a time, threads would wake each other more than read.
  static constexpr size_t kBatchLeaves = 8;

  /// Neighbouring leaves, read by the thread that claimed them.
  struct Batch {
    std::shared_ptr<const Node> parent;
    size_t begin = 0;  // among the parent's children
    size_t end = 0;
    std::vector<std::shared_ptr<const Node>> leaves;
    size_t bytes = 0;
    std::exception_ptr failure;  // behind the leaves
    bool is_read = false;
  };

  void Run();
  std::shared_ptr<Batch> Claim();
  void Read(Batch& batch);
  void Finish(Batch& batch);
  bool TakeBatch();

  NodeReader& reader_;
  const Bytes start_;
  std::atomic<bool> is_stopped_ = false;

  std::mutex mutex_;
  std::condition_variable batch_read_;  // what the user waits for
  std::condition_variable room_made_;   // what the thread waits for
  std::optional<LevelCursor> parents_;  // the nodes above the leaves
  size_t next_child_ = 0;               // of parents_'s node
  bool all_claimed_ = false;
  std::deque<std::shared_ptr<Batch>> batches_;  // claimed, in order, and not yet taken over
  size_t ahead_bytes_ = 0;                      // of those that are read

  std::shared_ptr<Batch> taken_;  // the user's: handed out without the lock
  size_t taken_index_ = 0;
  std::thread thread_;  // last: starts when the rest is there
};

}  // namespace pvc
