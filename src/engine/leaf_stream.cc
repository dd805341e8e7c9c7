#include "engine/leaf_stream.h"

#include "engine/level_cursor.h"

namespace pvc {

LeafStream::LeafStream(NodeReader& reader, const Tree& tree) : reader_(reader), tree_(tree) {
  if (tree_.root_level == 0) {  // one leaf or none: not worth a thread
    if (!tree_.empty()) ahead_.push_back(reader_.LoadRoot(tree_));
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
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return is_done_ || !ahead_.empty(); });
  if (ahead_.empty()) {
    if (failure_ != nullptr) std::rethrow_exception(failure_);
    return nullptr;
  }
  auto leaf = std::move(ahead_.front());
  ahead_.pop_front();
  const bool was_full = ahead_bytes_ >= kAheadBytes;
  ahead_bytes_ -= std::min(ahead_bytes_, leaf->bytes().size());
  if (was_full) changed_.notify_all();
  return leaf;
}

}  // namespace pvc
