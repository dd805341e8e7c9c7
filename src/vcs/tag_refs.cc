#include "vcs/tag_refs.h"

#include <fmt/format.h>

#include <unordered_set>

#include "base/error.h"
#include "base/shell_word.h"
#include "vcs/revision.h"
#include "vcs/tag.h"
#include "vcs/working_database.h"

namespace pvc {

namespace {

constexpr std::string_view kTagsPrefix = "refs/tags/";

[[noreturn]] void FailNoTag(Repository& repository, const std::string& name) {
  std::vector<std::string> names;
  for (const Ref& ref : repository.ListRefs(kTagsPrefix)) {
    names.push_back(ref.name.substr(kTagsPrefix.size()));
  }
  Error error(ErrorKind::kNotFound, fmt::format("no tag named '{}'", name));
  for (const std::string& nearest : NearestNames(name, names)) {
    error.AddHint(fmt::format("did you mean '{}'?", nearest));
  }
  throw error.AddHint("all tags:  pvc tag");
}

}  // namespace

std::optional<ObjectId> CreateTag(Repository& repository, const NewTag& tag, const Actor& actor) {
  if (const auto problem = RefNameProblem(tag.name)) {
    throw Error(ErrorKind::kInvalid,
                fmt::format("'{}' is not a valid tag name: {}", tag.name, *problem));
  }
  const std::string ref = std::string(kTagsPrefix) + tag.name;
  const auto existing = repository.FindRef(ref);
  if (existing && tag.force == Force::kNo) {
    throw Error(ErrorKind::kExists, fmt::format("tag '{}' already exists", tag.name))
        .AddHint(fmt::format("see what it names:  pvc show {}", ShellWord(tag.name)))
        .AddHint(fmt::format("move it:            pvc tag -f {} {}", ShellWord(tag.name),
                             tag.target.Short()));
  }
  if (tag.message && tag.message->find_first_not_of(" \t\r\n") == std::string::npos) {
    throw Error(ErrorKind::kInvalid, fmt::format("the message of tag '{}' is empty", tag.name))
        .AddHint(fmt::format("pvc tag -m MESSAGE {}", ShellWord(tag.name)));
  }
  const auto batch = repository.store().BeginWrite(repository.write_options());
  ObjectId target = tag.target.id;
  if (tag.message) {
    target = WriteTag(*batch, {tag.target, tag.name, actor.who, *tag.message}).id;
  }
  if (existing == target) return std::nullopt;
  StateChange change;
  change.refs.push_back({ref, existing.value_or(ObjectId{}), target});
  PublishState(repository, *batch, change, actor, DecidedOn::kItsRefs);
  return existing;
}

std::vector<Ref> DeleteTags(Repository& repository, const std::vector<std::string>& names,
                            const Actor& actor) {
  StateChange change;
  std::vector<Ref> deleted;
  std::unordered_set<std::string_view> seen;
  for (const std::string& name : names) {
    if (!seen.insert(name).second) continue;
    const std::string ref = std::string(kTagsPrefix) + name;
    const auto target = repository.FindRef(ref);
    if (!target) FailNoTag(repository, name);
    change.refs.push_back({ref, *target, ObjectId{}});
    deleted.push_back({ref, *target});
  }
  const auto batch = repository.store().BeginWrite(repository.write_options());
  PublishState(repository, *batch, change, actor, DecidedOn::kItsRefs);
  return deleted;
}

}  // namespace pvc
