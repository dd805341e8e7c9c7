#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "engine/compress_pipeline.h"
#include "engine/pack_writer.h"
#include "engine/store_impl.h"

namespace pvc {

/// The batch behind WriteBatch: encodes objects for the pipeline, fills packs in `incoming/`,
/// publishes.
///
/// A pack is closed and another begun after kMaxPackObjects, so that memory does not grow with what
/// is written.
class WriteBatch::Impl final : public PipelineStages, public RecordSource {
 public:
  Impl(ObjectStore::Impl& store, const WriteOptions& options);
  ~Impl() override;

  Ticket Submit(ObjectType type, Bytes bytes, const ObjectId& similar);
  ObjectId Wait(Ticket ticket) { return pipeline_->Wait(ticket); }
  std::shared_ptr<const Bytes> ReadShared(ObjectType type, const ObjectId& id);
  bool Publish(const ObjectId& expected, const ObjectId& next);
  const WriteStatistics& statistics();

  void Encode(PipelineJob& job, Compressor& compressor) override;
  void Append(PipelineJob& job) override;
  /// This batch's records first, then the store's.
  std::optional<StoredRecord> FindRecord(const ObjectId& id, unsigned depth_limit) override;

 private:
  bool TryPublish(const ObjectId& expected, const ObjectId& next);
  static constexpr uint64_t kMaxPackObjects = 1U << 16;

  /// A finished pack that ROOT does not list yet.
  struct PendingPack {
    PackEntry entry;
    std::string path;
    bool in_packs_folder = false;
    std::shared_ptr<File> file;  // gives the bytes back should a sweeper remove the file
    std::shared_ptr<PackReader> reader;
  };
  /// An object of the store that this batch needs to stay, with less depth than so much.
  struct Reliance {
    ObjectId id;
    unsigned depth_limit;
  };

  std::optional<StoredRecord> FindOwn(const ObjectId& id, unsigned depth_limit);
  bool ContainsOwn(const ObjectId& id);
  /// Whether the store has the object; then its copy is compared with `job`'s bytes.
  bool IsStored(const PipelineJob& job);
  std::optional<ResolvedObject> FindDeltaBase(const PipelineJob& job, bool* in_store);
  void EncodeZstd(PipelineJob& job, Compressor& compressor);

  struct IncomingFile {
    std::string path;
    std::unique_ptr<File> file;
  };
  /// The writer and the readers of pending packs, at this moment.
  struct OwnPacks {
    std::shared_ptr<PackWriter> writer;
    std::vector<std::shared_ptr<PackReader>> readers;
  };
  OwnPacks GetOwnPacks();

  IncomingFile CreateIncoming();
  void FinishPack();
  /// Renames finished packs into the folder of packs, durably.
  void MovePacks();
  void MovePack(PendingPack& pack);
  /// Writes a pack again that is no longer where it was put.
  void RestorePack(PendingPack& pack);
  bool IsInPlace(const PendingPack& pack);
  /// Writes the merge of small packs, when there are many, beside the batch's own. Best effort:
  /// what stops a merge stops no publish.
  void PrepareMerge();
  void WriteMerge(const std::vector<PackEntry>& inputs);
  /// Adds this batch's packs to `root`, the merged one in place of its inputs.
  void ListPacks(Root& root);
  /// Removes packs of this batch that `root` does not list. Requires: the lock is held.
  void RemoveUnlisted(const Root& root) noexcept;
  void CheckReliances();
  void ReplaceRoot(ByteView old_bytes, const Root& root);
  void RemoveFiles() noexcept;

  ObjectStore::Impl& store_;
  const WriteOptions options_;

  std::mutex mutex_;  // guards writer_ and pending_ as pointers, reliances_, written_
  std::shared_ptr<PackWriter> writer_;
  std::string writer_path_;
  std::vector<PendingPack> pending_;
  std::optional<PendingPack> merge_;  // the calling thread's, as is the next
  std::vector<PackEntry> merge_inputs_;
  std::vector<Reliance> reliances_;
  WriteStatistics written_;
  WriteStatistics statistics_;  // the calling thread's
  uint64_t base_sequence_;
  bool published_ = false;
  bool has_failed_ = false;  // Publish threw
  bool keep_packs_ = false;  // ROOT may list them
  std::unique_ptr<CompressPipeline> pipeline_;
};

}  // namespace pvc
