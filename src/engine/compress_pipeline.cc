#include "engine/compress_pipeline.h"

#include <system_error>

#include "base/assert.h"

namespace pvc {

CompressPipeline::CompressPipeline(const Options& options, PipelineStages& stages)
    : options_(options), stages_(stages), caller_compressor_(options.level) {}

CompressPipeline::~CompressPipeline() {
  {
    const Lock lock(mutex_);
    stopping_ = true;
  }
  work_.notify_all();
  progress_.notify_all();
  for (std::thread& worker : workers_) worker.join();
}

void CompressPipeline::StartWorkers() {
  workers_started_ = true;
  workers_.reserve(options_.worker_count);
  try {
    while (workers_.size() < options_.worker_count) {
      workers_.emplace_back([this] { RunWorker(); });
    }
  } catch (const std::system_error&) {
    // No more threads to be had: the caller lends its own whenever it would wait.
  }
}

void CompressPipeline::RunWorker() {
  std::unique_ptr<Compressor> compressor;
  Lock lock(mutex_);
  while (true) {
    ++idle_workers_;
    work_.wait(lock, [this] { return stopping_ || (!failure_ && HasUnclaimed()); });
    --idle_workers_;
    if (stopping_) return;
    try {
      if (!compressor) compressor = std::make_unique<Compressor>(options_.level);
      RunOne(lock, *compressor);
    } catch (...) {
      Fail(lock);
    }
  }
}

// Requires: called from a catch block. Everything submitted is given up.
void CompressPipeline::Fail(Lock& lock) {
  if (!lock.owns_lock()) lock.lock();
  if (!failure_) failure_ = std::current_exception();
  progress_.notify_all();
}

void CompressPipeline::ThrowIfFailed() const {
  if (failure_) std::rethrow_exception(failure_);
}

void CompressPipeline::RunOne(Lock& lock, Compressor& compressor) {
  Slot& slot = *window_[claimed_count_++];
  lock.unlock();
  // The slot stays where it is until `done`: only AppendDone removes slots, from the front.
  PipelineJob& job = slot.job;
  job.id = ComputeObjectId(options_.hash_kind, job.type, job.bytes);
  lock.lock();
  if (job.ticket >= first_id_ticket_) {
    ids_[static_cast<size_t>(job.ticket - first_id_ticket_)].id = job.id;
  }
  progress_.notify_all();
  lock.unlock();
  stages_.Encode(job, compressor);
  lock.lock();
  slot.done = true;
  AppendDone(lock);
}

void CompressPipeline::AppendDone(Lock& lock) {
  if (appending_) return;
  appending_ = true;
  while (!failure_ && !window_.empty() && window_.front()->done) {
    Slot& slot = *window_.front();
    const size_t bytes = slot.job.bytes.size();
    lock.unlock();
    try {
      stages_.Append(slot.job);
    } catch (...) {
      Fail(lock);
      break;
    }
    lock.lock();
    window_bytes_ -= bytes;
    window_.pop_front();
    --claimed_count_;
    ++appended_count_;
    progress_.notify_all();
  }
  appending_ = false;
}

void CompressPipeline::LendHand(Lock& lock) {
  if (HasUnclaimed()) {
    try {
      RunOne(lock, caller_compressor_);
    } catch (...) {
      Fail(lock);
    }
  } else {
    progress_.wait(lock);
  }
  ThrowIfFailed();
}

ObjectSink::Ticket CompressPipeline::Submit(ObjectType type, Bytes bytes, const ObjectId& similar) {
  auto slot = std::make_unique<Slot>();
  slot->job.type = type;
  slot->job.bytes = std::move(bytes);
  slot->job.similar = similar;
  if (!workers_started_) StartWorkers();

  Lock lock(mutex_);
  ThrowIfFailed();
  const ObjectSink::Ticket ticket = next_ticket_++;
  slot->job.ticket = ticket;
  window_bytes_ += slot->job.bytes.size();
  window_.push_back(std::move(slot));
  ids_.emplace_back();
  if (idle_workers_ > 0) work_.notify_one();
  while (!window_.empty() && (options_.worker_count == 0 || window_bytes_ > options_.queue_bytes)) {
    LendHand(lock);
  }
  return ticket;
}

ObjectId CompressPipeline::Wait(ObjectSink::Ticket ticket) {
  Lock lock(mutex_);
  PVC_ASSERT(ticket < next_ticket_ && ticket >= first_id_ticket_);
  const auto entry = [&]() -> TicketId& {
    return ids_[static_cast<size_t>(ticket - first_id_ticket_)];
  };
  PVC_ASSERT(!entry().is_taken);
  ThrowIfFailed();
  while (!entry().id) LendHand(lock);
  const ObjectId id = *entry().id;
  entry().is_taken = true;
  while (!ids_.empty() && ids_.front().is_taken) {
    ids_.pop_front();
    ++first_id_ticket_;
  }
  return id;
}

void CompressPipeline::Drain() {
  Lock lock(mutex_);
  ThrowIfFailed();
  while (!window_.empty()) LendHand(lock);
}

void CompressPipeline::WaitForEarlier(const PipelineJob& job) {
  Lock lock(mutex_);
  progress_.wait(lock, [&] { return stopping_ || failure_ || appended_count_ == job.ticket; });
}

}  // namespace pvc
