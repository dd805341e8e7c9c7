#pragma once

#include <optional>
#include <string>
#include <vector>

#include "vcs/actor.h"
#include "vcs/branch.h"
#include "vcs/repository.h"

namespace pvc {

/// A tag to be made.
struct NewTag {
  std::string name;
  CommitId target;
  std::optional<std::string> message;  ///< makes it an annotated one
  Force force = Force::kNo;            ///< kYes: it may be there and point elsewhere
};

/// Makes a tag in one operation.
///
/// Returns: what the tag pointed at before; nothing for one that is new, or stays where it is.
/// Throws: kInvalid for a name that no tag may have, and for an empty message; kExists; kMoved.
std::optional<ObjectId> CreateTag(Repository& repository, const NewTag& tag, const Actor& actor);

/// Removes tags, all or none, in one operation.
///
/// Returns: what each was, in the order given.
/// Throws: kNotFound with the nearest names; kMoved.
std::vector<Ref> DeleteTags(Repository& repository, const std::vector<std::string>& names,
                            const Actor& actor);

}  // namespace pvc
