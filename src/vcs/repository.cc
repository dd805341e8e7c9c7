#include "vcs/repository.h"

#include <fmt/format.h>

#include <utility>

#include "base/error.h"
#include "base/shell_word.h"
#include "engine/tree_cursor.h"
#include "engine/tree_editor.h"
#include "vcs/repository_folder.h"

namespace pvc {

namespace {

constexpr const char* kFirstBranch = "main";
constexpr std::string_view kHeadsPrefix = "refs/heads/";

bool IsType(FileSystem& fs, const std::string& path, FileType type) {
  const auto info = fs.Stat(path);
  return info && info->type == type;
}

Operation FirstState() {
  Operation state;
  state.head.branch = kFirstBranch;
  return state;
}

ObjectId TargetOf(std::string_view name, ByteView value) {
  if (value.size() != ObjectId::kBytes) {
    throw Error(ErrorKind::kCorrupt, fmt::format("ref '{}' does not hold an id", name));
  }
  return ObjectId::FromView(value);
}

Error MovedError(std::string_view full_name) {
  if (full_name.starts_with(kHeadsPrefix)) {
    const std::string_view branch = full_name.substr(kHeadsPrefix.size());
    return Error(ErrorKind::kMoved,
                 fmt::format("branch '{}' moved: another commit was made meanwhile", branch))
        .AddHint(fmt::format("see what came in:  pvc log {}", ShellWord(branch)))
        .AddHint("then run the command again");
  }
  return Error(ErrorKind::kMoved, fmt::format("'{}' was changed meanwhile", full_name))
      .AddHint("run the command again");
}

/// Whether a change may be applied to `current` though it was made for `seen`: what it sets is
/// untouched, or already so.
void CheckUntouched(const StateChange& change, const Operation& seen, const Operation& current) {
  const auto check = [](const auto& wanted, const auto& before, const auto& after,
                        const char* what) {
    if (!wanted || before == after || *wanted == after) return;
    throw Error(ErrorKind::kMoved, fmt::format("{} changed: another command ran meanwhile", what))
        .AddHint("see where things stand:  pvc status")
        .AddHint("then run the command again");
  };
  check(change.head, seen.head, current.head, "HEAD");
  check(change.working_path, seen.working_path, current.working_path, "the working database");
  check(change.working_base, seen.working_base, current.working_base, "the working database");
  check(change.pending, seen.pending, current.pending, "the unfinished operation");
}

/// Cuts a text to `max_bytes` without leaving half a UTF-8 character.
std::string Shorten(std::string text, size_t max_bytes) {
  if (text.size() <= max_bytes) return text;
  size_t end = max_bytes;
  while (end > 0 && (static_cast<uint8_t>(text[end]) & 0xC0U) == 0x80U) --end;
  text.resize(end);
  return text;
}

}  // namespace

// What a crash may leave of Init, in this order: a folder without ROOT, which Find does not take
// for a repository; a ROOT without operation, which is a repository without commits and which the
// next Init completes.
void Repository::Init(FileSystem& fs, const std::string& folder, const InitOptions& options,
                      const ObjectId& repository_id, const Signature& who) {
  const std::string pvc_path = JoinPath(folder, kFolderName);
  const auto exists = [&] {
    return Error(ErrorKind::kExists, fmt::format("'{}' is a repository already", folder));
  };
  RefuseLinks(fs, pvc_path);
  if (!fs.Stat(pvc_path)) fs.MakeDirectory(pvc_path);
  const bool had_root = fs.Stat(JoinPath(pvc_path, "ROOT")).has_value();
  if (!had_root) {
    WriteRepositoryConfig(fs, pvc_path, MakeRepositoryConfig(options.compression));
    fs.Lock(JoinPath(pvc_path, kWorkingLockName));  // makes the file
    ObjectStore::Create(fs, pvc_path, options.hash_kind, repository_id);
  }
  const auto repository = Open(fs, folder);
  if (!repository->operation_id_.IsZero()) throw exists();
  if (repository->store_->hash_kind() != options.hash_kind) throw exists();
  if (had_root) {
    // An interrupted Init made this ROOT; nothing says that it is durable.
    fs.SyncDirectory(pvc_path);
    fs.SyncDirectory(ParentPath(pvc_path));
  }
  const auto batch = repository->store_->BeginWrite(repository->write_options());
  Operation first = FirstState();
  first.who = who;
  first.command = "init";
  if (!batch->Publish(ObjectId{}, WriteOperation(*batch, first).id)) throw exists();
}

std::string Repository::Find(FileSystem& fs, const std::string& start) {
  std::string folder = start.empty() ? "." : start;
  while (true) {
    const std::string pvc_path = JoinPath(folder, kFolderName);
    if (IsType(fs, JoinPath(pvc_path, "ROOT"), FileType::kRegular)) {
      RefuseLinks(fs, pvc_path);
      return folder;
    }
    const std::string parent = ParentPath(folder);
    if (parent == folder) break;
    folder = parent;
  }
  throw Error(ErrorKind::kNotFound,
              fmt::format("no repository in '{}' or a folder above it", start))
      .AddHint("make one:  pvc init");
}

std::unique_ptr<Repository> Repository::Open(FileSystem& fs, const std::string& folder,
                                             size_t cache_bytes) {
  std::unique_ptr<Repository> repository(new Repository(fs, folder));
  const std::string pvc_path = repository->pvc_path();
  RefuseLinks(fs, pvc_path);
  repository->config_ = ReadRepositoryConfig(fs, pvc_path);
  repository->store_ = ObjectStore::Open(fs, pvc_path);
  repository->nodes_ = std::make_unique<NodeReader>(*repository->store_, cache_bytes);
  repository->ReadState();
  return repository;
}

std::string Repository::pvc_path() const { return JoinPath(folder_, kFolderName); }

void Repository::UseSettings(const Config& effective) {
  constexpr std::string_view kOwn = "repository.";
  Config next;
  for (const auto& [name, value] : effective.entries()) {
    if (!name.starts_with(kOwn)) next.Set(name, value);
  }
  for (const auto& [name, value] : config_.entries()) {
    if (name.starts_with(kOwn)) next.Set(name, value);
  }
  config_ = std::move(next);
}

WriteOptions Repository::write_options() const {
  WriteOptions options;
  options.compression = ConfiguredCompression(config_);
  return options;
}

void Repository::Refresh() {
  store_->Refresh();
  ReadState();
}

void Repository::ReadState() {
  const OperationId id{store_->root().operation};
  Operation state = id.IsZero() ? FirstState() : ReadOperation(*store_, id);
  operation_id_ = id;
  state_ = std::move(state);
}

std::optional<ObjectId> Repository::FindRef(std::string_view full_name) {
  return FindRefAt(state_, full_name);
}

std::optional<ObjectId> Repository::FindRefAt(const Operation& state, std::string_view full_name) {
  Bytes value;
  if (full_name.empty() || !Lookup(*nodes_, state.refs, full_name, value)) return std::nullopt;
  return TargetOf(full_name, value);
}

std::vector<Ref> Repository::ListRefs(std::string_view prefix) {
  std::vector<Ref> refs;
  TreeCursor cursor(*nodes_, state_.refs);
  for (cursor.Seek(prefix); cursor.Valid() && cursor.key().starts_with(prefix); cursor.Next()) {
    refs.push_back({std::string(cursor.key()), TargetOf(cursor.key(), cursor.value())});
  }
  return refs;
}

std::optional<CommitId> Repository::HeadCommit() {
  const auto name = HeadRefName();
  if (!name) return state_.head.detached;
  const auto target = FindRef(*name);
  if (!target) return std::nullopt;
  return CommitId{*target};
}

std::optional<std::string> Repository::HeadRefName() const {
  if (state_.head.branch.empty()) return std::nullopt;
  return std::string(kHeadsPrefix) + state_.head.branch;
}

void Repository::CheckRefs(const std::vector<RefUpdate>& updates) {
  for (const RefUpdate& update : updates) {
    if (FindRef(update.name).value_or(ObjectId{}) != update.expected) {
      throw MovedError(update.name);
    }
  }
}

Operation Repository::MakeNext(WriteBatch& batch, const StateChange& change, const Signature& who,
                               const std::string& command) {
  EditBatch edits;
  for (const RefUpdate& update : change.refs) {
    if (update.target.IsZero()) {
      edits.Delete(update.name);
    } else {
      edits.Put(update.name, update.target.View());
    }
  }
  Operation next = state_;
  next.parent = operation_id_;
  if (!edits.empty()) {
    NodeReader reader(batch);
    next.refs = ApplyEdits(reader, batch, state_.refs, edits);
  }
  if (change.head) next.head = *change.head;
  if (change.working_path) next.working_path = *change.working_path;
  if (change.working_base) next.working_base = *change.working_base;
  if (change.pending) next.pending = *change.pending;
  next.working_found = change.working_found;
  next.restored = change.restored;
  next.who = who;
  next.command = Shorten(command, kMaxCommandBytes);
  return next;
}

void Repository::Publish(WriteBatch& batch, const StateChange& change, const Signature& who,
                         const std::string& command) {
  for (const RefUpdate& update : change.refs) {
    if (update.target.IsZero()) continue;
    if (const auto problem = FullRefNameProblem(update.name)) {
      throw Error(ErrorKind::kInvalid, "not the name of a branch or tag: " + *problem);
    }
  }
  const Operation seen = state_;
  while (true) {
    CheckRefs(change.refs);
    CheckUntouched(change, seen, state_);
    Operation next = MakeNext(batch, change, who, command);
    const OperationId id = WriteOperation(batch, next);
    if (batch.Publish(operation_id_.id, id.id)) {
      operation_id_ = id;
      state_ = std::move(next);
      return;
    }
    ReadState();  // Publish has read ROOT again
  }
}

}  // namespace pvc
