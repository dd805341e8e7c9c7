#include "vcs/fsck.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "base/error.h"
#include "engine/large_value.h"
#include "engine/pack_format.h"
#include "vcs/bisect_state.h"
#include "vcs/catalog.h"
#include "vcs/merge/unfinished_merge.h"
#include "vcs/repository_folder.h"
#include "vcs/row_codec.h"
#include "vcs/tag.h"
#include "vcs/tree_check.h"
#include "vcs/update_journal.h"
#include "vcs/working_stamp.h"

namespace pvc {

namespace {

constexpr size_t kNodeCacheBytes = 8U << 20;
constexpr size_t kMaxShownNameBytes = 80;

/// A name from a damaged or hostile repository, as it may stand in a line.
std::string Shown(std::string_view name) {
  std::string shown;
  for (const char c : name.substr(0, kMaxShownNameBytes)) {
    const auto byte = static_cast<uint8_t>(c);
    if (byte < 0x20 || byte == 0x7F) {
      shown += fmt::format("\\x{:02x}", byte);
    } else {
      shown += c;
    }
  }
  if (name.size() > kMaxShownNameBytes) shown += "...";
  return shown;
}

/// Collects findings and keeps the count.
class Findings {
 public:
  Findings(FsckSink& sink, FsckResult& result) : sink_(sink), result_(result) {}

  void Report(const std::string& text) {
    ++result_.finding_count;
    sink_.OnFinding(text);
  }
  void Note(const std::string& text) {
    ++result_.note_count;
    sink_.OnNote(text);
  }
  /// Runs a step; what it throws becomes a finding about `subject`. Returns: whether it went well.
  template <typename Step>
  bool Guard(const std::string& subject, const Step& step) {
    try {
      step();
      return true;
    } catch (const Error& error) {
      Report(subject.empty() ? error.message() : subject + ": " + error.message());
      return false;
    }
  }

 private:
  FsckSink& sink_;
  FsckResult& result_;
};

/// Checks that each object is what its type's encoder writes.
class ObjectChecker final : public ObjectStore::CheckObserver {
 public:
  explicit ObjectChecker(Findings& findings) : findings_(findings) {}

  void OnFinding(const std::string& text) override { findings_.Report(text); }
  void OnObject(ObjectType type, const ObjectId& id, ByteView bytes) override {
    const std::string subject = fmt::format("{} {}", ObjectTypeName(type), id.Short());
    findings_.Guard("", [&] {
      if (!IsCanonical(type, bytes, subject)) {
        throw Error(ErrorKind::kCorrupt, subject + ": not in its canonical form");
      }
    });
  }

 private:
  static bool IsCanonical(ObjectType type, ByteView bytes, const std::string& subject) {
    switch (type) {
      case ObjectType::kNode:
        Node::Parse(Bytes(bytes), subject);
        return true;
      case ObjectType::kPiece:
        return !bytes.empty() && bytes.size() <= kMaxPieceBytes;
      case ObjectType::kPieceList:
        DecodePieceList(bytes, subject);
        return true;
      case ObjectType::kSnapshot:
        return EncodeSnapshot(DecodeSnapshot(bytes, subject)) == bytes;
      case ObjectType::kCommit:
        return EncodeCommit(DecodeCommit(bytes, subject)) == bytes;
      case ObjectType::kOperation:
        return EncodeOperation(DecodeOperation(bytes, subject)) == bytes;
      case ObjectType::kTag:
        return EncodeTag(DecodeTag(bytes, subject)) == bytes;
      case ObjectType::kDictionary:
        return true;  // any bytes are one
    }
    return false;
  }

  Findings& findings_;
};

/// Follows everything that the current operation reaches. Iterative; each object once.
class ReachabilityChecker {
 public:
  ReachabilityChecker(ObjectStore& store, Findings& findings, FsckResult& result)
      : store_(store),
        findings_(findings),
        result_(result),
        nodes_(store, kNodeCacheBytes),
        trees_(nodes_, store.hash_kind(),
               [&findings](const std::string& text) { findings.Report(text); }) {}

  void Run() {
    CheckOperations(OperationId{store_.root().operation});
    CheckCommits();
  }

 private:
  void CheckOperations(OperationId id) {
    std::string subject = "ROOT";
    while (!id.IsZero()) {
      Operation operation;
      if (!findings_.Guard(subject, [&] { operation = ReadOperation(store_, id); })) return;
      ++result_.operation_count;
      subject = "operation " + id.Short();
      CheckOperation(operation, subject);
      id = operation.parent;
    }
  }

  void CheckOperation(const Operation& operation, const std::string& subject) {
    if (!operation.head.detached.IsZero()) {
      ExpectCommit(operation.head.detached.id, subject + ", HEAD");
    }
    if (!operation.working_base.IsZero()) {
      CheckSnapshot(operation.working_base, subject + ", working database");
    }
    if (!operation.working_found.IsZero()) {
      CheckSnapshot(operation.working_found, subject + ", working database as found");
    }
    if (!operation.pending.empty()) {
      findings_.Guard(subject + ", unfinished work", [&] { CheckPending(operation, subject); });
    }
    trees_.Walk(operation.refs, ReadingOf("refs"), "refs of " + subject,
                [&](ByteView key, ByteView value) { CheckRef(key, value, subject); });
  }

  void CheckPending(const Operation& operation, const std::string& subject) {
    FindBisect(operation);
    const auto merge = FindUnfinishedMerge(operation);
    if (!merge) return;
    if (EncodeUnfinishedMerge(*merge) != operation.pending) {
      throw Error(ErrorKind::kCorrupt, "not in its canonical form");
    }
    const std::string name = subject + ", unfinished work";
    for (const SnapshotId& id : {merge->base, merge->ours, merge->theirs}) CheckSnapshot(id, name);
    ExpectCommit(merge->commit.id, name);
    ExpectCommit(merge->original_commit.id, name);
    for (const CommitId& id : merge->todo) ExpectCommit(id.id, name);
    const TextEncoding encoding = ReadSnapshot(store_, merge->ours).properties.encoding;
    for (const TableConflicts& table : merge->conflicts.tables) {
      CheckConflicts(table, encoding, name);
    }
  }

  void CheckConflicts(const TableConflicts& table, TextEncoding encoding,
                      const std::string& referrer) {
    const TableInfo& info = table.layout.table->info;
    const std::string subject =
        fmt::format("conflicts of table '{}' of {}", Shown(info.name), referrer);
    RowCodec codec(info, encoding, store_.hash_kind(), nullptr);
    Row row;
    trees_.Walk(table.rows, ReadingOf("conflicts " + LayoutOf(info, encoding)), subject,
                [&](ByteView key, ByteView value) {
                  const RowConflict conflict = DecodeRowConflict(value);
                  if (EncodeRowConflict(conflict) != value) {
                    throw Error(ErrorKind::kCorrupt, "not in its canonical form");
                  }
                  for (const auto* side : {&conflict.base, &conflict.ours, &conflict.theirs}) {
                    if (!*side) continue;
                    codec.Decode(key, **side, row);
                    for (const Cell& cell : row.cells) {
                      if (cell.is_large) CheckLargeValue(cell.large, subject);
                    }
                  }
                });
  }

  void CheckRef(ByteView name, ByteView value, const std::string& subject) {
    if (FullRefNameProblem(name)) {
      throw Error(ErrorKind::kCorrupt, fmt::format("'{}' is no name of a ref", Shown(name)));
    }
    if (value.size() != ObjectId::kBytes) {
      throw Error(ErrorKind::kCorrupt, fmt::format("ref '{}' does not hold an id", Shown(name)));
    }
    const ObjectId target = ObjectId::FromView(value);
    const std::string ref = fmt::format("ref '{}' of {}", Shown(name), subject);
    if (name.starts_with("refs/heads/")) {
      ExpectCommit(target, ref);
    } else {
      ExpectCommitOrTag(target, ref);
    }
  }

  /// The same as ExpectCommit for what may name a commit through an annotated tag.
  void ExpectCommitOrTag(const ObjectId& id, const std::string& subject) {
    if (commits_.contains(id) || tags_.contains(id)) return;
    findings_.Guard(subject, [&] {
      const auto info = store_.Describe(id);
      if (!info || info->type != ObjectType::kTag) return ExpectCommit(id, subject);
      tags_.insert(id);
      ExpectCommit(ReadTag(store_, TagId{id}).target.id, subject + ", tag " + id.Short());
    });
  }

  /// Takes an object as a commit to check; reports it, once, when it is none.
  void ExpectCommit(const ObjectId& id, const std::string& subject) {
    if (!commits_.insert(id).second) return;
    findings_.Guard(subject, [&] {
      const auto info = store_.Describe(id);
      if (!info) {
        throw Error(ErrorKind::kCorrupt, fmt::format("commit {} is missing", id.Short()));
      }
      if (info->type != ObjectType::kCommit) {
        throw Error(ErrorKind::kCorrupt, fmt::format("{} is a {}, not a commit", id.Short(),
                                                     ObjectTypeName(info->type)));
      }
      to_check_.push_back({CommitId{id}, subject});
    });
  }

  void CheckCommits() {
    while (!to_check_.empty()) {
      const auto [id, referrer] = std::move(to_check_.back());
      to_check_.pop_back();
      Commit commit;
      if (!findings_.Guard(referrer, [&] { commit = ReadCommit(store_, id); })) continue;
      ++result_.commit_count;
      const std::string subject = "commit " + id.Short();
      CheckParents(commit, subject);
      CheckSnapshot(commit.snapshot, subject);
    }
  }

  void CheckParents(const Commit& commit, const std::string& subject) {
    uint64_t greatest = 0;
    bool all_known = true;
    for (const CommitId& parent : commit.parents) {
      const bool is_known = findings_.Guard(subject + ", parent", [&] {
        greatest = std::max(greatest, ReadCommit(store_, parent).generation);
      });
      all_known = all_known && is_known;
      if (is_known && commits_.insert(parent.id).second) to_check_.push_back({parent, subject});
    }
    if (all_known && commit.generation != greatest + 1) {
      findings_.Report(
          fmt::format("{}: generation {} instead of {}", subject, commit.generation, greatest + 1));
    }
  }

  void CheckSnapshot(const SnapshotId& id, const std::string& referrer) {
    if (!snapshots_.insert(id.id).second) return;
    Snapshot snapshot;
    if (!findings_.Guard(referrer, [&] { snapshot = ReadSnapshot(store_, id); })) return;
    const std::string subject = "snapshot " + id.Short();
    const TextEncoding encoding = snapshot.properties.encoding;
    Bytes reading = "catalog";
    AppendU8(reading, static_cast<uint8_t>(encoding));
    // Tables are walked after the catalog: walks do not nest.
    std::vector<StoredTable> tables;
    trees_.Walk(snapshot.catalog, ReadingOf(reading), "catalog of " + subject,
                [&](ByteView key, ByteView value) {
                  CatalogEntry entry = DecodeCatalogEntry(key, value);
                  if (CatalogKey(entry.object.kind, entry.object.name) != key ||
                      EncodeCatalogEntry(entry) != value) {
                    throw Error(ErrorKind::kCorrupt, "not in its canonical form");
                  }
                  if (entry.table) tables.push_back(std::move(*entry.table));
                });
    for (const StoredTable& table : tables) CheckTable(table, encoding, subject);
  }

  void CheckTable(const StoredTable& table, TextEncoding encoding, const std::string& snapshot) {
    const std::string subject = fmt::format("table '{}' of {}", Shown(table.info.name), snapshot);
    RowCodec codec(table.info, encoding, store_.hash_kind(), nullptr);
    Row row;
    trees_.Walk(table.rows, ReadingOf(LayoutOf(table.info, encoding)), subject,
                [&](ByteView key, ByteView value) {
                  codec.Decode(key, value, row);
                  ++result_.row_count;
                  for (const Cell& cell : row.cells) {
                    if (cell.is_large) CheckLargeValue(cell.large, subject);
                  }
                });
  }

  /// Whatever decides how rows are read, but not the table's name or its rows.
  static Bytes LayoutOf(const TableInfo& info, TextEncoding encoding) {
    CatalogEntry entry;
    entry.table = StoredTable{info, Tree{}};
    Bytes layout = "rows";
    AppendU8(layout, static_cast<uint8_t>(encoding));
    layout += EncodeCatalogEntry(entry);
    return layout;
  }

  void CheckLargeValue(const LargeValue& value, const std::string& subject) {
    Bytes place(value.root.View());
    AppendVarint(place, value.size_bytes);
    AppendU8(place, value.depth);
    if (!large_values_.insert(ReadingOf(place)).second) return;
    findings_.Guard(subject + ", large value " + value.root.Short(), [&] {
      LargeValueReader reader(store_, value);
      Bytes piece;
      while (reader.Next(piece)) {
      }
    });
  }

  ObjectId ReadingOf(ByteView bytes) const {
    return HashBytes(store_.hash_kind(), "pvc/1 reading", bytes);
  }

  struct ExpectedCommit {
    CommitId id;
    std::string referrer;
  };

  ObjectStore& store_;
  Findings& findings_;
  FsckResult& result_;
  NodeReader nodes_;
  TreeChecker trees_;
  std::vector<ExpectedCommit> to_check_;
  std::unordered_set<ObjectId> commits_;
  std::unordered_set<ObjectId> tags_;
  std::unordered_set<ObjectId> snapshots_;
  std::unordered_set<ObjectId> large_values_;
};

/// The files of `.pvc` beside ROOT and packs.
class FolderChecker {
 public:
  FolderChecker(FileSystem& fs, std::string pvc_path, Findings& findings)
      : fs_(fs), pvc_path_(std::move(pvc_path)), findings_(findings) {}

  void CheckConfig() {
    const std::string path = JoinPath(pvc_path_, "config");
    findings_.Guard("", [&] {
      if (!fs_.Stat(path)) throw Error(ErrorKind::kCorrupt, fmt::format("'{}' is missing", path));
      const Config config = ReadRepositoryConfig(fs_, pvc_path_);
      if (!config.Get("repository.version")) {
        throw Error(ErrorKind::kInvalid,
                    fmt::format("'{}': the repository's version is missing", path));
      }
      ConfiguredCompression(config);
    });
  }

  void CheckUpdateJournal() {
    const std::string path = JoinPath(pvc_path_, "update");
    if (!fs_.Stat(path)) return;
    findings_.Guard("", [&] {
      constexpr uint64_t kMaxBytes = 256U << 20;
      DecodeUpdateJournal(ReadWholeFile(fs_, path, kMaxBytes));
      findings_.Note(fmt::format(
          "'{}': an interrupted command, which the next one that can write ends", path));
    });
  }

  void CheckIndex() {
    findings_.Guard("", [&] {
      try {
        CheckStamp(fs_, pvc_path_);
      } catch (Error& error) {
        throw error.AddContext(
            fmt::format("'{}', a cache that may be deleted", JoinPath(pvc_path_, "index")));
      }
    });
  }

  void FindLeftOvers(const Root& root) {
    NoteNames(pvc_path_, [](const std::string& name) { return name.find(".tmp") != name.npos; });
    NoteNames(JoinPath(pvc_path_, "incoming"), [](const std::string&) { return true; });
    std::unordered_set<std::string> listed;
    for (const PackEntry& pack : root.packs) listed.insert(PackFileName(pack.id));
    NoteNames(JoinPath(pvc_path_, "packs"),
              [&](const std::string& name) { return !listed.contains(name); });
  }

 private:
  template <typename Wanted>
  void NoteNames(const std::string& folder, const Wanted& wanted) {
    findings_.Guard("", [&] {
      std::vector<std::string> names = fs_.ListDirectory(folder);
      std::erase_if(names, [&](const std::string& name) { return !wanted(name); });
      if (names.empty()) return;
      const std::string others =
          names.size() == 1 ? "" : fmt::format(" and {} more there", names.size() - 1);
      findings_.Note(fmt::format("'{}'{}: in use by a running command, or left over by one",
                                 JoinPath(folder, Shown(names.front())), others));
    });
  }

  FileSystem& fs_;
  std::string pvc_path_;
  Findings& findings_;
};

FsckResult Check(FileSystem& fs, const std::string& folder, FsckSink& sink) {
  FsckResult result;
  Findings findings(sink, result);
  const std::string pvc_path = JoinPath(folder, Repository::kFolderName);
  FolderChecker files(fs, pvc_path, findings);
  // Opened anew: what is already in memory says nothing of the disk.
  std::unique_ptr<ObjectStore> store;
  findings.Guard("", [&] {
    RefuseLinks(fs, pvc_path);
    store = ObjectStore::Open(fs, pvc_path);
  });
  if (store == nullptr) {
    files.CheckConfig();
    files.CheckUpdateJournal();
    return result;
  }
  ObjectChecker objects(findings);
  const ObjectStore::CheckSummary summary = store->Check(objects);
  result.pack_count = summary.pack_count;
  result.object_count = summary.object_count;
  result.stored_bytes = summary.stored_bytes;
  ReachabilityChecker(*store, findings, result).Run();
  files.CheckConfig();
  files.CheckIndex();
  files.FindLeftOvers(store->root());
  return result;
}

}  // namespace

FsckResult CheckRepository(Repository& repository, FsckSink& sink) {
  return Check(repository.fs(), repository.folder(), sink);
}

FsckResult CheckRepositoryAt(FileSystem& fs, const std::string& folder, FsckSink& sink) {
  return Check(fs, folder, sink);
}

}  // namespace pvc
