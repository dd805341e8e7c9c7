#include "vcs/merge/unfinished_merge.h"

#include <fmt/format.h>

#include "base/decoder.h"
#include "base/error.h"
#include "base/shell_word.h"
#include "vcs/commit.h"
#include "vcs/text_field.h"

namespace pvc {
namespace {

constexpr uint8_t kVersion = 1;
constexpr size_t kMaxNameBytes = 4U << 10;
constexpr uint64_t kMaxTodo = 1U << 20;
constexpr uint8_t kSquash = 1;

ObjectId ReadId(Decoder& in) { return ObjectId::FromView(in.ReadBytes(ObjectId::kBytes)); }

}  // namespace

Bytes EncodeUnfinishedMerge(const UnfinishedMerge& merge) {
  Bytes out;
  AppendU8(out, static_cast<uint8_t>(merge.kind));
  AppendU8(out, kVersion);
  for (const SnapshotId& id : {merge.base, merge.ours, merge.theirs}) out.append(id.id.View());
  AppendText(out, "the name of a side", merge.ours_name, kMaxNameBytes);
  AppendText(out, "the name of a side", merge.theirs_name, kMaxNameBytes);
  out.append(merge.commit.id.View());
  AppendText(out, "the name of a branch", merge.original_head.branch, kMaxNameBytes);
  out.append(merge.original_commit.id.View());
  AppendU8(out, merge.is_squash ? kSquash : 0);
  AppendVarint(out, merge.mainline);
  AppendU8(out, static_cast<uint8_t>(merge.favor));
  AppendText(out, "a message", merge.message, kMaxMessageBytes);
  AppendVarint(out, merge.todo.size());
  for (const CommitId& id : merge.todo) out.append(id.id.View());
  AppendConflicts(out, merge.conflicts);
  return out;
}

UnfinishedMerge DecodeUnfinishedMerge(ByteView pending) {
  Decoder in(pending, "unfinished merge");
  UnfinishedMerge merge;
  const auto kind = PendingKindOf(pending);
  in.ReadU8();
  if (!kind || *kind == PendingKind::kBisect) in.Fail("unknown kind");
  merge.kind = *kind;
  if (in.ReadU8() != kVersion) in.Fail("unknown version");
  for (SnapshotId* id : {&merge.base, &merge.ours, &merge.theirs}) id->id = ReadId(in);
  merge.ours_name = ReadText(in, kMaxNameBytes);
  merge.theirs_name = ReadText(in, kMaxNameBytes);
  merge.commit.id = ReadId(in);
  merge.original_head.branch = ReadText(in, kMaxNameBytes);
  merge.original_commit.id = ReadId(in);
  // A detached HEAD is where its commit is.
  if (merge.original_head.branch.empty()) merge.original_head.detached = merge.original_commit;
  const uint8_t flags = in.ReadU8();
  if ((flags & ~kSquash) != 0) in.Fail("unknown flags");
  merge.is_squash = (flags & kSquash) != 0;
  merge.mainline = static_cast<uint32_t>(in.ReadVarintAtMost(UINT32_MAX));
  const uint8_t favor = in.ReadU8();
  if (favor > static_cast<uint8_t>(FavoredSide::kTheirs)) in.Fail("unknown side");
  merge.favor = static_cast<FavoredSide>(favor);
  merge.message = ReadText(in, kMaxMessageBytes);
  const uint64_t todo_count = in.ReadVarintAtMost(kMaxTodo);
  for (uint64_t i = 0; i < todo_count; ++i) merge.todo.push_back({ReadId(in)});
  merge.conflicts = ReadConflicts(in);
  in.ExpectEnd();
  return merge;
}

std::optional<UnfinishedMerge> FindUnfinishedMerge(const Operation& state) {
  const auto kind = PendingKindOf(state.pending);
  if (!kind || *kind == PendingKind::kBisect) return std::nullopt;
  return DecodeUnfinishedMerge(state.pending);
}

Error OpenConflictsError(const MergeConflicts& conflicts, const std::string& action) {
  const uint64_t rows = conflicts.row_count();
  std::string what;
  if (!conflicts.schema.empty()) {
    const SchemaConflict& first = conflicts.schema.front();
    what = fmt::format("{} in the schema ('{}')", conflicts.schema.size(), first.name);
  }
  if (rows > 0) {
    what += fmt::format("{}{} in rows of '{}'{}", what.empty() ? "" : ", ", rows,
                        conflicts.tables.front().name(),
                        conflicts.tables.size() > 1 ? " and other tables" : "");
  }
  const std::string& name =
      conflicts.schema.empty() ? conflicts.tables.front().name() : conflicts.schema.front().name;
  return Error(ErrorKind::kInvalid, fmt::format("{}: conflicts are open: {}", action, what))
      .AddHint("see all:        pvc conflicts")
      .AddHint(fmt::format("take one side:  pvc resolve {} --theirs", ShellWord(name)));
}

std::string_view PendingKindName(PendingKind kind) {
  switch (kind) {
    case PendingKind::kMerge:
      return "merge";
    case PendingKind::kCherryPick:
      return "cherry-pick";
    case PendingKind::kRevert:
      return "revert";
    case PendingKind::kRebase:
      return "rebase";
    case PendingKind::kBisect:
      return "bisect";
  }
  return "operation";
}

void RefuseUnfinished(const Operation& state, std::string_view action) {
  const auto kind = PendingKindOf(state.pending);
  if (!kind || *kind == PendingKind::kBisect) return;
  const std::string_view name = PendingKindName(*kind);
  throw Error(ErrorKind::kInvalid, fmt::format("a {} is unfinished: {} has to wait", name, action))
      .AddHint("see what is open:  pvc status")
      .AddHint(fmt::format("finish it:         pvc {} --continue", name))
      .AddHint(fmt::format("give it up:        pvc {} --abort", name));
}

void RefusePending(const Operation& state, std::string_view action) {
  RefuseUnfinished(state, action);
  if (state.pending.empty()) return;
  Error error(ErrorKind::kInvalid,
              fmt::format("a bisection is unfinished: {} has to wait", action));
  if (PendingKindOf(state.pending) != PendingKind::kBisect) {
    error = Error(ErrorKind::kUnsupported,
                  "an operation is unfinished that this version of pvc does not know");
    throw error.AddHint("take it back:  pvc undo");
  }
  throw error.AddHint("end it:  pvc bisect reset");
}

}  // namespace pvc
