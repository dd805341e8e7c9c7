#include "vcs/tag.h"

#include <fmt/format.h>

#include "base/decoder.h"
#include "base/error.h"
#include "vcs/text_field.h"

// A tag:
//
//   FIELD        ENCODING
//   version      u8, 1
//   target       id of a commit, not zero
//   name         string of at most kMaxRefNameBytes, a ref name without "refs/tags/"
//   tagger       signature, as in a commit
//   message      string of at most kMaxMessageBytes, without NUL

namespace pvc {

namespace {

constexpr uint8_t kTagVersion = 1;

}  // namespace

Bytes EncodeTag(const Tag& tag) {
  if (tag.target.IsZero()) throw Error(ErrorKind::kInvalid, "a tag of no commit");
  CheckFieldSize("the name of a tag", tag.name.size(), kMaxRefNameBytes);
  if (const auto problem = RefNameProblem(tag.name)) {
    throw Error(ErrorKind::kInvalid, "not the name of a tag: " + *problem);
  }
  Bytes out;
  AppendU8(out, kTagVersion);
  out.append(tag.target.id.View());
  AppendString(out, tag.name);
  AppendSignature(out, tag.tagger);
  AppendText(out, "a message", tag.message, kMaxMessageBytes);
  return out;
}

Tag DecodeTag(ByteView bytes, std::string_view subject) {
  Decoder in(bytes, subject);
  if (in.ReadU8() != kTagVersion) in.Fail("unknown version of a tag");
  Tag tag;
  tag.target.id = ObjectId::FromView(in.ReadBytes(ObjectId::kBytes));
  if (tag.target.IsZero()) in.Fail("a tag of no commit");
  tag.name = in.ReadString(kMaxRefNameBytes);
  if (RefNameProblem(tag.name)) in.Fail("a tag with an impossible name");
  tag.tagger = ReadSignature(in);
  tag.message = ReadText(in, kMaxMessageBytes);
  in.ExpectEnd();
  return tag;
}

TagId WriteTag(ObjectSink& sink, const Tag& tag) {
  return {sink.Put(ObjectType::kTag, EncodeTag(tag))};
}

Tag ReadTag(ObjectSource& source, const TagId& id) {
  return DecodeTag(source.ReadObject(ObjectType::kTag, id.id), "tag " + id.Short());
}

CommitId PeelToCommit(Repository& repository, const ObjectId& id, std::string_view name) {
  const auto type_of = [&](const ObjectId& object) {
    const auto info = repository.store().Describe(object);
    if (info) return info->type;
    throw Error(ErrorKind::kCorrupt,
                fmt::format("'{}' names {}, which is missing", name, object.Short()))
        .AddHint("see what else is damaged:  pvc fsck");
  };
  const ObjectType type = type_of(id);
  if (type == ObjectType::kCommit) return {id};
  if (type != ObjectType::kTag) {
    throw Error(ErrorKind::kNotFound,
                fmt::format("'{}' is a {}, not a commit", name, ObjectTypeName(type)));
  }
  const CommitId target = ReadTag(repository.store(), {id}).target;
  const ObjectType target_type = type_of(target.id);
  if (target_type != ObjectType::kCommit) {
    throw Error(ErrorKind::kCorrupt, fmt::format("tag '{}' names {}, a {} instead of a commit",
                                                 name, target.Short(), ObjectTypeName(target_type)))
        .AddHint("see what else is damaged:  pvc fsck");
  }
  return target;
}

}  // namespace pvc
