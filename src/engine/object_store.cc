#include "engine/object_store.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "engine/store_impl.h"

namespace pvc {

namespace {

void MakeDirectoryIfMissing(FileSystem& fs, const std::string& path) {
  try {
    fs.MakeDirectory(path);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::kExists) throw;
  }
}

}  // namespace

ObjectStore::Impl::Impl(FileSystem& fs, std::string path) : fs_(fs), path_(std::move(path)) {
  Root root = DecodeRoot(ReadRootFile());
  hash_kind_ = root.hash_kind;
  Adopt(std::move(root));
}

std::shared_ptr<PackSet> ObjectStore::Impl::packs() const {
  const std::lock_guard lock(mutex_);
  return packs_;
}

Bytes ObjectStore::Impl::ReadRootFile() {
  return ReadWholeFile(fs_, PathOf(kRootName), kMaxRootBytes);
}

void ObjectStore::Impl::Adopt(Root root) {
  const auto open_pack = [this](const PackEntry& entry) {
    return std::make_shared<PackReader>(fs_, cache_, PackPath(entry.id), hash_kind_, entry);
  };
  const std::lock_guard lock(mutex_);
  packs_ = std::make_shared<PackSet>(std::move(root), packs_.get(), open_pack);
}

bool ObjectStore::Impl::Refresh() {
  Root root = DecodeRoot(ReadRootFile());
  if (root == packs()->root()) return false;
  if (root.hash_kind != hash_kind_) {
    throw Error(ErrorKind::kCorrupt, "ROOT: names another hash than when it was opened");
  }
  Adopt(std::move(root));
  return true;
}

std::optional<StoredRecord> ObjectStore::Impl::FindRecord(const ObjectId& id,
                                                          unsigned depth_limit) {
  return WithPacks([&](PackSet& packs) { return packs.FindRecord(id, depth_limit); });
}

bool ObjectStore::Impl::Contains(const ObjectId& id) {
  return WithPacks([&](PackSet& packs) { return packs.Find(id).has_value(); });
}

void ObjectStore::Create(FileSystem& fs, const std::string& path, HashKind hash_kind,
                         const ObjectId& repository_id) {
  const std::string root_path = JoinPath(path, kRootName);
  MakeDirectoryIfMissing(fs, path);
  const auto lock = fs.Lock(JoinPath(path, kLockName));
  if (fs.Stat(root_path)) {
    throw Error(ErrorKind::kExists, fmt::format("'{}' is a repository already", path));
  }
  MakeDirectoryIfMissing(fs, JoinPath(path, kPacksName));
  MakeDirectoryIfMissing(fs, JoinPath(path, kIncomingName));
  // ROOT is made last: where it is, the rest is too.
  fs.SyncDirectory(path);
  fs.SyncDirectory(ParentPath(path));
  Root root;
  root.hash_kind = hash_kind;
  root.repository_id = repository_id;
  ReplaceFile(fs, root_path, EncodeRoot(root));
}

std::unique_ptr<ObjectStore> ObjectStore::Open(FileSystem& fs, const std::string& path) {
  return std::unique_ptr<ObjectStore>(new ObjectStore(std::make_unique<Impl>(fs, path)));
}

ObjectStore::ObjectStore(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ObjectStore::~ObjectStore() = default;

Root ObjectStore::root() const { return impl_->packs()->root(); }
HashKind ObjectStore::hash_kind() const { return impl_->hash_kind(); }
void ObjectStore::Refresh() { impl_->Refresh(); }
bool ObjectStore::Contains(const ObjectId& id) { return impl_->Contains(id); }

Bytes ObjectStore::ReadObject(ObjectType type, const ObjectId& id) { return *ReadShared(type, id); }

std::shared_ptr<const Bytes> ObjectStore::ReadShared(ObjectType type, const ObjectId& id) {
  const RecentObjects::Object known = impl_->recent().Find(id);
  if (known.bytes != nullptr && known.type == type) return known.bytes;
  auto record = impl_->FindRecord(id, kAnyDepth);
  if (!record && impl_->Refresh()) record = impl_->FindRecord(id, kAnyDepth);
  if (!record) {
    throw Error(ErrorKind::kCorrupt,
                fmt::format("{} {} is missing", ObjectTypeName(type), id.Short()));
  }
  if (record->header.type != type) {
    throw Error(ErrorKind::kCorrupt,
                fmt::format("object {} is a {}, not a {}", id.Short(),
                            ObjectTypeName(record->header.type), ObjectTypeName(type)));
  }
  return ResolveRecord(*impl_, impl_->decompressors(), id, std::move(*record), &impl_->recent())
      .bytes;
}

std::optional<ObjectStore::ObjectInfo> ObjectStore::Describe(const ObjectId& id) {
  return impl_->WithPacks([&](PackSet& packs) -> std::optional<ObjectInfo> {
    const auto place = packs.Find(id);
    if (!place) return std::nullopt;
    const RecordHeader header = place->pack->ReadRecord(place->entry).header;
    return ObjectInfo{header.type, header.raw_bytes, place->entry.record_bytes};
  });
}

std::vector<ObjectStore::Found> ObjectStore::FindByPrefix(std::string_view hex_prefix,
                                                          size_t limit) {
  if (hex_prefix.size() > 2 * ObjectId::kBytes) return {};
  std::string low(hex_prefix);
  std::string high(hex_prefix);
  low.resize(2 * ObjectId::kBytes, '0');
  high.resize(2 * ObjectId::kBytes, 'f');
  const auto first = ObjectId::FromHex(low);
  const auto last = ObjectId::FromHex(high);
  if (!first || !last) return {};

  return impl_->WithPacks([&](PackSet& packs) {
    std::vector<Found> found;
    for (const auto& pack : packs.packs()) {
      for (const IndexEntry& entry : pack->FindRange(*first, *last, limit)) {
        found.push_back(Found{entry.id, pack->ReadRecord(entry).header.type});
      }
    }
    std::sort(found.begin(), found.end(),
              [](const Found& a, const Found& b) { return a.id < b.id; });
    const auto same = [](const Found& a, const Found& b) { return a.id == b.id; };
    found.erase(std::unique(found.begin(), found.end(), same), found.end());
    if (found.size() > limit) found.resize(limit);
    return found;
  });
}

}  // namespace pvc
