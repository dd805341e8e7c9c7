#include "engine/leaf_stream.h"

#include <algorithm>
#include <utility>

namespace pvc {

LeafStream::LeafStream(NodeReader& reader, const Tree& tree, Bytes start)
    : reader_(reader), start_(std::move(start)) {
  if (tree.root_level == 0) {  // one leaf or none: not worth a thread
    all_claimed_ = true;
    if (tree.empty()) return;
    taken_ = std::make_shared<Batch>();
    taken_->leaves.push_back(reader_.LoadRoot(tree));
    return;
  }
  parents_.emplace(reader, tree, uint8_t{1});
  thread_ = std::thread([this] { Run(); });
}

LeafStream::~LeafStream() {
  if (!thread_.joinable()) return;
  is_stopped_ = true;
  {
    // The thread looks at is_stopped_ under the lock before it waits.
    const std::lock_guard lock(mutex_);
  }
  room_made_.notify_all();
  thread_.join();
}

// Takes the next leaves to be read.   Requires: the lock.   Returns: null when there are none.
std::shared_ptr<LeafStream::Batch> LeafStream::Claim() {
  if (all_claimed_) return nullptr;
  auto batch = std::make_shared<Batch>();
  try {
    if (parents_->shared_node() == nullptr) {
      if (start_.empty()) {
        parents_->Next();
      } else {
        parents_->Seek(start_);
        const Node& node = parents_->node();
        next_child_ = std::min(node.LowerBound(start_), node.count() - 1);
      }
    } else if (next_child_ == parents_->node().count()) {
      next_child_ = 0;
      if (!parents_->Next()) {
        all_claimed_ = true;
        return nullptr;
      }
    }
    batch->parent = parents_->shared_node();
    batch->begin = next_child_;
    batch->end = std::min(next_child_ + kBatchLeaves, batch->parent->count());
    next_child_ = batch->end;
  } catch (...) {
    batch->failure = std::current_exception();
    all_claimed_ = true;
  }
  batches_.push_back(batch);
  return batch;
}

void LeafStream::Read(Batch& batch) {
  if (batch.failure != nullptr) return;
  try {
    batch.leaves.reserve(batch.end - batch.begin);
    for (size_t i = batch.begin; i < batch.end && !is_stopped_; ++i) {
      batch.leaves.push_back(reader_.LoadChildOnce(*batch.parent, i));
      batch.bytes += batch.leaves.back()->bytes().size();
    }
  } catch (...) {
    batch.failure = std::current_exception();
  }
}

// Requires: the lock.
void LeafStream::Finish(Batch& batch) {
  batch.is_read = true;
  ahead_bytes_ += batch.bytes;
  if (batch.failure != nullptr) all_claimed_ = true;
}

void LeafStream::Run() {
  std::unique_lock lock(mutex_);
  while (!is_stopped_) {
    if (ahead_bytes_ >= kAheadBytes) {
      // Until half of it is used, so that it goes on for a while.
      room_made_.wait(lock, [this] { return is_stopped_ || ahead_bytes_ < kAheadBytes / 2; });
      continue;
    }
    const std::shared_ptr<Batch> batch = Claim();
    if (batch == nullptr) return;
    lock.unlock();
    Read(*batch);
    lock.lock();
    Finish(*batch);
    if (batches_.front() == batch) batch_read_.notify_one();
  }
}

// Takes over the batch that comes next.   Returns: false when there is none.
bool LeafStream::TakeBatch() {
  std::unique_lock lock(mutex_);
  while (batches_.empty() || !batches_.front()->is_read) {
    const std::shared_ptr<Batch> batch = ahead_bytes_ < kAheadBytes ? Claim() : nullptr;
    if (batch == nullptr) {
      if (batches_.empty()) return false;
      batch_read_.wait(lock, [this] { return batches_.front()->is_read; });
      break;
    }
    lock.unlock();
    Read(*batch);
    lock.lock();
    Finish(*batch);
  }
  taken_ = std::move(batches_.front());
  taken_index_ = 0;
  batches_.pop_front();
  const bool was_full = ahead_bytes_ >= kAheadBytes / 2;
  ahead_bytes_ -= taken_->bytes;
  if (was_full && ahead_bytes_ < kAheadBytes / 2) room_made_.notify_one();
  return true;
}

std::shared_ptr<const Node> LeafStream::Next() {
  while (taken_ == nullptr || taken_index_ == taken_->leaves.size()) {
    if (taken_ != nullptr && taken_->failure != nullptr) std::rethrow_exception(taken_->failure);
    if (!TakeBatch()) return nullptr;
  }
  return std::move(taken_->leaves[taken_index_++]);
}

}  // namespace pvc
