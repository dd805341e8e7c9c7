#pragma once

#include <string>

#include "engine/object_io.h"
#include "vcs/commit.h"
#include "vcs/ids.h"
#include "vcs/repository.h"

namespace pvc {

/// An annotated tag: a name for a commit, with a message of its own. A light tag is a ref alone.
/// Format: docs/format.md#tag
struct Tag {
  CommitId target;
  std::string name;  ///< "v1", without refs/tags/
  Signature tagger;
  std::string message;  ///< UTF-8 by convention; any bytes without NUL

  bool operator==(const Tag&) const = default;
};

/// Throws: kInvalid, kTooLarge when the tag breaks a limit of commits or ref names.
Bytes EncodeTag(const Tag& tag);
/// Throws: kCorrupt.
Tag DecodeTag(ByteView bytes, std::string_view subject);
TagId WriteTag(ObjectSink& sink, const Tag& tag);
Tag ReadTag(ObjectSource& source, const TagId& id);

/// The commit that an object is or, being an annotated tag, stands for.
///
/// `name` names the object in errors: "v1".
/// Throws: kNotFound when the object is neither; kCorrupt when it is missing.
CommitId PeelToCommit(Repository& repository, const ObjectId& id, std::string_view name);

}  // namespace pvc
