#include "vcs/update_journal.h"

#include "base/decoder.h"
#include "base/error.h"
#include "base/hash.h"
#include "vcs/text_field.h"

// The journal, `.pvc/update`:
//
//   FIELD          ENCODING
//   magic          8 bytes "pvcupdat"
//   version        u8, 1
//   before         id of an operation
//   from, to       ids of snapshots
//   refs           varint count; each: full name, id expected, id of the target
//   head           u8: 0 as it is, 1 on a branch, 2 detached; name or id
//   working path   u8: 0 as it is, 1 then the path
//   working base   u8: 0 as it is, 1 then the id
//   pending        u8: 0 as it is, 1 then the bytes
//   found          id of a snapshot, zero when none
//   restored       id of an operation, zero when none
//   who, command   as in an operation
//   checksum       u64, XXH3-64 of all before it

namespace pvc {
namespace {

constexpr const char* kFileName = "update";
constexpr std::string_view kMagic = "pvcupdat";
constexpr uint8_t kVersion = 1;
constexpr std::string_view kSubject = "'.pvc/update'";
constexpr size_t kChecksumBytes = 8;
constexpr uint64_t kMaxRefUpdates = 1U << 20;
constexpr uint64_t kMaxJournalBytes = 256U << 20;

enum class HeadChange : uint8_t { kNone = 0, kBranch = 1, kDetached = 2 };

ObjectId ReadId(Decoder& in) { return ObjectId::FromView(in.ReadBytes(ObjectId::kBytes)); }

bool ReadFlag(Decoder& in) {
  const uint8_t flag = in.ReadU8();
  if (flag > 1) in.Fail("neither there nor not");
  return flag == 1;
}

void AppendHeadChange(Bytes& out, const std::optional<Head>& head) {
  if (!head) {
    AppendU8(out, static_cast<uint8_t>(HeadChange::kNone));
  } else if (!head->branch.empty()) {
    AppendU8(out, static_cast<uint8_t>(HeadChange::kBranch));
    AppendString(out, head->branch);
  } else {
    AppendU8(out, static_cast<uint8_t>(HeadChange::kDetached));
    out.append(head->detached.id.View());
  }
}

std::optional<Head> ReadHeadChange(Decoder& in) {
  Head head;
  switch (static_cast<HeadChange>(in.ReadU8())) {
    case HeadChange::kNone:
      return std::nullopt;
    case HeadChange::kBranch:
      head.branch = in.ReadString(kMaxRefNameBytes);
      if (RefNameProblem(head.branch)) in.Fail("HEAD goes to a branch with an impossible name");
      return head;
    case HeadChange::kDetached:
      head.detached.id = ReadId(in);
      return head;
    default:
      in.Fail("unknown kind of HEAD");
  }
}

void AppendChange(Bytes& out, const StateChange& change) {
  AppendVarint(out, change.refs.size());
  for (const RefUpdate& update : change.refs) {
    AppendString(out, update.name);
    out.append(update.expected.View());
    out.append(update.target.View());
  }
  AppendHeadChange(out, change.head);
  AppendU8(out, change.working_path ? 1 : 0);
  if (change.working_path) {
    AppendText(out, "the path of a database", *change.working_path, kMaxWorkingPathBytes);
  }
  AppendU8(out, change.working_base ? 1 : 0);
  if (change.working_base) out.append(change.working_base->id.View());
  AppendU8(out, change.pending ? 1 : 0);
  if (change.pending) AppendString(out, *change.pending);
  out.append(change.working_found.id.View());
  out.append(change.restored.id.View());
}

StateChange ReadChange(Decoder& in) {
  StateChange change;
  const uint64_t count = in.ReadVarint();
  if (count > kMaxRefUpdates) in.Fail("too many refs");
  for (uint64_t i = 0; i < count; ++i) {
    RefUpdate update;
    update.name = in.ReadString(kMaxRefNameBytes + 64);
    update.expected = ReadId(in);
    update.target = ReadId(in);
    if (FullRefNameProblem(update.name)) in.Fail("not the name of a ref");
    change.refs.push_back(std::move(update));
  }
  change.head = ReadHeadChange(in);
  if (ReadFlag(in)) change.working_path = ReadText(in, kMaxWorkingPathBytes);
  if (ReadFlag(in)) change.working_base = SnapshotId{ReadId(in)};
  if (ReadFlag(in)) change.pending = Bytes(in.ReadString(kMaxPendingBytes));
  change.working_found.id = ReadId(in);
  change.restored.id = ReadId(in);
  return change;
}

std::string PathOf(Repository& repository) { return JoinPath(repository.pvc_path(), kFileName); }

}  // namespace

bool UpdateJournal::operator==(const UpdateJournal& other) const {
  return EncodeUpdateJournal(*this) == EncodeUpdateJournal(other);
}

Bytes EncodeUpdateJournal(const UpdateJournal& journal) {
  Bytes out(kMagic);
  AppendU8(out, kVersion);
  out.append(journal.before.id.View());
  out.append(journal.from.id.View());
  out.append(journal.to.id.View());
  AppendChange(out, journal.change);
  AppendSignature(out, journal.actor.who);
  AppendString(out, journal.actor.command);
  AppendU64(out, Checksum64(out));
  return out;
}

UpdateJournal DecodeUpdateJournal(ByteView bytes) {
  if (bytes.size() < kMagic.size() + kChecksumBytes || !bytes.starts_with(kMagic)) {
    throw Error(ErrorKind::kCorrupt, std::string(kSubject) + ": not a journal");
  }
  const ByteView body = bytes.substr(0, bytes.size() - kChecksumBytes);
  if (LoadU64(bytes.data() + body.size()) != Checksum64(body)) {
    throw Error(ErrorKind::kCorrupt, std::string(kSubject) + ": checksum does not match");
  }
  Decoder in(body, kSubject);
  in.ReadBytes(kMagic.size());
  if (in.ReadU8() != kVersion) in.Fail("unknown version");
  UpdateJournal journal;
  journal.before.id = ReadId(in);
  journal.from.id = ReadId(in);
  journal.to.id = ReadId(in);
  journal.change = ReadChange(in);
  journal.actor.who = ReadSignature(in);
  journal.actor.command = std::string(in.ReadString(in.remaining()));
  in.ExpectEnd();
  return journal;
}

bool HasUpdateJournal(Repository& repository) {
  return repository.fs().Stat(PathOf(repository)).has_value();
}

std::optional<UpdateJournal> ReadUpdateJournal(Repository& repository) {
  try {
    return DecodeUpdateJournal(
        ReadWholeFile(repository.fs(), PathOf(repository), kMaxJournalBytes));
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::kNotFound) return std::nullopt;
    throw;
  }
}

void WriteUpdateJournal(Repository& repository, const UpdateJournal& journal) {
  ReplaceFile(repository.fs(), PathOf(repository), EncodeUpdateJournal(journal));
}

void RemoveUpdateJournal(Repository& repository) {
  repository.fs().Remove(PathOf(repository));
  repository.fs().SyncDirectory(repository.pvc_path());
}

void SetAsideUpdateJournal(Repository& repository) {
  repository.fs().Rename(PathOf(repository), PathOf(repository) + ".damaged");
  repository.fs().SyncDirectory(repository.pvc_path());
}

bool IsRecorded(Repository& repository, const UpdateJournal& journal) {
  OperationId id = repository.operation_id();
  while (!id.IsZero() && id != journal.before) {
    const Operation operation = ReadOperation(repository.store(), id);
    if (operation.who == journal.actor.who &&
        (!journal.change.working_base || operation.working_base == *journal.change.working_base) &&
        operation.restored == journal.change.restored &&
        journal.actor.command.starts_with(operation.command)) {
      return true;
    }
    id = operation.parent;
  }
  return false;
}

}  // namespace pvc
