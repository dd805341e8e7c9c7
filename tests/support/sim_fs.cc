#include "tests/support/sim_fs.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include "base/error.h"

namespace pvc {

namespace {

[[noreturn]] void ThrowCode(std::string_view action, std::string_view path, int code) {
  ErrorKind kind = ErrorKind::kIo;
  if (code == ENOENT) kind = ErrorKind::kNotFound;
  if (code == EEXIST) kind = ErrorKind::kExists;
  throw Error(
      kind, fmt::format("cannot {} '{}': {}", action, path, std::generic_category().message(code)));
}

std::vector<std::string> SplitPath(const std::string& path) {
  std::vector<std::string> names;
  size_t begin = 0;
  while (begin < path.size()) {
    const size_t end = std::min(path.find('/', begin), path.size());
    if (end > begin) names.push_back(path.substr(begin, end - begin));
    begin = end + 1;
  }
  return names;
}

}  // namespace

/// Where a path leads: the node, 0 when there is none, and the folder that names it or could.
struct SimFs::Place {
  SimNodeId directory = 0;
  std::string name;
  SimNodeId node = 0;
};

class SimFs::SimFile final : public File {
 public:
  SimFile(SimFs& fs, SimNodeId node, std::string path, bool writable)
      : fs_(fs), node_(node), path_(std::move(path)), writable_(writable) {}

  size_t ReadAt(uint64_t offset, char* out, size_t size) override {
    return fs_.ReadNode(node_, path_, offset, out, size);
  }
  void WriteAt(uint64_t offset, ByteView bytes) override {
    if (!writable_) ThrowCode("write", path_, EBADF);
    fs_.WriteNode(node_, path_, offset, bytes);
  }
  void StartWriteback(uint64_t, uint64_t) override {}
  void Sync() override {
    if (sync_failed_) {
      throw Error(ErrorKind::kIo, fmt::format("cannot sync '{}': an earlier sync failed", path_));
    }
    try {
      fs_.SyncNode(node_, path_);
    } catch (const Error&) {
      sync_failed_ = true;
      throw;
    }
  }
  uint64_t Size() override { return fs_.NodeSize(node_, path_); }
  const std::string& path() const override { return path_; }

 private:
  SimFs& fs_;
  SimNodeId node_;
  std::string path_;
  bool writable_;
  bool sync_failed_ = false;
};

class SimFs::SimFileLock final : public FileLock {
 public:
  SimFileLock(SimFs& fs, SimNodeId node, LockKind kind) : fs_(fs), node_(node), kind_(kind) {}
  ~SimFileLock() override { fs_.Unlock(node_, kind_); }

 private:
  SimFs& fs_;
  SimNodeId node_;
  LockKind kind_;
};

SimFs::SimFs() : SimFs(SimImage::Empty()) {}

SimFs::SimFs(SimImage image) : base_(std::move(image)), image_(base_) {}

// ---- The file system

std::unique_ptr<File> SimFs::Open(const std::string& path, OpenMode mode) {
  const std::scoped_lock guard(mutex_);
  const bool creates = mode == OpenMode::kCreateNew || mode == OpenMode::kCreatePrivate;
  const std::string_view action = creates ? "create" : "open";
  BeginCall(action, path);
  const Place place = Find(action, path);
  SimNodeId node = place.node;
  if (node != 0 && creates) ThrowCode(action, path, EEXIST);
  if (node != 0 && image_.nodes.at(node).is_directory) ThrowCode(action, path, EISDIR);
  if (node == 0 && mode == OpenMode::kRead) ThrowCode(action, path, ENOENT);
  if (mode != OpenMode::kRead && read_only_) ThrowCode(action, path, EROFS);
  if (node == 0) node = Create(place, path, /*is_directory=*/false);
  return std::make_unique<SimFile>(*this, node, path, mode != OpenMode::kRead);
}

std::optional<FileInfo> SimFs::Stat(const std::string& path) {
  const std::scoped_lock guard(mutex_);
  BeginCall("stat", path);
  Place place;
  try {
    place = Find("stat", path);
  } catch (const Error&) {
    return std::nullopt;  // a part of the path is missing or no folder
  }
  if (place.node == 0) return std::nullopt;
  const SimNode& node = image_.nodes.at(place.node);
  if (node.is_directory) return FileInfo{FileType::kDirectory, 0};
  return FileInfo{FileType::kRegular, node.content->size()};
}

void SimFs::Rename(const std::string& from, const std::string& to) {
  const std::scoped_lock guard(mutex_);
  const std::string action = fmt::format("rename '{}' to", from);
  BeginChange(action, to);
  const Place source = Find(action, from);
  if (source.node == 0) ThrowCode(action, to, ENOENT);
  const Place target = Find(action, to);
  if (source.node == target.node) return;
  if (source.directory == 0 || target.directory == 0) ThrowCode(action, to, EBUSY);
  const bool is_directory = image_.nodes.at(source.node).is_directory;
  if (target.node != 0) {
    const SimNode& replaced = image_.nodes.at(target.node);
    if (replaced.is_directory && !is_directory) ThrowCode(action, to, EISDIR);
    if (!replaced.is_directory && is_directory) ThrowCode(action, to, ENOTDIR);
    if (!replaced.entries.empty()) ThrowCode(action, to, ENOTEMPTY);
  }
  if (is_directory) {
    std::vector<SimNodeId> below{source.node};
    while (!below.empty()) {
      const SimNodeId id = below.back();
      below.pop_back();
      if (id == target.directory) ThrowCode(action, to, EINVAL);
      for (const auto& [name, child] : image_.nodes.at(id).entries) below.push_back(child);
    }
  }
  image_.nodes.at(source.directory).entries.erase(source.name);
  image_.nodes.at(target.directory).entries[target.name] = source.node;
  SimOperation operation;
  operation.kind = SimOperation::Kind::kRename;
  operation.node = source.node;
  operation.directory = source.directory;
  operation.name = source.name;
  operation.to_directory = target.directory;
  operation.to_name = target.name;
  operation.description = fmt::format("rename '{}' to '{}'", from, to);
  log_.push_back(std::move(operation));
}

void SimFs::RenameNew(const std::string& from, const std::string& to) {
  if (Stat(to)) ThrowCode(fmt::format("rename '{}' to", from), to, EEXIST);
  Rename(from, to);
}

void SimFs::Remove(const std::string& path) {
  const std::scoped_lock guard(mutex_);
  BeginChange("remove", path);
  const Place place = Find("remove", path);
  if (place.node == 0) ThrowCode("remove", path, ENOENT);
  if (image_.nodes.at(place.node).is_directory) ThrowCode("remove", path, EISDIR);
  LogRemove(place, path);
}

void SimFs::RemoveDirectory(const std::string& path) {
  const std::scoped_lock guard(mutex_);
  BeginChange("remove folder", path);
  const Place place = Find("remove folder", path);
  if (place.node == 0) ThrowCode("remove folder", path, ENOENT);
  const SimNode& node = image_.nodes.at(place.node);
  if (!node.is_directory) ThrowCode("remove folder", path, ENOTDIR);
  if (!node.entries.empty()) ThrowCode("remove folder", path, ENOTEMPTY);
  LogRemove(place, path);
}

void SimFs::LogRemove(const Place& place, const std::string& path) {
  image_.nodes.at(place.directory).entries.erase(place.name);
  SimOperation operation;
  operation.kind = SimOperation::Kind::kRemove;
  operation.node = place.node;
  operation.directory = place.directory;
  operation.name = place.name;
  operation.description = fmt::format("remove '{}'", path);
  log_.push_back(std::move(operation));
}

void SimFs::MakeDirectory(const std::string& path) {
  const std::scoped_lock guard(mutex_);
  BeginCall("make folder", path);
  const Place place = Find("make folder", path);
  if (place.node != 0) ThrowCode("make folder", path, EEXIST);
  if (read_only_) ThrowCode("make folder", path, EROFS);
  Create(place, path, /*is_directory=*/true);
}

std::string SimFs::MakeTemporaryDirectory(const std::string& prefix) {
  const std::scoped_lock guard(mutex_);
  BeginChange("make folder", prefix);
  for (int number = 1;; ++number) {
    const std::string path = fmt::format("{}{:06}", prefix, number);
    const Place place = Find("make folder", path);
    if (place.node != 0) continue;
    Create(place, path, /*is_directory=*/true);
    return path;
  }
}

void SimFs::SyncDirectory(const std::string& path) {
  const std::scoped_lock guard(mutex_);
  const bool ignored = CountSync();
  BeginCall("sync folder", path);
  const SimNodeId node = FindDirectory("sync folder", path);
  if (ignored) return;
  SimOperation operation;
  operation.kind = SimOperation::Kind::kSyncDirectory;
  operation.node = node;
  operation.description = fmt::format("sync folder '{}'", path);
  log_.push_back(std::move(operation));
}

std::vector<std::string> SimFs::ListDirectory(const std::string& path) {
  const std::scoped_lock guard(mutex_);
  BeginCall("list", path);
  std::vector<std::string> names;
  for (const auto& [name, node] : image_.nodes.at(FindDirectory("list", path)).entries) {
    names.push_back(name);
  }
  return names;
}

SimNodeId SimFs::LockNode(const std::string& path) {
  BeginChange("lock", path);
  const Place place = Find("lock", path);
  if (place.node != 0 && image_.nodes.at(place.node).is_directory) ThrowCode("lock", path, EISDIR);
  return place.node != 0 ? place.node : Create(place, path, /*is_directory=*/false);
}

std::unique_ptr<FileLock> SimFs::Lock(const std::string& path) {
  std::unique_lock guard(mutex_);
  const SimNodeId node = LockNode(path);
  unlocked_.wait(guard, [&] { return locked_[node].IsFree(); });
  locked_[node].is_exclusive = true;
  return std::make_unique<SimFileLock>(*this, node, LockKind::kExclusive);
}

std::unique_ptr<FileLock> SimFs::TryLock(const std::string& path, LockKind kind) {
  const std::scoped_lock guard(mutex_);
  const SimNodeId node = LockNode(path);
  LockState& state = locked_[node];
  if (state.is_exclusive || (kind == LockKind::kExclusive && !state.IsFree())) return nullptr;
  if (kind == LockKind::kExclusive) {
    state.is_exclusive = true;
  } else {
    ++state.shared_count;
  }
  return std::make_unique<SimFileLock>(*this, node, kind);
}

void SimFs::Unlock(SimNodeId node, LockKind kind) {
  const std::scoped_lock guard(mutex_);
  LockState& state = locked_[node];
  if (kind == LockKind::kExclusive) {
    state.is_exclusive = false;
  } else {
    --state.shared_count;
  }
  unlocked_.notify_all();
}

// ---- Open files

size_t SimFs::ReadNode(SimNodeId node, const std::string& path, uint64_t offset, char* out,
                       size_t size) {
  const std::scoped_lock guard(mutex_);
  BeginCall("read", path);
  const Bytes& content = ContentOf(node);
  if (offset >= content.size()) return 0;
  return content.copy(out, size, static_cast<size_t>(offset));
}

void SimFs::WriteNode(SimNodeId node, const std::string& path, uint64_t offset, ByteView bytes) {
  const std::scoped_lock guard(mutex_);
  if (read_only_) ThrowCode("write", path, EROFS);
  if (const int code = CountCall(); code != 0) {
    Write(node, path, offset, bytes.substr(0, bytes.size() / 2));
    ThrowCode("write", path, code);
  }
  Write(node, path, offset, bytes);
}

void SimFs::SyncNode(SimNodeId node, const std::string& path) {
  const std::scoped_lock guard(mutex_);
  const bool ignored = CountSync();
  SimOperation operation;
  operation.node = node;
  if (const int code = CountCall(); code != 0) {
    operation.kind = SimOperation::Kind::kSyncFileFailed;
    operation.description = fmt::format("failed sync '{}'", path);
    log_.push_back(std::move(operation));
    ThrowCode("sync", path, code);
  }
  if (ignored) return;
  operation.kind = SimOperation::Kind::kSyncFile;
  operation.description = fmt::format("sync '{}'", path);
  log_.push_back(std::move(operation));
}

uint64_t SimFs::NodeSize(SimNodeId node, const std::string& path) {
  const std::scoped_lock guard(mutex_);
  BeginCall("stat", path);
  return ContentOf(node).size();
}

// ---- What tests ask for

std::unique_ptr<SimFs> SimFs::Clone() const {
  const std::scoped_lock guard(mutex_);
  return std::make_unique<SimFs>(image_.Reachable());
}

void SimFs::MarkDurable() {
  const std::scoped_lock guard(mutex_);
  base_ = image_;
  log_.clear();
}

size_t SimFs::log_size() const {
  const std::scoped_lock guard(mutex_);
  return log_.size();
}

void SimFs::FailAt(uint64_t n, int error_code, Repeat repeat) {
  const std::scoped_lock guard(mutex_);
  fail_at_call_ = n == 0 ? 0 : call_count_ + n;
  fail_code_ = error_code;
  fail_repeat_ = repeat;
}

void SimFs::IgnoreSync(uint64_t n) {
  const std::scoped_lock guard(mutex_);
  ignore_sync_ = n == 0 ? 0 : sync_count_ + n;
}

void SimFs::SetReadOnly(bool read_only) {
  const std::scoped_lock guard(mutex_);
  read_only_ = read_only;
}

uint64_t SimFs::call_count() const {
  const std::scoped_lock guard(mutex_);
  return call_count_;
}

uint64_t SimFs::sync_count() const {
  const std::scoped_lock guard(mutex_);
  return sync_count_;
}

uint64_t SimFs::fault_count() const {
  const std::scoped_lock guard(mutex_);
  return fault_count_;
}

Bytes SimFs::Contents(const std::string& path) const {
  const std::scoped_lock guard(mutex_);
  return ContentOf(FindFile("open", path));
}

void SimFs::SetContents(const std::string& path, ByteView bytes) {
  const std::scoped_lock guard(mutex_);
  const Place place = Find("open", path);
  if (place.node != 0) {
    PlaceContent(FindFile("open", path), path, Bytes(bytes));
    return;
  }
  const SimNodeId node = Create(place, path, /*is_directory=*/false);
  log_.back().kind = SimOperation::Kind::kPlaced;
  log_.back().bytes = bytes;
  MutableContent(node) = bytes;
}

void SimFs::Truncate(const std::string& path, uint64_t size) {
  const std::scoped_lock guard(mutex_);
  const SimNodeId node = FindFile("open", path);
  Bytes content = ContentOf(node);
  content.resize(static_cast<size_t>(size));
  PlaceContent(node, path, std::move(content));
}

void SimFs::FlipBit(const std::string& path, uint64_t byte, unsigned bit) {
  const std::scoped_lock guard(mutex_);
  const SimNodeId node = FindFile("open", path);
  Bytes content = ContentOf(node);
  char& flipped = content.at(static_cast<size_t>(byte));
  flipped = static_cast<char>(static_cast<unsigned char>(flipped) ^ (1U << bit));
  PlaceContent(node, path, std::move(content));
}

std::vector<std::string> SimFs::FilePaths() const {
  const std::scoped_lock guard(mutex_);
  std::vector<std::string> paths;
  std::vector<std::pair<SimNodeId, std::string>> waiting{{SimImage::kRoot, ""}};
  while (!waiting.empty()) {
    const auto [id, path] = std::move(waiting.back());
    waiting.pop_back();
    const SimNode& node = image_.nodes.at(id);
    if (!node.is_directory) paths.push_back(path);
    for (const auto& [name, child] : node.entries) waiting.emplace_back(child, path + '/' + name);
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

// ---- Under the mutex

/// Returns: the errno that this call is to fail with, 0 for none.
int SimFs::CountCall() {
  ++call_count_;
  if (fail_at_call_ == 0 || call_count_ < fail_at_call_) return 0;
  if (call_count_ > fail_at_call_ && fail_repeat_ == Repeat::kOnce) return 0;
  ++fault_count_;
  return fail_code_;
}

void SimFs::BeginCall(std::string_view action, const std::string& path) {
  if (const int code = CountCall(); code != 0) ThrowCode(action, path, code);
}

void SimFs::BeginChange(std::string_view action, const std::string& path) {
  BeginCall(action, path);
  if (read_only_) ThrowCode(action, path, EROFS);
}

/// Returns: true when this fsync is to be ignored.
bool SimFs::CountSync() {
  ++sync_count_;
  if (sync_count_ != ignore_sync_) return false;
  ++fault_count_;
  return true;
}

SimFs::Place SimFs::Find(std::string_view action, const std::string& path) const {
  if (path.empty()) ThrowCode(action, path, ENOENT);
  std::vector<Place> steps{{0, "", SimImage::kRoot}};
  for (const std::string& name : SplitPath(path)) {
    const SimNodeId directory = steps.back().node;
    if (directory == 0) ThrowCode(action, path, ENOENT);
    const SimNode& node = image_.nodes.at(directory);
    if (!node.is_directory) ThrowCode(action, path, ENOTDIR);
    if (name == ".") continue;
    if (name == "..") {
      if (steps.size() > 1) steps.pop_back();
      continue;
    }
    const auto found = node.entries.find(name);
    steps.push_back({directory, name, found == node.entries.end() ? 0 : found->second});
  }
  return steps.back();
}

SimNodeId SimFs::FindFile(std::string_view action, const std::string& path) const {
  const Place place = Find(action, path);
  if (place.node == 0) ThrowCode(action, path, ENOENT);
  if (image_.nodes.at(place.node).is_directory) ThrowCode(action, path, EISDIR);
  return place.node;
}

SimNodeId SimFs::FindDirectory(std::string_view action, const std::string& path) const {
  const Place place = Find(action, path);
  if (place.node == 0) ThrowCode(action, path, ENOENT);
  if (!image_.nodes.at(place.node).is_directory) ThrowCode(action, path, ENOTDIR);
  return place.node;
}

SimNodeId SimFs::Create(const Place& place, const std::string& path, bool is_directory) {
  const SimNodeId id = image_.next_id++;
  SimNode& node = image_.nodes[id];
  node.is_directory = is_directory;
  if (!is_directory) node.content = std::make_shared<Bytes>();
  image_.nodes.at(place.directory).entries[place.name] = id;
  SimOperation operation;
  operation.kind = SimOperation::Kind::kCreate;
  operation.node = id;
  operation.is_directory = is_directory;
  operation.directory = place.directory;
  operation.name = place.name;
  operation.description = fmt::format("{} '{}'", is_directory ? "make folder" : "create", path);
  log_.push_back(std::move(operation));
  return id;
}

void SimFs::Write(SimNodeId node, const std::string& path, uint64_t offset, ByteView bytes) {
  if (bytes.empty()) return;
  Bytes& content = MutableContent(node);
  SimOperation operation;
  operation.kind = SimOperation::Kind::kWrite;
  operation.node = node;
  operation.offset = offset;
  operation.bytes = bytes;
  operation.description = fmt::format("write '{}' {}+{}", path, offset, bytes.size());
  if (offset + bytes.size() > content.size()) {
    operation.new_size = offset + bytes.size();
    content.resize(static_cast<size_t>(operation.new_size));
  }
  content.replace(static_cast<size_t>(offset), bytes.size(), bytes);
  log_.push_back(std::move(operation));
}

void SimFs::PlaceContent(SimNodeId node, const std::string& path, Bytes content) {
  SimOperation operation;
  operation.kind = SimOperation::Kind::kPlaced;
  operation.node = node;
  operation.bytes = content;
  operation.description = fmt::format("edit '{}'", path);
  log_.push_back(std::move(operation));
  MutableContent(node) = std::move(content);
}

Bytes& SimFs::MutableContent(SimNodeId node) {
  std::shared_ptr<const Bytes>& content = image_.nodes.at(node).content;
  if (content.use_count() > 1) content = std::make_shared<Bytes>(*content);
  // Made by make_shared<Bytes>: the object itself is not const, and nobody else sees it.
  return const_cast<Bytes&>(*content);
}

const Bytes& SimFs::ContentOf(SimNodeId node) const { return *image_.nodes.at(node).content; }

}  // namespace pvc
