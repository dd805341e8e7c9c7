#include <fmt/format.h>

#include <algorithm>

#include "base/assert.h"
#include "engine/pack_merge.h"
#include "engine/write_batch.h"

// The half of a batch that makes it visible. Steps and their order: docs/format.md#writing.

namespace pvc {

namespace {

constexpr std::string_view kRootDomain = "pvc/1 root";
constexpr size_t kCopyBytes = 1U << 20;

void RemoveQuietly(FileSystem& fs, const std::string& path) noexcept {
  try {
    fs.Remove(path);
  } catch (const std::exception&) {
    // A left-over; gc sweeps it.
  }
}

bool IsListed(const Root& root, const ObjectId& pack) {
  return std::any_of(root.packs.begin(), root.packs.end(),
                     [&](const PackEntry& entry) { return entry.id == pack; });
}

Bytes ReadFooterBytes(File& file, uint64_t file_bytes) {
  Bytes bytes(kPackFooterBytes, '\0');
  bytes.resize(file.ReadAt(file_bytes - kPackFooterBytes, bytes.data(), bytes.size()));
  return bytes;
}

void CopyFile(File& from, File& to, uint64_t file_bytes) {
  Bytes buffer;
  for (uint64_t offset = 0; offset < file_bytes; offset += buffer.size()) {
    buffer.resize(static_cast<size_t>(std::min<uint64_t>(kCopyBytes, file_bytes - offset)));
    if (from.ReadAt(offset, buffer.data(), buffer.size()) != buffer.size()) {
      throw Error(ErrorKind::kIo,
                  fmt::format("'{}' was cut short by another program", from.path()));
    }
    to.WriteAt(offset, buffer);
  }
}

}  // namespace

void WriteBatch::Impl::MovePack(PendingPack& pack) {
  const std::string target = store_.PackPath(pack.entry.id);
  store_.fs().Rename(pack.path, target);
  pack.path = target;
  pack.in_packs_folder = true;
  pack.reader = std::make_shared<PackReader>(store_.fs(), store_.cache(), target,
                                             store_.hash_kind(), pack.entry);
}

void WriteBatch::Impl::MovePacks() {
  bool moved = false;
  const auto move = [&](PendingPack& pack) {
    if (pack.in_packs_folder) return;
    MovePack(pack);
    moved = true;
  };
  for (PendingPack& pack : pending_) move(pack);
  if (merge_) move(*merge_);
  // `incoming` needs no fsync: should its entry come back after a crash, it is a left-over.
  if (moved) store_.fs().SyncDirectory(store_.PathOf(kPacksName));
}

// The size and the footer, whose checksum stands for the index and through it for the objects.
bool WriteBatch::Impl::IsInPlace(const PendingPack& pack) {
  const auto info = store_.fs().Stat(pack.path);
  if (!info || info->size_bytes != pack.entry.size_bytes) return false;
  const auto file = store_.fs().Open(pack.path, OpenMode::kRead);
  return ReadFooterBytes(*file, pack.entry.size_bytes) ==
         ReadFooterBytes(*pack.file, pack.entry.size_bytes);
}

void WriteBatch::Impl::RestorePack(PendingPack& pack) {
  IncomingFile incoming = CreateIncoming();
  try {
    CopyFile(*pack.file, *incoming.file, pack.entry.size_bytes);
    incoming.file->Sync();
    pack.path = incoming.path;
    MovePack(pack);
  } catch (...) {
    RemoveQuietly(store_.fs(), incoming.path);
    throw;
  }
  pack.file = std::move(incoming.file);
  store_.fs().SyncDirectory(store_.PathOf(kPacksName));
}

void WriteBatch::Impl::CheckReliances() {
  const auto packs = store_.packs();
  if (packs->root().sequence == base_sequence_) return;
  for (const Reliance& reliance : reliances_) {
    const bool is_there = reliance.depth_limit == kAnyDepth
                              ? packs->Find(reliance.id).has_value()
                              : packs->FindRecord(reliance.id, reliance.depth_limit).has_value();
    if (!is_there) {
      throw Error(
          ErrorKind::kMoved,
          fmt::format("object {} was collected by another process meanwhile", reliance.id.Short()))
          .AddHint("run the command again");
    }
  }
}

void WriteBatch::Impl::ReplaceRoot(ByteView old_bytes, const Root& root) {
  const std::string path = store_.PathOf(kRootName);
  try {
    ReplaceFile(store_.fs(), path, EncodeRoot(root));
    return;
  } catch (...) {
    // After a rename whose fsync failed nobody knows which ROOT a crash would leave. The old one is
    // put back as well as can be, and the packs stay, for ROOT may list them.
    keep_packs_ = true;
    try {
      if (store_.ReadRootFile() == old_bytes) {
        keep_packs_ = false;
      } else {
        ReplaceFile(store_.fs(), path, old_bytes);
      }
    } catch (const std::exception&) {
      // The first error says more.
    }
    throw;
  }
}

void WriteBatch::Impl::PrepareMerge() {
  std::vector<PackEntry> packs = store_.packs()->root().packs;
  for (const PendingPack& pack : pending_) packs.push_back(pack.entry);
  const size_t start = ChooseMergeStart(packs);
  if (start == packs.size()) return;
  packs.erase(packs.begin(), packs.begin() + static_cast<ptrdiff_t>(start));
  try {
    WriteMerge(packs);
    merge_inputs_ = std::move(packs);
  } catch (const Error&) {
    // Whatever it is, the publish meets it too where it matters, and fsck names it.
  }
}

void WriteBatch::Impl::WriteMerge(const std::vector<PackEntry>& inputs) {
  const auto listed = store_.packs();
  std::vector<std::shared_ptr<PackReader>> readers;
  for (const auto& reader : listed->packs()) {
    if (std::find(inputs.begin(), inputs.end(), reader->entry()) != inputs.end()) {
      readers.push_back(reader);
    }
  }
  for (const PendingPack& pack : pending_) {
    if (!IsListed(listed->root(), pack.entry.id)) readers.push_back(pack.reader);
  }

  IncomingFile incoming = CreateIncoming();
  try {
    PackWriter writer(std::move(incoming.file), store_.hash_kind());
    MergePacks(readers, writer);
    PendingPack merge;
    merge.entry = writer.Finish();
    merge.path = incoming.path;
    merge.file = writer.file();
    merge_ = std::move(merge);
  } catch (...) {
    RemoveQuietly(store_.fs(), incoming.path);
    throw;
  }
}

void WriteBatch::Impl::ListPacks(Root& root) {
  for (const PendingPack& pack : pending_) {
    if (!IsListed(root, pack.entry.id)) root.packs.push_back(pack.entry);
  }
  const auto is_listed = [&](const PackEntry& entry) { return IsListed(root, entry.id); };
  if (merge_ && !is_listed(merge_->entry) &&
      std::all_of(merge_inputs_.begin(), merge_inputs_.end(), is_listed)) {
    const auto first = std::find(root.packs.begin(), root.packs.end(), merge_inputs_.front());
    *first = merge_->entry;
    std::erase_if(root.packs, [&](const PackEntry& entry) {
      return std::find(merge_inputs_.begin(), merge_inputs_.end(), entry) != merge_inputs_.end();
    });
  }
  const auto restore = [&](PendingPack& pack) {
    if (IsListed(root, pack.entry.id) && !IsInPlace(pack)) RestorePack(pack);
  };
  for (PendingPack& pack : pending_) restore(pack);
  if (merge_) restore(*merge_);
}

bool WriteBatch::Impl::Publish(const ObjectId& expected, const ObjectId& next) {
  PVC_ASSERT(!published_);
  // After a failed write or fsync nobody knows what is on disk: the same files are not tried again.
  if (has_failed_)
    throw Error(ErrorKind::kIo, "an earlier attempt to store the same changes failed");
  try {
    return TryPublish(expected, next);
  } catch (...) {
    has_failed_ = true;
    throw;
  }
}

bool WriteBatch::Impl::TryPublish(const ObjectId& expected, const ObjectId& next) {
  pipeline_->Drain();
  if (writer_) FinishPack();
  if (!merge_) PrepareMerge();
  MovePacks();

  const auto lock = store_.Lock();
  const Bytes old_bytes = store_.ReadRootFile();
  store_.Refresh();
  Root root = store_.packs()->root();
  if (root.operation != expected) return false;
  CheckReliances();
  ListPacks(root);
  root.operation = next;
  root.previous_hash = HashBytes(root.hash_kind, kRootDomain, old_bytes);
  ++root.sequence;
  ReplaceRoot(old_bytes, root);
  published_ = true;
  RemoveUnlisted(root);
  store_.Adopt(std::move(root));
  return true;
}

// Pack names follow from content: another process may have published a pack of the same name. So
// what is removed is decided under the lock.
void WriteBatch::Impl::RemoveUnlisted(const Root& root) noexcept {
  const auto remove = [&](const PendingPack& pack) {
    if (pack.in_packs_folder && !IsListed(root, pack.entry.id)) {
      RemoveQuietly(store_.fs(), pack.path);
    }
  };
  for (const PendingPack& pack : pending_) remove(pack);
  if (merge_) remove(*merge_);
}

void WriteBatch::Impl::RemoveFiles() noexcept {
  try {
    if (writer_) RemoveQuietly(store_.fs(), writer_path_);
    bool any_in_packs_folder = false;
    const auto remove_incoming = [&](const PendingPack& pack) {
      any_in_packs_folder |= pack.in_packs_folder;
      if (!pack.in_packs_folder) RemoveQuietly(store_.fs(), pack.path);
    };
    for (const PendingPack& pack : pending_) remove_incoming(pack);
    if (merge_) remove_incoming(*merge_);
    if (!any_in_packs_folder || keep_packs_) return;
    const auto lock = store_.Lock();
    RemoveUnlisted(DecodeRoot(store_.ReadRootFile()));
  } catch (const std::exception&) {
    // Left-overs; gc sweeps them.
  }
}

WriteBatch::WriteBatch(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
WriteBatch::~WriteBatch() = default;

ObjectSink::Ticket WriteBatch::Submit(ObjectType type, Bytes bytes, const ObjectId& similar) {
  return impl_->Submit(type, std::move(bytes), similar);
}
ObjectId WriteBatch::Wait(Ticket ticket) { return impl_->Wait(ticket); }
Bytes WriteBatch::ReadObject(ObjectType type, const ObjectId& id) {
  return *impl_->ReadShared(type, id);
}
std::shared_ptr<const Bytes> WriteBatch::ReadShared(ObjectType type, const ObjectId& id) {
  return impl_->ReadShared(type, id);
}
bool WriteBatch::Publish(const ObjectId& expected, const ObjectId& next) {
  return impl_->Publish(expected, next);
}
const WriteStatistics& WriteBatch::statistics() const { return impl_->statistics(); }

std::unique_ptr<WriteBatch> ObjectStore::BeginWrite(const WriteOptions& options) {
  return std::unique_ptr<WriteBatch>(
      new WriteBatch(std::make_unique<WriteBatch::Impl>(*impl_, options)));
}

}  // namespace pvc
