#include "vcs/revision.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/error.h"

namespace pvc {

namespace {

/// A ref name and a hundred steps. What is longer is a mistake or an attack.
constexpr size_t kMaxRevisionBytes = 1024;
constexpr size_t kMinShortIdDigits = 4;
constexpr size_t kIdDigits = 2 * ObjectId::kBytes;
/// Objects of all types that a short id is looked for among.
constexpr size_t kMaxObjectsOfPrefix = 1U << 14;
constexpr size_t kMaxCandidateHints = 8;
constexpr size_t kMaxShownBytes = 80;
constexpr std::string_view kHeadsPrefix = "refs/heads/";
constexpr std::string_view kTagsPrefix = "refs/tags/";

/// Text from a command line as it may stand in a message: printable ASCII, and not too much of it.
std::string Escaped(std::string_view text) {
  std::string shown;
  for (const char c : text.substr(0, kMaxShownBytes)) {
    if (c >= 0x20 && c < 0x7F) {
      shown += c;
    } else {
      shown += fmt::format("\\x{:02x}", static_cast<uint8_t>(c));
    }
  }
  if (text.size() > kMaxShownBytes) shown += "...";
  return shown;
}

bool IsHex(std::string_view text) {
  return text.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

/// First line of a commit's message, for a hint.
std::string Summary(const Commit& commit) {
  return Escaped(std::string_view(commit.message).substr(0, commit.message.find('\n')));
}

Error UnbornError(std::string_view branch) {
  return Error(ErrorKind::kInvalid, fmt::format("branch '{}' has no commits yet", branch))
      .AddHint("make one:  pvc import FILE  or  pvc commit -m MESSAGE");
}

/// Finds the commit that one revision names.
class Resolver {
 public:
  explicit Resolver(Repository& repository) : repository_(repository) {}

  CommitId Resolve(std::string_view revision);

 private:
  CommitId ResolveName(std::string_view name);
  std::optional<CommitId> ResolveRef(std::string_view name);
  std::optional<CommitId> ResolveId(std::string_view digits);
  CommitId ResolveHead();
  /// The commit that an object is or stands for.
  CommitId Peel(const ObjectId& id, ObjectType type, std::string_view name);
  CommitId PeelRef(const ObjectId& id, std::string_view name);
  [[noreturn]] void FailAmbiguous(std::string_view digits, const std::vector<ObjectId>& commits);
  [[noreturn]] void FailNotFound(std::string_view name);

  CommitId Parent(const CommitId& id, uint64_t number, std::string_view so_far);
  CommitId Ancestor(CommitId id, uint64_t steps, std::string_view so_far);

  Repository& repository_;
};

CommitId Resolver::Peel(const ObjectId& id, ObjectType type, std::string_view name) {
  if (type == ObjectType::kCommit) return {id};
  if (type == ObjectType::kTag) {
    throw Error(ErrorKind::kUnsupported,
                fmt::format("'{}' is an annotated tag, which this pvc cannot follow", name));
  }
  throw Error(ErrorKind::kNotFound,
              fmt::format("'{}' is a {}, not a commit", name, ObjectTypeName(type)));
}

CommitId Resolver::PeelRef(const ObjectId& id, std::string_view name) {
  const auto info = repository_.store().Describe(id);
  if (!info) {
    throw Error(ErrorKind::kCorrupt,
                fmt::format("'{}' names {}, which is missing", name, id.Short()))
        .AddHint("see what else is damaged:  pvc fsck");
  }
  return Peel(id, info->type, name);
}

CommitId Resolver::ResolveHead() {
  const auto commit = repository_.HeadCommit();
  if (!commit) throw UnbornError(repository_.state().head.branch);
  return PeelRef(commit->id, "HEAD");
}

std::optional<CommitId> Resolver::ResolveRef(std::string_view name) {
  const std::string text(name);
  if (name.starts_with("refs/")) {
    const auto target = repository_.FindRef(text);
    if (!target) return std::nullopt;
    return PeelRef(*target, name);
  }
  const auto branch = repository_.FindRef(std::string(kHeadsPrefix) + text);
  const auto tag = repository_.FindRef(std::string(kTagsPrefix) + text);
  if (branch && tag && *branch != *tag) {
    throw Error(ErrorKind::kInvalid, fmt::format("'{}' is a branch and a tag", name))
        .AddHint(fmt::format("the branch:  {}{}", kHeadsPrefix, name))
        .AddHint(fmt::format("the tag:     {}{}", kTagsPrefix, name));
  }
  if (branch) return PeelRef(*branch, name);
  if (tag) return PeelRef(*tag, name);
  const auto other = repository_.FindRef("refs/" + text);
  if (!other) return std::nullopt;
  return PeelRef(*other, name);
}

std::optional<CommitId> Resolver::ResolveId(std::string_view digits) {
  if (digits.size() < kMinShortIdDigits || digits.size() > kIdDigits || !IsHex(digits)) {
    return std::nullopt;
  }
  const auto found = repository_.store().FindByPrefix(digits, kMaxObjectsOfPrefix);
  if (found.empty()) return std::nullopt;
  std::vector<ObjectId> commits;
  std::vector<ObjectId> tags;
  for (const auto& object : found) {
    if (object.type == ObjectType::kCommit) commits.push_back(object.id);
    if (object.type == ObjectType::kTag) tags.push_back(object.id);
  }
  if (commits.size() > 1) FailAmbiguous(digits, commits);
  if (commits.size() == 1) return CommitId{commits.front()};
  if (!tags.empty()) return Peel(tags.front(), ObjectType::kTag, digits);
  return Peel(found.front().id, found.front().type, digits);
}

void Resolver::FailAmbiguous(std::string_view digits, const std::vector<ObjectId>& commits) {
  Error error(
      ErrorKind::kInvalid,
      fmt::format("short id '{}' is ambiguous: {} commits begin with it", digits, commits.size()));
  for (const ObjectId& id : commits) {
    if (error.hints().size() == kMaxCandidateHints) break;
    error.AddHint(id.Hex().substr(0, std::max<size_t>(12, digits.size() + 4)) + "  " +
                  Summary(repository_.GetCommit({id})));
  }
  throw error;
}

void Resolver::FailNotFound(std::string_view name) {
  std::vector<std::string> names;
  for (const std::string_view prefix : {kHeadsPrefix, kTagsPrefix}) {
    for (Ref& ref : repository_.ListRefs(prefix)) names.push_back(ref.name.substr(prefix.size()));
  }
  names.emplace_back("HEAD");
  Error error(ErrorKind::kNotFound, fmt::format("no branch, tag or commit '{}'", name));
  for (const std::string& near : NearestNames(name, names)) {
    error.AddHint(fmt::format("did you mean '{}'?", near));
  }
  throw error;
}

CommitId Resolver::ResolveName(std::string_view name) {
  if (name == "HEAD" || name == "@") return ResolveHead();
  if (const auto problem = RefNameProblem(name)) {
    throw Error(ErrorKind::kInvalid,
                fmt::format("'{}' cannot be a branch, tag or commit: {}", Escaped(name), *problem));
  }
  // A full id means the commit whatever a branch is called.
  if (name.size() == kIdDigits) {
    if (const auto commit = ResolveId(name)) return *commit;
  }
  if (const auto commit = ResolveRef(name)) return *commit;
  if (const auto commit = ResolveId(name)) return *commit;
  const std::string& current = repository_.state().head.branch;
  if (!current.empty() && (name == current || name == std::string(kHeadsPrefix) + current)) {
    throw UnbornError(current);
  }
  FailNotFound(name);
}

CommitId Resolver::Parent(const CommitId& id, uint64_t number, std::string_view so_far) {
  const std::vector<CommitId> parents = repository_.GetCommit(id).parents;
  if (number <= parents.size()) return parents[number - 1];
  const std::string has = parents.empty()       ? "is the first"
                          : parents.size() == 1 ? "has one parent"
                                                : fmt::format("has {} parents", parents.size());
  throw Error(ErrorKind::kNotFound,
              fmt::format("no revision '{}': commit {} {}", Escaped(so_far), id.Short(), has));
}

CommitId Resolver::Ancestor(CommitId id, uint64_t steps, std::string_view so_far) {
  // Each step goes at least one generation down, so a step too many is known before the first.
  if (steps == 0) return id;
  const uint64_t generation = repository_.GetCommit(id).generation;
  if (steps >= generation) {
    throw Error(ErrorKind::kNotFound, fmt::format("no revision '{}': commit {} has fewer ancestors",
                                                  Escaped(so_far), id.Short()));
  }
  for (; steps > 0; --steps) id = Parent(id, 1, so_far);
  return id;
}

CommitId Resolver::Resolve(std::string_view revision) {
  if (revision.size() > kMaxRevisionBytes) {
    throw Error(ErrorKind::kInvalid, fmt::format("'{}' is too long for a revision: {} bytes",
                                                 Escaped(revision), revision.size()));
  }
  const size_t name_end = std::min(revision.find_first_of("~^"), revision.size());
  CommitId id = ResolveName(revision.substr(0, name_end));
  size_t at = name_end;
  while (at < revision.size()) {
    const char kind = revision[at++];
    uint64_t number = 1;
    const char* begin = revision.data() + at;
    const char* end = revision.data() + revision.size();
    const auto parsed = std::from_chars(begin, end, number);
    if ((kind != '~' && kind != '^') || parsed.ec == std::errc::result_out_of_range) {
      throw Error(
          ErrorKind::kInvalid,
          fmt::format("'{}' is no revision: behind the name come only '~', '^' and a number",
                      Escaped(revision)));
    }
    at += static_cast<size_t>(parsed.ptr - begin);
    const std::string_view so_far = revision.substr(0, at);
    if (kind == '~') {
      id = Ancestor(id, number, so_far);
    } else if (number > 0) {
      id = Parent(id, number, so_far);
    }
  }
  return id;
}

}  // namespace

CommitId ResolveRevision(Repository& repository, std::string_view revision) {
  return Resolver(repository).Resolve(revision);
}

}  // namespace pvc
