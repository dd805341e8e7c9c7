#pragma once

#include <condition_variable>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "engine/codec.h"
#include "engine/object_io.h"

namespace pvc {

/// An object on its way through the pipeline.
struct PipelineJob {
  ObjectSink::Ticket ticket = 0;
  ObjectType type = ObjectType::kNode;
  Bytes bytes;
  ObjectId similar;
  ObjectId id;   ///< set before Encode
  Bytes record;  ///< set by Encode; empty when nothing is to be stored
};

/// What the pipeline does with a job.
class PipelineStages {
 public:
  virtual ~PipelineStages() = default;
  /// Makes the record. Called on any thread, for several jobs at once, in no order.
  virtual void Encode(PipelineJob& job, Compressor& compressor) = 0;
  /// Stores the record. Called on any thread, for one job at a time, in the order of submission.
  virtual void Append(PipelineJob& job) = 0;
};

/// Hashes and encodes objects on worker threads and appends the results in the order of submission,
/// so that what is written does not depend on timing.
///
/// Memory: jobs between Submit and Append hold at most `queue_bytes` of raw bytes plus one object;
/// past it the caller encodes too. An exception of a stage stops everything and is thrown by every
/// later call. Submit, Wait and Drain are called from one thread.
class CompressPipeline {
 public:
  struct Options {
    HashKind hash_kind = HashKind::kBlake2b256;
    int level = 1;
    unsigned worker_count = 1;
    size_t queue_bytes = 4U << 20;
  };

  /// Lifetime: the stages outlive the pipeline.
  CompressPipeline(const Options& options, PipelineStages& stages);
  /// Ends the workers; jobs not begun are dropped.
  ~CompressPipeline();

  ObjectSink::Ticket Submit(ObjectType type, Bytes bytes, const ObjectId& similar);
  ObjectId Wait(ObjectSink::Ticket ticket);
  /// Returns when every job was appended.
  void Drain();
  /// For Encode: returns when every job before this one was appended. Jobs are begun in order, so
  /// the first one not appended never waits here.
  void WaitForEarlier(const PipelineJob& job);

 private:
  using Lock = std::unique_lock<std::mutex>;
  struct Slot {
    PipelineJob job;
    bool done = false;
  };

  void StartWorkers();
  void RunWorker();
  bool HasUnclaimed() const { return claimed_count_ < window_.size(); }
  /// Claims the oldest job not begun, runs it with the lock released, appends what is in turn.
  void RunOne(Lock& lock, Compressor& compressor);
  void AppendDone(Lock& lock);
  void Fail(Lock& lock);
  void ThrowIfFailed() const;
  /// Encodes a job, or waits for others' progress when all are begun.
  void LendHand(Lock& lock);

  const Options options_;
  PipelineStages& stages_;
  Compressor caller_compressor_;

  std::mutex mutex_;
  std::condition_variable work_;              // for workers: a job to claim, or the end
  std::condition_variable progress_;          // for callers: an id known, a job appended, a failure
  std::deque<std::unique_ptr<Slot>> window_;  // submitted and not appended, in order
  size_t claimed_count_ = 0;                  // of window_, from the front
  size_t window_bytes_ = 0;
  ObjectSink::Ticket next_ticket_ = 0;
  ObjectSink::Ticket appended_count_ = 0;
  struct TicketId {
    std::optional<ObjectId> id;
    bool is_taken = false;  // asked for: never again
  };
  std::deque<TicketId> ids_;  // of tickets from first_id_ticket_ on
  ObjectSink::Ticket first_id_ticket_ = 0;
  bool appending_ = false;
  bool stopping_ = false;
  unsigned idle_workers_ = 0;
  std::exception_ptr failure_;
  bool workers_started_ = false;  // the submitting thread's
  std::vector<std::thread> workers_;
};

}  // namespace pvc
