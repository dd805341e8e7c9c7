#include "engine/write_batch.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/assert.h"

namespace pvc {

namespace {

// A delta must save a quarter to be worth the reads of its base.
bool IsDeltaWorthIt(size_t delta_bytes, size_t plain_bytes) {
  return delta_bytes + 1 + ObjectId::kBytes < plain_bytes / 4 * 3;
}

CompressPipeline::Options PipelineOptions(HashKind hash_kind, const WriteOptions& options) {
  CompressPipeline::Options result;
  result.hash_kind = hash_kind;
  result.level = options.compression.level;
  result.worker_count = options.worker_count;
  result.queue_bytes = options.queue_bytes;
  return result;
}

}  // namespace

WriteBatch::Impl::Impl(ObjectStore::Impl& store, const WriteOptions& options)
    : store_(store),
      options_(options),
      base_sequence_(store.packs()->root().sequence),
      pipeline_(
          std::make_unique<CompressPipeline>(PipelineOptions(store.hash_kind(), options), *this)) {}

WriteBatch::Impl::~Impl() {
  pipeline_.reset();
  if (!published_) RemoveFiles();
}

ObjectSink::Ticket WriteBatch::Impl::Submit(ObjectType type, Bytes bytes, const ObjectId& similar) {
  PVC_ASSERT(!published_);
  if (bytes.size() > kMaxObjectBytes) {
    throw Error(ErrorKind::kTooLarge,
                fmt::format("{} of {} bytes is over the limit of {}", ObjectTypeName(type),
                            bytes.size(), kMaxObjectBytes));
  }
  ++statistics_.submitted_count;
  statistics_.submitted_bytes += bytes.size();
  return pipeline_->Submit(type, std::move(bytes), similar);
}

std::shared_ptr<const Bytes> WriteBatch::Impl::ReadShared(ObjectType type, const ObjectId& id) {
  auto record = FindRecord(id, kAnyDepth);
  if (!record) {
    // An object just submitted may still be on its way to the pack.
    pipeline_->Drain();
    record = FindRecord(id, kAnyDepth);
  }
  if (!record) {
    throw Error(ErrorKind::kCorrupt,
                fmt::format("{} {} is missing", ObjectTypeName(type), id.Short()));
  }
  if (record->header.type != type) {
    throw Error(ErrorKind::kCorrupt,
                fmt::format("object {} is a {}, not a {}", id.Short(),
                            ObjectTypeName(record->header.type), ObjectTypeName(type)));
  }
  return ResolveRecord(*this, store_.decompressors(), id, std::move(*record), &store_.recent())
      .bytes;
}

const WriteStatistics& WriteBatch::Impl::statistics() {
  const std::lock_guard lock(mutex_);
  statistics_.written_count = written_.written_count;
  statistics_.written_raw_bytes = written_.written_raw_bytes;
  statistics_.stored_bytes = written_.stored_bytes;
  return statistics_;
}

WriteBatch::Impl::OwnPacks WriteBatch::Impl::GetOwnPacks() {
  const std::lock_guard lock(mutex_);
  OwnPacks packs;
  packs.writer = writer_;
  for (const PendingPack& pack : pending_) packs.readers.push_back(pack.reader);
  return packs;
}

bool WriteBatch::Impl::ContainsOwn(const ObjectId& id) {
  const OwnPacks packs = GetOwnPacks();
  if (packs.writer && packs.writer->Find(id)) return true;
  return std::any_of(packs.readers.begin(), packs.readers.end(),
                     [&](const auto& reader) { return reader->Find(id).has_value(); });
}

std::optional<StoredRecord> WriteBatch::Impl::FindOwn(const ObjectId& id, unsigned depth_limit) {
  const OwnPacks packs = GetOwnPacks();
  // Each object is in one pack of the batch at most.
  std::optional<StoredRecord> record;
  if (packs.writer) {
    if (const auto entry = packs.writer->Find(id)) record = packs.writer->ReadRecord(*entry);
  }
  for (auto reader = packs.readers.begin(); !record && reader != packs.readers.end(); ++reader) {
    if (const auto entry = (*reader)->Find(id)) record = (*reader)->ReadRecord(*entry);
  }
  if (record && record->header.depth >= depth_limit) record.reset();
  return record;
}

std::optional<StoredRecord> WriteBatch::Impl::FindRecord(const ObjectId& id, unsigned depth_limit) {
  if (auto record = FindOwn(id, depth_limit)) return record;
  return store_.FindRecord(id, depth_limit);
}

bool WriteBatch::Impl::IsStored(const PipelineJob& job) {
  auto record = store_.FindRecord(job.id, kAnyDepth);
  if (!record) return false;
  const ResolvedObject copy =
      ResolveRecord(store_, store_.decompressors(), job.id, std::move(*record), &store_.recent());
  if (copy.type != job.type || *copy.bytes != job.bytes) {
    throw Error(ErrorKind::kCorrupt, fmt::format("object {} in the repository is not what its id "
                                                 "says",
                                                 job.id.Hex()))
        .AddHint("check the repository: pvc fsck");
  }
  const std::lock_guard lock(mutex_);
  reliances_.push_back(Reliance{job.id, kAnyDepth});
  return true;
}

std::optional<ResolvedObject> WriteBatch::Impl::FindDeltaBase(const PipelineJob& job,
                                                              bool* in_store) {
  if (job.similar.IsZero() || job.similar == job.id) return std::nullopt;
  *in_store = store_.Contains(job.similar);
  // A base that is nowhere yet may be an earlier job; whether it is must not depend on timing.
  if (!*in_store && !ContainsOwn(job.similar)) pipeline_->WaitForEarlier(job);
  auto record = *in_store ? store_.FindRecord(job.similar, kMaxDeltaDepth)
                          : FindOwn(job.similar, kMaxDeltaDepth);
  if (!record) return std::nullopt;
  return ResolveRecord(*this, store_.decompressors(), job.similar, std::move(*record),
                       &store_.recent());
}

void WriteBatch::Impl::Encode(PipelineJob& job, Compressor& compressor) {
  if (ContainsOwn(job.id) || IsStored(job)) return;
  if (options_.compression.method == Compression::Method::kZstd) EncodeZstd(job, compressor);
  if (job.record.empty()) {
    RecordHeader header;
    header.type = job.type;
    header.raw_bytes = static_cast<uint32_t>(job.bytes.size());
    job.record = EncodeRecord(job.id, header, job.bytes);
  }
}

void WriteBatch::Impl::EncodeZstd(PipelineJob& job, Compressor& compressor) {
  RecordHeader header;
  header.type = job.type;
  header.raw_bytes = static_cast<uint32_t>(job.bytes.size());

  size_t delta_bytes = 0;
  bool base_in_store = false;
  if (const auto base = FindDeltaBase(job, &base_in_store)) {
    header.codec = Codec::kZstdDelta;
    header.depth = static_cast<uint8_t>(base->depth + 1);
    header.base = job.similar;
    const ByteView delta = compressor.CompressDelta(job.bytes, *base->bytes);
    delta_bytes = delta.size();
    // Worth it against any plain form that could still be much smaller than the raw bytes.
    if (IsDeltaWorthIt(delta_bytes, job.bytes.size())) {
      job.record = EncodeRecord(job.id, header, delta);
    }
  }
  constexpr size_t kTinyShare = 16;
  if (job.record.empty() || delta_bytes > job.bytes.size() / kTinyShare) {
    const ByteView plain = compressor.Compress(job.bytes);
    if (job.record.empty() || !IsDeltaWorthIt(delta_bytes, plain.size())) {
      job.record.clear();
      if (plain.size() >= job.bytes.size()) return;
      RecordHeader plain_header = header;
      plain_header.codec = Codec::kZstd;
      plain_header.depth = 0;
      plain_header.base = ObjectId{};
      job.record = EncodeRecord(job.id, plain_header, plain);
      return;
    }
  }
  if (base_in_store) {
    const std::lock_guard lock(mutex_);
    reliances_.push_back(Reliance{job.similar, header.depth});
  }
}

WriteBatch::Impl::IncomingFile WriteBatch::Impl::CreateIncoming() {
  // Numbered names: O_EXCL gives each writer its own, beside what crashes left.
  constexpr int kMaxNames = 1'000'000;
  const std::string folder = store_.PathOf(kIncomingName);
  for (int number = 0;; ++number) {
    IncomingFile incoming;
    incoming.path = JoinPath(folder, fmt::format("{}.tmp", number));
    try {
      incoming.file = store_.fs().Open(incoming.path, OpenMode::kCreateNew);
      return incoming;
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::kExists || number == kMaxNames) throw;
    }
  }
}

void WriteBatch::Impl::Append(PipelineJob& job) {
  if (job.record.empty() || ContainsOwn(job.id)) return;
  if (!writer_) {
    IncomingFile incoming = CreateIncoming();
    writer_path_ = incoming.path;
    auto writer = std::make_shared<PackWriter>(std::move(incoming.file), store_.hash_kind());
    const std::lock_guard lock(mutex_);
    writer_ = std::move(writer);
  }
  writer_->Append(job.id, job.record);
  {
    const std::lock_guard lock(mutex_);
    ++written_.written_count;
    written_.written_raw_bytes += job.bytes.size();
  }
  if (writer_->object_count() >= kMaxPackObjects) FinishPack();
}

void WriteBatch::Impl::FinishPack() {
  PendingPack pack;
  pack.entry = writer_->Finish();
  pack.path = writer_path_;
  pack.reader = std::make_shared<PackReader>(store_.fs(), store_.cache(), pack.path,
                                             store_.hash_kind(), pack.entry);
  pack.file = writer_->file();
  const std::lock_guard lock(mutex_);
  written_.stored_bytes += pack.entry.size_bytes;
  pending_.push_back(std::move(pack));
  writer_.reset();
}

}  // namespace pvc
