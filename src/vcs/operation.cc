#include "vcs/operation.h"

#include "base/decoder.h"
#include "base/error.h"
#include "vcs/repository.h"
#include "vcs/snapshot.h"
#include "vcs/text_field.h"

// An operation:
//
//   FIELD          ENCODING
//   version        u8: 1; 2 with the two fields at the end
//   parent         id, zero for the first operation
//   refs           tree
//   head           u8: 1 on a branch, 2 detached
//                  1: string, a ref name without "refs/heads/"     2: id of a commit, not zero
//   working path   string of at most kMaxWorkingPathBytes, "" when none
//   working base   id of a snapshot, zero when none
//   pending        varint length, at most kMaxPendingBytes; bytes
//   who            signature
//   command        string of at most kMaxCommandBytes
//   version 2 only, at least one of them not zero:
//   working found  id of a snapshot, zero when none
//   restored       id of an operation, zero when none
//
// Strings hold no NUL.

namespace pvc {

namespace {

constexpr uint8_t kPlainVersion = 1;
constexpr uint8_t kExtendedVersion = 2;
constexpr uint8_t kHeadOnBranch = 1;
constexpr uint8_t kHeadDetached = 2;

ObjectId ReadId(Decoder& in) { return ObjectId::FromView(in.ReadBytes(ObjectId::kBytes)); }

}  // namespace

void AppendHead(Bytes& out, const Head& head) {
  if (head.branch.empty() == head.detached.IsZero()) {
    throw Error(ErrorKind::kInvalid, "HEAD must be on a branch or detached at a commit");
  }
  if (head.branch.empty()) {
    AppendU8(out, kHeadDetached);
    out.append(head.detached.id.View());
    return;
  }
  if (const auto problem = RefNameProblem(head.branch)) {
    throw Error(ErrorKind::kInvalid, "not the name of a branch: " + *problem);
  }
  AppendU8(out, kHeadOnBranch);
  AppendString(out, head.branch);
}

Head ReadHead(Decoder& in) {
  Head head;
  switch (in.ReadU8()) {
    case kHeadOnBranch:
      head.branch = in.ReadString(kMaxRefNameBytes);
      if (RefNameProblem(head.branch)) in.Fail("HEAD is on a branch with an impossible name");
      return head;
    case kHeadDetached:
      head.detached.id = ReadId(in);
      if (head.detached.IsZero()) in.Fail("HEAD is detached at no commit");
      return head;
    default:
      in.Fail("unknown kind of HEAD");
  }
}

Bytes EncodeOperation(const Operation& operation) {
  CheckFieldSize("the state of an unfinished operation", operation.pending.size(),
                 kMaxPendingBytes);
  Bytes out;
  const bool is_extended = !operation.working_found.IsZero() || !operation.restored.IsZero();
  AppendU8(out, is_extended ? kExtendedVersion : kPlainVersion);
  out.append(operation.parent.id.View());
  AppendTree(out, operation.refs);
  AppendHead(out, operation.head);
  AppendText(out, "the path of a database", operation.working_path, kMaxWorkingPathBytes);
  out.append(operation.working_base.id.View());
  AppendString(out, operation.pending);
  AppendSignature(out, operation.who);
  AppendText(out, "a command", operation.command, kMaxCommandBytes);
  if (is_extended) {
    out.append(operation.working_found.id.View());
    out.append(operation.restored.id.View());
  }
  return out;
}

Operation DecodeOperation(ByteView bytes, std::string_view subject) {
  Decoder in(bytes, subject);
  const uint8_t version = in.ReadU8();
  if (version != kPlainVersion && version != kExtendedVersion) {
    in.Fail("unknown version of an operation");
  }
  Operation operation;
  operation.parent.id = ReadId(in);
  operation.refs = ReadTree(in);
  operation.head = ReadHead(in);
  operation.working_path = ReadText(in, kMaxWorkingPathBytes);
  operation.working_base.id = ReadId(in);
  operation.pending = in.ReadString(kMaxPendingBytes);
  operation.who = ReadSignature(in);
  operation.command = ReadText(in, kMaxCommandBytes);
  if (version == kExtendedVersion) {
    operation.working_found.id = ReadId(in);
    operation.restored.id = ReadId(in);
    if (operation.working_found.IsZero() && operation.restored.IsZero()) {
      in.Fail("an operation of version 2 without its fields");
    }
  }
  in.ExpectEnd();
  return operation;
}

OperationId WriteOperation(ObjectSink& sink, const Operation& operation) {
  return {sink.Put(ObjectType::kOperation, EncodeOperation(operation))};
}

Operation ReadOperation(ObjectSource& source, const OperationId& id) {
  return DecodeOperation(source.ReadObject(ObjectType::kOperation, id.id),
                         "operation " + id.Short());
}

}  // namespace pvc
