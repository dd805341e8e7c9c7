#include "engine/leaf_stream.h"

#include "engine/level_cursor.h"

namespace pvc {

LeafStream::LeafStream(NodeReader& reader, const Tree& tree) : reader_(reader), tree_(tree) {
  if (tree_.root_level == 0) {  // one leaf or none: not worth a thread
    if (!tree_.empty()) taken_.push_back(reader_.LoadRoot(tree_));
    is_done_ = true;
    return;
  }
  thread_ = std::thread([this] { Run(); });
}

LeafStream::~LeafStream() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    is_stopped_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void LeafStream::Run() {
  try {
    LevelCursor cursor(reader_, tree_, 0);
    while (cursor.Next()) {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return is_stopped_ || ahead_bytes_ < kAheadBytes; });
      if (is_stopped_) return;
      ahead_bytes_ += cursor.node().bytes().size();
      ahead_.push_back(cursor.shared_node());
      if (ahead_.size() == 1) changed_.notify_all();
    }
  } catch (...) {
    const std::lock_guard lock(mutex_);
    failure_ = std::current_exception();
  }
  const std::lock_guard lock(mutex_);
  is_done_ = true;
  changed_.notify_all();
}

std::shared_ptr<const Node> LeafStream::Next() {
  if (taken_.empty()) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return is_done_ || !ahead_.empty(); });
    taken_.swap(ahead_);
    ahead_bytes_ = 0;
    changed_.notify_all();
    if (taken_.empty()) {
      if (failure_ != nullptr) std::rethrow_exception(failure_);
      return nullptr;
    }
  }
  auto leaf = std::move(taken_.front());
  taken_.pop_front();
  return leaf;
}

}  // namespace pvc
